//! Health scores over time: stored every five minutes, read thinned.

use chrono::{DurationRound, TimeDelta};
use viral_engine_api_types::guardrails::{Deductions, HealthHistory, HealthSnapshot, HealthStatus};
use viral_engine_db::guardrails::{SnapshotRow, insert_snapshot, list_snapshots};
use viral_engine_domain::guardrails::health::HealthStatus as Rule;

use super::health::{deductions, default_health, status};
use crate::answers::{Asked, WindowParameters};
use crate::context::Context;
use crate::error::ServiceResult;

/// Time between two snapshots.
const EVERY: TimeDelta = TimeDelta::minutes(5);

/// Most snapshots of an answer.
const THINNED_TO: i64 = 500;

/// Days of the history unless the request names a window.
const DEFAULT_DAYS: u32 = 7;

/// The window of a history, as sent.
pub type HistoryRequest = WindowParameters;

/// The stored health scores of a window.
///
/// # Errors
/// A parameter at fault, or a database that can not be asked.
pub async fn get_health_history(
    context: &Context,
    request: &HistoryRequest,
) -> ServiceResult<HealthHistory> {
    let (window, _) = request.resolve(DEFAULT_DAYS, context.now())?;
    let (from, to) = (window.from(), window.to());
    let mut conn = context.connection().await?;
    let rows = list_snapshots(&mut conn, from, to, THINNED_TO).await?;
    Ok(HealthHistory {
        from,
        to,
        snapshots: rows.iter().map(snapshot).collect(),
    })
}

/// Stores the score of the five minutes that contain `asked`, unless a node has done so.
#[tracing::instrument(name = "store_health_snapshot", skip_all)]
pub(super) async fn store_snapshot(context: &Context, asked: &Asked) -> ServiceResult<()> {
    let health = default_health(context, asked).await?;
    let points = deductions(&health);
    let row = SnapshotRow {
        at: asked.now.duration_trunc(EVERY).unwrap_or(asked.now),
        score: health.score,
        status: health.status.as_str().to_owned(),
        fraud: points.fraud,
        bot_behavior: points.bot_behavior,
        opt_out_rate: points.opt_out_rate,
        coppa_violations: points.coppa_violations,
    };
    metrics::gauge!("viral_engine_health_score").set(health.score);
    tracing::info!(
        score = health.score,
        status = row.status,
        "health score stored"
    );
    let mut conn = context.connection().await?;
    Ok(insert_snapshot(&mut conn, &row).await?)
}

fn snapshot(row: &SnapshotRow) -> HealthSnapshot {
    HealthSnapshot {
        at: row.at,
        health_score: row.score,
        health_status: stored_status(row),
        deductions: Deductions {
            fraud: row.fraud,
            bot_behavior: row.bot_behavior,
            opt_out_rate: row.opt_out_rate,
            coppa_violations: row.coppa_violations,
        },
    }
}

/// The status follows from the score; it is stored for whoever reads the table.
fn stored_status(row: &SnapshotRow) -> HealthStatus {
    status(Rule::of(row.score))
}
