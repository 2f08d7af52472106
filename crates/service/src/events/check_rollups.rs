//! Whether sums are those of their events, looked at a day later. They are kept in the transaction that stores the
//! events, so a difference is a fault of ours; it is told, never mended silently.

use chrono::{DateTime, Days, NaiveDate, Utc};
use diesel_async::AsyncConnection;
use serde::{Deserialize, Serialize};
use viral_engine_db::events as db;
use viral_engine_db::locks::{Lock, lock};
use viral_engine_domain::consents::Gate;

use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
use crate::jobs::JobPayload;

/// Compares the sums of a UTC day with its events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckRollups {
    /// The day.
    pub day: NaiveDate,
}

impl CheckRollups {
    /// Of the day before an instant's.
    #[must_use]
    pub fn before(at: DateTime<Utc>) -> Self {
        let today = at.date_naive();
        Self {
            day: today.checked_sub_days(Days::new(1)).unwrap_or(today),
        }
    }
}

impl JobPayload for CheckRollups {
    const KIND: &'static str = "check_rollups";
    const GATE: Gate = Gate::Nothing;
}

/// Compares the sums of a UTC day with its events, and answers how many rows differ.
///
/// # Errors
/// When the database can not be asked.
pub async fn check_rollups(context: &Context, day: NaiveDate) -> ServiceResult<i64> {
    let mut conn = context.connection().await?;
    let checks = conn
        .transaction(async |conn| {
            // Retention takes rows of addresses away in several steps.
            lock(conn, Lock::Ingest).await?;
            Ok::<_, ServiceError>(db::check_rollups(conn, day).await?)
        })
        .await?;
    let mut differences = 0;
    for check in checks {
        differences += check.differences;
        let rows = metrics::gauge!("viral_engine_rollup_differences", "table" => check.table);
        rows.set(check.differences as f64);
        if check.differences > 0 {
            tracing::error!(
                %day,
                table = check.table,
                rows = check.differences,
                "sums are not those of their events"
            );
        }
    }
    Ok(differences)
}
