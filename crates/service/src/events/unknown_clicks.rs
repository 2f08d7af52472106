//! Conversions that name a click which nobody made.
//!
//! A conversion may overtake its click, which is normally shipped within a second. A click that has not come after a day
//! was invented, or lies in the log of a node that is gone: the conversion is rejected, and the referee may convert.

use chrono::TimeDelta;
use diesel_async::AsyncConnection;
use serde::{Deserialize, Serialize};
use viral_engine_db::data_version;
use viral_engine_db::events::unknown_clicks::give_up_awaited_clicks;
use viral_engine_db::locks::{Lock, lock};
use viral_engine_domain::consents::Gate;

use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
use crate::jobs::JobPayload;

/// How long a click is awaited.
const AWAITED: TimeDelta = TimeDelta::days(1);
/// Clicks in one transaction: ingest waits for it.
const BATCH: usize = 1_000;

/// Rejects conversions whose click has not come.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RejectUnknownClicks {}

impl JobPayload for RejectUnknownClicks {
    const KIND: &'static str = "reject_unknown_clicks";
    const GATE: Gate = Gate::Nothing;
}

/// Rejects conversions whose click has not come, and answers how many clicks are not awaited any more.
///
/// # Errors
/// When the database refuses; the next call goes on.
pub async fn reject_unknown_clicks(context: &Context) -> ServiceResult<usize> {
    let mut conn = context.connection().await?;
    let before = context.now() - AWAITED;
    let mut total = 0;
    loop {
        let given_up = conn
            .transaction(async |conn| {
                lock(conn, Lock::Ingest).await?;
                let given_up = give_up_awaited_clicks(conn, before, BATCH as i64).await?;
                Ok::<_, ServiceError>(given_up)
            })
            .await?;
        total += given_up;
        if given_up < BATCH {
            break;
        }
    }
    if total > 0 {
        data_version::bump(&mut conn).await?;
    }
    Ok(total)
}
