//! Makes partitions ahead of time, so that no event has to wait for one.

use chrono::Months;
use diesel_async::AsyncConnection;
use serde::{Deserialize, Serialize};
use viral_engine_db::locks::{Lock, lock};
use viral_engine_db::partitions::{ensure_month, month_of};
use viral_engine_domain::consents::Gate;

use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
use crate::jobs::JobPayload;

/// Months made ahead of the current one.
const AHEAD: u32 = 2;

/// Makes the partitions of the coming months.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MakePartitions {}

impl JobPayload for MakePartitions {
    const KIND: &'static str = "make_partitions";
    const GATE: Gate = Gate::Nothing;
}

/// Makes the partitions of this month and the next ones that are not there yet.
///
/// # Errors
/// When the database refuses.
pub async fn make_partitions(context: &Context) -> ServiceResult<()> {
    let this_month = month_of(context.now());
    let mut conn = context.connection().await?;
    for ahead in 0..=AHEAD {
        let Some(month) = this_month.checked_add_months(Months::new(ahead)) else {
            continue;
        };
        // A transaction each: making one locks the whole table.
        conn.transaction(async |conn| {
            lock(conn, Lock::Ingest).await?;
            Ok::<_, ServiceError>(ensure_month(conn, month).await?)
        })
        .await?;
    }
    Ok(())
}
