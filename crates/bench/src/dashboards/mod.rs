//! Figures for operators at growing numbers of events: what a dashboard waits for should not grow with how many there are.
//!
//! While an endpoint is measured, an event arrives every second, so that answers are computed and not only kept.

mod indexes;
mod windows;

use std::path::Path;
use std::time::Duration;

use anyhow::{Result, ensure};
use futures_util::future::join_all;
use rand::SeedableRng;
use rand::rngs::StdRng;
use reqwest::Method;

use crate::engine::Engine;
use crate::load::{Measured, Request, open_loop};
use crate::report;
use crate::traffic::Traffic;

/// 1,000 dashboards that refresh every 30 s.
const RATE: f64 = 1000.0 / 30.0;
const ENDPOINTS: [&str; 17] = [
    "guardrails/suspicious-clicks",
    "guardrails/bots",
    "guardrails/opt-outs",
    "guardrails/conversion-anomalies",
    "guardrails/health",
    "guardrails/overview",
    "metrics/k-factor",
    "metrics/k-factor/by-source",
    "metrics/viral-coefficient",
    "metrics/cycle-time",
    "metrics/cohorts",
    "metrics/funnel",
    "metrics/loop-efficiency",
    "metrics/timeline",
    "metrics/top-referrers",
    "metrics/forecast",
    "metrics/attribution",
];
const BULK: usize = 5_000;

/// Loads up to each of `sizes` events and measures every endpoint for `seconds`, one after the other and then all at once. With a
/// Python that has DuckDB, windows are asked for beside that.
pub async fn run(
    binary: &Path,
    sizes: &[usize],
    seconds: u64,
    python: Option<&Path>,
) -> Result<()> {
    let engine = Engine::start(binary).await?;
    let mut traffic = Traffic::begin(&engine, StdRng::seed_from_u64(1)).await?;
    let mut loaded = 0;
    let mut rows = Vec::new();
    let mut asked_once = Vec::new();
    let mut first: Vec<f64> = Vec::new();
    for &size in sizes {
        let start = std::time::Instant::now();
        let before = loaded;
        while loaded < size {
            let events = traffic.events(BULK);
            let answer = engine
                .call(Method::POST, "/v1/events/bulk", Some(&events))
                .await?;
            ensure!(answer["rejected"] == 0, "events were refused: {answer}");
            loaded += BULK;
        }
        report::line(&format!(
            "loaded {} events in {:.1?}",
            loaded - before,
            start.elapsed()
        ))?;
        let mut alone = Vec::new();
        for endpoint in ENDPOINTS {
            let mut measured = measure(&engine, &[endpoint], seconds, &mut traffic).await?;
            alone.append(&mut measured);
        }
        let together = measure(&engine, &ENDPOINTS, seconds, &mut traffic).await?;
        let measured = alone.iter().zip(&together).zip(ENDPOINTS);
        for (index, ((measured, together), endpoint)) in measured.enumerate() {
            let p99 = measured.percentile_ms(99.0);
            if first.len() <= index {
                first.push(p99);
            }
            rows.push(vec![
                format!("{size}"),
                endpoint.to_owned(),
                format!("{:.1}", measured.percentile_ms(50.0)),
                format!("{:.1}", measured.percentile_ms(95.0)),
                format!("{p99:.1}"),
                format!("{:.2}", p99 / first[index]),
                format!("{:.1}", together.percentile_ms(95.0)),
                format!("{:.1}", together.percentile_ms(99.0)),
            ]);
        }
        if let Some(python) = python {
            let timed = windows::compare(&engine, python).await?;
            asked_once.push([vec![size.to_string()], timed.shown()].concat());
        }
    }
    report::heading("Dashboards")?;
    report::table(
        &[
            "events",
            "endpoint",
            "p50 ms",
            "p95 ms",
            "p99 ms",
            "p99 to the smallest size",
            "p95 ms, all at once",
            "p99 ms, all at once",
        ],
        &rows,
    )?;
    report::line(&format!(
        "\nOpen loop at {RATE:.1} requests/s for {seconds} s each, an event arriving every second."
    ))?;
    if !asked_once.is_empty() {
        report::heading("The K-factor of windows that nobody has asked for before")?;
        let columns = [
            "events",
            "p50 ms",
            "p95 ms",
            "p50 ms, DuckDB",
            "p95 ms, DuckDB",
        ];
        report::table(&columns, &asked_once)?;
    }
    let used = indexes::ask_other_questions(&engine).await?;
    report::heading("Indexes of events and rollups")?;
    report::table(&["index", "scans", "MiB"], &used)
}

/// Asks for each of `endpoints` at the rate, all at once.
async fn measure(
    engine: &Engine,
    endpoints: &[&str],
    seconds: u64,
    traffic: &mut Traffic,
) -> Result<Vec<Measured>> {
    let headers = format!("authorization: Bearer {}\r\n", engine.key());
    let address = engine.process.address();
    let request =
        |endpoint: &&str| Request::get(address, &format!("/v1/{endpoint}"), &headers, 200);
    let requests: Vec<Request> = endpoints.iter().map(request).collect();
    let duration = Duration::from_secs(seconds);
    let writes = async {
        for _ in 0..seconds {
            engine
                .call(Method::POST, "/v1/events", Some(&traffic.event()))
                .await?;
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        anyhow::Ok(())
    };
    let loops = requests
        .iter()
        .map(|request| open_loop(request, RATE, 32, duration));
    let (measured, written) = tokio::join!(join_all(loops), writes);
    written?;
    measured.into_iter().collect()
}
