//! Events: how they get in ([`ingest`]), how far click logs are shipped, and lists.

mod check;
pub mod ingest;
mod list;
pub mod reported;
pub mod retention;
pub mod unknown_clicks;

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::error::DbResult;
use crate::schema::click_log_positions;

pub use check::{RollupCheck, check_rollups};
pub use list::{EventFilter, EventRow, external_ids, list_events};

/// How far a click log is shipped; `None` when nothing of it is.
///
/// # Errors
/// When the database refuses.
pub async fn log_position(conn: &mut AsyncPgConnection, log_id: Uuid) -> DbResult<Option<i64>> {
    Ok(click_log_positions::table
        .find(log_id)
        .select(click_log_positions::position)
        .first(conn)
        .await
        .optional()?)
}
