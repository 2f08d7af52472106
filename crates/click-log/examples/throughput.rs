//! Measures the log as the redirect uses it: two single-threaded runtimes, an appender each, many requests in flight.
//!
//! `cargo run --release -p viral-engine-click-log --example throughput [FOLDER]`
//!
//! Prints the raw rate of `fdatasync` in the same folder first: no log can acknowledge a lone append faster.
#![allow(clippy::print_stdout)]

use std::error::Error;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tokio::task::LocalSet;
use viral_engine_click_log::{ClickLog, LogId, Options};

const WORKERS: usize = 2;
const PAYLOAD: [u8; 240] = [b'x'; 240];
const MEASURED: Duration = Duration::from_secs(5);

type Failure = Box<dyn Error + Send + Sync>;

fn main() -> Result<(), Failure> {
    let folder = std::env::args_os()
        .nth(1)
        .map_or_else(std::env::temp_dir, PathBuf::from);
    let folder = tempfile::Builder::new()
        .prefix("click-log-")
        .tempdir_in(folder)?;
    raw_sync_rate(folder.path())?;
    for appenders in [1, 64, 1000] {
        measure(&folder.path().join(appenders.to_string()), appenders)?;
    }
    Ok(())
}

fn raw_sync_rate(folder: &Path) -> Result<(), Failure> {
    let mut file = std::fs::File::create(folder.join("raw"))?;
    let mut latencies = Vec::new();
    let started = Instant::now();
    while started.elapsed() < MEASURED {
        let begun = Instant::now();
        file.write_all(&PAYLOAD)?;
        file.sync_data()?;
        latencies.push(begun.elapsed());
    }
    print("raw write + fdatasync", &mut latencies, started.elapsed());
    Ok(())
}

fn measure(folder: &Path, appenders: usize) -> Result<(), Failure> {
    let (log, _) = ClickLog::open(folder, &Options::new(LogId::from_bytes([1; 16])))?;
    let started = Instant::now();
    let workers = WORKERS.min(appenders);
    let mut latencies = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..workers)
            .map(|_| scope.spawn(|| run_worker(&log, appenders / workers)))
            .collect();
        let mut all = Vec::new();
        for thread in threads {
            all.extend(thread.join().map_err(|_| "a worker panicked")??);
        }
        Ok::<_, Failure>(all)
    })?;
    let elapsed = started.elapsed();
    print(&format!("{appenders} appenders"), &mut latencies, elapsed);
    let stats = log.stats();
    println!(
        "    {} commits of {:.1} records, {:.0} MB/s, last sync {} us",
        stats.batches,
        stats.appended as f64 / stats.batches as f64,
        stats.bytes as f64 / elapsed.as_secs_f64() / 1e6,
        stats.last_sync_micros,
    );
    Ok(())
}

/// One worker thread as actix has them: a current-thread runtime with a local set.
fn run_worker(log: &ClickLog, appenders: usize) -> Result<Vec<Duration>, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let appender = log.appender(runtime.handle());
    let until = Instant::now() + MEASURED;
    LocalSet::new().block_on(&runtime, async {
        let tasks: Vec<_> = (0..appenders)
            .map(|_| {
                let appender = appender.clone();
                tokio::task::spawn_local(async move {
                    let mut latencies = Vec::new();
                    while Instant::now() < until {
                        let begun = Instant::now();
                        appender.append(&PAYLOAD).await?;
                        latencies.push(begun.elapsed());
                    }
                    Ok::<_, Failure>(latencies)
                })
            })
            .collect();
        let mut all = Vec::new();
        for task in tasks {
            all.extend(task.await??);
        }
        Ok(all)
    })
}

fn print(what: &str, latencies: &mut [Duration], elapsed: Duration) {
    latencies.sort_unstable();
    let quantile = |share: f64| {
        let at = (latencies.len() as f64 * share) as usize;
        latencies
            .get(at)
            .map_or(0.0, |latency| latency.as_secs_f64() * 1e3)
    };
    println!(
        "{what}: {:.0}/s, p50 {:.2} ms, p99 {:.2} ms",
        latencies.len() as f64 / elapsed.as_secs_f64(),
        quantile(0.5),
        quantile(0.99),
    );
}
