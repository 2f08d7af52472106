//! Guardrail endpoints at growing numbers of events: the cost should follow what is flagged, not how many there are.
//!
//! While an endpoint is measured, an event arrives every second, so that answers are computed and not only kept.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use chrono::{TimeDelta, Utc};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng};
use reqwest::Method;
use serde_json::{Value, json};

use crate::engine::Engine;
use crate::load::{Request, open_loop};
use crate::report;

/// 1,000 dashboards that refresh every 30 s.
const RATE: f64 = 1000.0 / 30.0;
const ENDPOINTS: [&str; 6] = [
    "suspicious-clicks",
    "bots",
    "opt-outs",
    "conversion-anomalies",
    "health",
    "overview",
];
const BULK: usize = 5_000;

/// Loads up to each of `sizes` events and measures every endpoint for `seconds`.
pub async fn run(binary: &Path, sizes: &[usize], seconds: u64) -> Result<()> {
    let engine = Engine::start(binary).await?;
    let mut random = StdRng::seed_from_u64(1);
    let mut loaded = 0;
    let mut rows = Vec::new();
    let mut first: Vec<f64> = Vec::new();
    for &size in sizes {
        let start = std::time::Instant::now();
        let before = loaded;
        while loaded < size {
            let events: Vec<Value> = (0..BULK).map(|_| event(&mut random)).collect();
            engine
                .call(Method::POST, "/v1/events/bulk", Some(&Value::Array(events)))
                .await?;
            loaded += BULK;
        }
        report::line(&format!(
            "loaded {} events in {:.1?}",
            loaded - before,
            start.elapsed()
        ))?;
        for (index, endpoint) in ENDPOINTS.into_iter().enumerate() {
            let measured = measure(&engine, endpoint, seconds, &mut random).await?;
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
    report::heading("Guardrails")?;
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
    ))
}

async fn measure(
    engine: &Engine,
    endpoint: &str,
    seconds: u64,
    random: &mut StdRng,
) -> Result<crate::load::Measured> {
    let headers = format!("authorization: Bearer {}\r\n", engine.key());
    let request = Request::get(
        engine.process.address(),
        &format!("/v1/guardrails/{endpoint}"),
        &headers,
        200,
    );
    let duration = Duration::from_secs(seconds);
    let writes = async {
        for _ in 0..seconds {
            engine
                .call(Method::POST, "/v1/events", Some(&event(random)))
                .await?;
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        anyhow::Ok(())
    };
    let (measured, written) = tokio::join!(open_loop(&request, RATE, 32, duration), writes);
    written?;
    measured
}

/// An event of a made-up platform: mostly clicks of many people, some of them from farms and bots.
fn event(random: &mut StdRng) -> Value {
    let at = Utc::now() - TimeDelta::seconds(random.random_range(0..6 * 86_400));
    let kind = random.random_range(0..100);
    let person: u32 = random.random_range(0..2_000_000);
    if kind < 90 {
        let farm = random.random_range(0..1000) == 0;
        let (ip, device) = if farm {
            (
                format!("198.51.100.{}", random.random_range(1..20)),
                format!("farm-{}", random.random_range(0..40)),
            )
        } else {
            (
                format!(
                    "10.{}.{}.{}",
                    person >> 16,
                    (person >> 8) & 255,
                    person & 255
                ),
                format!("device-{person}"),
            )
        };
        json!({"type": "click", "referrer": format!("referrer-{}", person % 50_000), "ip": ip, "device_fingerprint": device, "occurred_at": at})
    } else {
        let kind = if kind < 96 {
            "invite_sent"
        } else {
            "conversion"
        };
        json!({"type": kind, "referrer": format!("referrer-{}", person % 50_000), "referee": format!("referee-{person}"), "occurred_at": at})
    }
}
