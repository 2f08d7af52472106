//! Figures for operators at growing numbers of events: what a dashboard waits for should not grow with how many there are.
//!
//! While an endpoint is measured, an event arrives every second, so that answers are computed and not only kept.

mod indexes;
mod traffic;

use std::path::Path;
use std::time::Duration;

use anyhow::{Result, ensure};
use rand::SeedableRng;
use rand::rngs::StdRng;
use reqwest::Method;

use crate::engine::Engine;
use crate::load::{Request, open_loop};
use crate::report;
use traffic::Traffic;

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

/// Loads up to each of `sizes` events and measures every endpoint for `seconds`.
pub async fn run(binary: &Path, sizes: &[usize], seconds: u64) -> Result<()> {
    let engine = Engine::start(binary).await?;
    let mut traffic = Traffic::begin(&engine, StdRng::seed_from_u64(1)).await?;
    let mut loaded = 0;
    let mut rows = Vec::new();
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
        for (index, endpoint) in ENDPOINTS.into_iter().enumerate() {
            let measured = measure(&engine, endpoint, seconds, &mut traffic).await?;
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
            ]);
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
        ],
        &rows,
    )?;
    report::line(&format!(
        "\nOpen loop at {RATE:.1} requests/s for {seconds} s each, an event arriving every second."
    ))?;
    let used = indexes::ask_other_questions(&engine).await?;
    report::heading("Indexes of events and rollups")?;
    report::table(&["index", "scans", "MiB"], &used)
}

async fn measure(
    engine: &Engine,
    endpoint: &str,
    seconds: u64,
    traffic: &mut Traffic,
) -> Result<crate::load::Measured> {
    let headers = format!("authorization: Bearer {}\r\n", engine.key());
    let request = Request::get(
        engine.process.address(),
        &format!("/v1/{endpoint}"),
        &headers,
        200,
    );
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
    let (measured, written) = tokio::join!(open_loop(&request, RATE, 32, duration), writes);
    written?;
    measured
}
