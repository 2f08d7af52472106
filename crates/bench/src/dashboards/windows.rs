//! Windows that nobody has asked for before, beside DuckDB on the same rows. Both must count the same.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use chrono::{TimeDelta, Utc};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::copy::{connect, copy_out};
use crate::engine::Engine;
use crate::traffic::DAYS;

const SCRIPT: &str = "crates/bench/duckdb/windows.py";
const WINDOWS: usize = 40;
/// What both count.
const COUNTED: [&str; 4] = [
    "total_invites",
    "active_users",
    "total_clicks",
    "total_conversions",
];
const EXPORT: &str = "COPY (SELECT type, class, reject_reason IS NULL, referrer_id, (extract(epoch FROM occurred_at) * 1000000)::bigint \
     FROM events) TO STDOUT WITH (FORMAT csv)";

/// Milliseconds of each window.
pub(super) struct Timed {
    engine: Vec<f64>,
    duckdb: Vec<f64>,
}

impl Timed {
    /// Median and 95th percentile of the engine, then of DuckDB.
    pub(super) fn shown(mut self) -> Vec<String> {
        let mut shown = Vec::new();
        for times in [&mut self.engine, &mut self.duckdb] {
            times.sort_by(f64::total_cmp);
            for share in [50, 95] {
                let at = (times.len() * share / 100).min(times.len().saturating_sub(1));
                shown.push(
                    times
                        .get(at)
                        .map_or_else(String::new, |ms| format!("{ms:.1}")),
                );
            }
        }
        shown
    }
}

/// Asks both for random windows, to the millisecond.
pub(super) async fn compare(engine: &Engine, python: &Path) -> Result<Timed> {
    let folder = exported(engine).await?;
    let mut peer = Peer::start(python, &folder.path().join("events.csv"))?;
    let mut random = StdRng::seed_from_u64(9);
    let mut timed = Timed {
        engine: Vec::new(),
        duckdb: Vec::new(),
    };
    let end = Utc::now();
    for _ in 0..WINDOWS {
        let mut instant = || {
            let back = random.random_range(0..DAYS * 86_400_000);
            end - TimeDelta::milliseconds(back)
        };
        let (a, b) = (instant(), instant());
        let (from, to) = (a.min(b), a.max(b) + TimeDelta::milliseconds(1));
        let time = |at: chrono::DateTime<Utc>| at.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string();
        let path = format!("/v1/metrics/k-factor?from={}&to={}", time(from), time(to));
        let begun = Instant::now();
        let told = engine.call(Method::GET, &path, None).await?;
        timed.engine.push(begun.elapsed().as_secs_f64() * 1_000.0);
        let counted = peer.ask(&json!([from.timestamp_micros(), to.timestamp_micros()]))?;
        for name in COUNTED {
            ensure!(
                told[name] == counted[name],
                "{name} of {path}: {} and {} by DuckDB",
                told[name],
                counted[name]
            );
        }
        let milliseconds = counted["milliseconds"].as_f64();
        timed.duckdb.push(milliseconds.context("no time")?);
    }
    Ok(timed)
}

/// All events as a file.
async fn exported(engine: &Engine) -> Result<TempDir> {
    let folder = tempfile::Builder::new().prefix("ve-bench-").tempdir()?;
    let client = connect(&engine.database_url()?).await?;
    copy_out(&client, EXPORT, &folder.path().join("events.csv")).await?;
    Ok(folder)
}

/// DuckDB with all events in memory; ended when dropped.
struct Peer {
    child: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Peer {
    fn start(python: &Path, events: &Path) -> Result<Self> {
        let mut child = Command::new(python)
            .arg(SCRIPT)
            .arg(events)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let questions = child.stdin.take().context("stdin is piped")?;
        let answers = BufReader::new(child.stdout.take().context("stdout is piped")?);
        let mut peer = Self {
            child,
            questions,
            answers,
        };
        ensure!(peer.line()? == "ready\n", "DuckDB did not get ready");
        Ok(peer)
    }

    fn ask(&mut self, window: &Value) -> Result<Value> {
        writeln!(self.questions, "{window}")?;
        Ok(serde_json::from_str(&self.line()?)?)
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        Ok(line)
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
