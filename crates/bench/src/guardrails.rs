//! Guardrail endpoints at growing numbers of events: the cost should follow what is flagged, not how many there are.
//!
//! While an endpoint is measured, an event arrives every second, so that answers are computed and not only kept.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use chrono::{TimeDelta, Utc};
use diesel_async::{AsyncConnection as _, AsyncPgConnection, RunQueryDsl as _};
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
/// What operators and backends ask beside the dashboard: other thresholds, parts of days, events behind a figure.
const OTHER_QUESTIONS: [&str; 12] = [
    "guardrails/suspicious-clicks?threshold=3",
    "guardrails/bots?min_clicks=5&time_window=30",
    "guardrails/conversion-anomalies?rate_threshold=10&min_clicks=1",
    "guardrails/overview?from=FROM&to=TO",
    "guardrails/overview?from=FROM&to=TO&min_clicks=4",
    "guardrails/overview?days=7&time_zone=Asia/Kathmandu",
    "overview?days=7",
    "events?type=conversion",
    "events?class=human",
    "events?device_fingerprint=farm-1",
    "events?referrer=referrer-7",
    "events?link_id=01963b2e-7f00-7c10-9c5e-1a2b3c4d5e6f",
];

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
    let used = ask_other_questions(&engine).await?;
    report::line(&format!(
        "\nOpen loop at {RATE:.1} requests/s for {seconds} s each, an event arriving every second."
    ))?;
    report::heading("Indexes of events and rollups")?;
    report::table(&["index", "scans", "MiB"], &used)
}

/// Asks the rest of the questions once each, then lists which indexes were used in the whole run.
async fn ask_other_questions(engine: &Engine) -> Result<Vec<Vec<String>>> {
    let now = Utc::now();
    let time = |hours| {
        (now - TimeDelta::hours(hours))
            .format("%Y-%m-%dT%H:%M:%SZ")
            .to_string()
    };
    for question in OTHER_QUESTIONS {
        let path = question
            .replace("FROM", &time(100))
            .replace("TO", &time(31));
        engine
            .call(Method::GET, &format!("/v1/{path}"), None)
            .await?;
    }
    indexes(engine).await
}

#[derive(diesel::QueryableByName)]
struct IndexUse {
    #[diesel(sql_type = diesel::sql_types::Text)]
    name: String,
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    scans: i64,
    #[diesel(sql_type = diesel::sql_types::Double)]
    mebibytes: f64,
}

/// Scans of each index, those of partitions under the name of the whole.
async fn indexes(engine: &Engine) -> Result<Vec<Vec<String>>> {
    // Backends tell what they did within a second.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let mut conn = AsyncPgConnection::establish(&engine.database_url()?).await?;
    let uses: Vec<IndexUse> = diesel::sql_query(
        "SELECT coalesce(whole.relname, one.indexrelname)::text AS name, sum(one.idx_scan)::bigint AS scans, \
         sum(pg_relation_size(one.indexrelid))::float8 / 1048576 AS mebibytes \
         FROM pg_stat_user_indexes one LEFT JOIN pg_inherits part ON part.inhrelid = one.indexrelid \
         LEFT JOIN pg_class whole ON whole.oid = part.inhparent \
         WHERE one.relname ~ '^(event|rollup)' GROUP BY 1 ORDER BY 1",
    )
    .load(&mut conn)
    .await?;
    Ok(uses
        .into_iter()
        .map(|index| {
            vec![
                index.name,
                index.scans.to_string(),
                format!("{:.1}", index.mebibytes),
            ]
        })
        .collect())
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
