//! When an answer changes by itself: the next record that is ahead of its time.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Nullable, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::error::DbResult;

#[derive(QueryableByName)]
struct Due {
    #[diesel(sql_type = Nullable<Timestamptz>)]
    at: Option<DateTime<Utc>>,
}

const NEXT: &str = "
SELECT least((SELECT min(occurred_at) FROM events WHERE occurred_at >= $1),
             (SELECT min(shared_at) FROM parent_shares WHERE shared_at >= $1),
             (SELECT min(created_at) FROM progress_reels WHERE created_at >= $1),
             (SELECT min(started_at) FROM study_sessions WHERE started_at >= $1),
             (SELECT min(at) FROM opt_outs WHERE at >= $1),
             (SELECT min(created_at) FROM links WHERE created_at >= $1)) AS at";

/// The earliest time of an event or input at `from` or later.
///
/// # Errors
/// When the database refuses.
pub async fn next_due(
    conn: &mut AsyncPgConnection,
    from: DateTime<Utc>,
) -> DbResult<Option<DateTime<Utc>>> {
    let due: Due = sql_query(NEXT)
        .bind::<Timestamptz, _>(from)
        .get_result(conn)
        .await?;
    Ok(due.at)
}
