//! Which indexes are used, by everything that a run asked.

use std::time::Duration;

use anyhow::Result;
use chrono::{TimeDelta, Utc};
use diesel_async::{AsyncConnection as _, AsyncPgConnection, RunQueryDsl as _};
use reqwest::Method;

use crate::engine::Engine;

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

/// Asks the rest of the questions once each, then lists which indexes were used in the whole run.
pub(super) async fn ask_other_questions(engine: &Engine) -> Result<Vec<Vec<String>>> {
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
