//! What events may be kept of: who clicked is erased after a time, and so is what only serves to tell repeats.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::sql_query;
use diesel::sql_types::{BigInt, Date, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::error::DbResult;

/// Received times grow with the order of rows, so the index on them finds a day without reading the others. An event
/// lies at most minutes ahead of when it was received, which spares partitions.
const ERASE: &str = "
WITH old AS (
    SELECT occurred_at, id FROM events
    WHERE received_at >= $1 AND received_at < $2 AND occurred_at < $2 + interval '1 day'
      AND (ip_hash IS NOT NULL OR device_fingerprint IS NOT NULL)
    LIMIT $3
)
UPDATE events e SET ip_hash = NULL, device_fingerprint = NULL FROM old
WHERE e.occurred_at = old.occurred_at AND e.id = old.id";

/// Rollups that no event stands behind any more. Imported events keep theirs until they are old themselves.
const DROP_ROLLUPS: [&str; 3] = [
    "DELETE FROM rollup_ip_days r WHERE r.day < $1 AND NOT EXISTS (
        SELECT FROM events e WHERE e.ip_hash = r.ip_hash
          AND e.occurred_at >= r.day::timestamp AT TIME ZONE 'UTC'
          AND e.occurred_at < (r.day + 1)::timestamp AT TIME ZONE 'UTC')",
    "DELETE FROM rollup_ip_device_days r WHERE r.day < $1 AND NOT EXISTS (
        SELECT FROM events e WHERE e.ip_hash = r.ip_hash
          AND e.occurred_at >= r.day::timestamp AT TIME ZONE 'UTC'
          AND e.occurred_at < (r.day + 1)::timestamp AT TIME ZONE 'UTC')",
    "DELETE FROM rollup_device_days r WHERE r.day < $1 AND NOT EXISTS (
        SELECT FROM events e WHERE e.device_fingerprint = r.device_fingerprint
          AND e.type = 'click' AND e.class IN ('human', 'duplicate')
          AND e.occurred_at >= r.day::timestamp AT TIME ZONE 'UTC'
          AND e.occurred_at < (r.day + 1)::timestamp AT TIME ZONE 'UTC')",
];

const FORGET: [&str; 2] = [
    "DELETE FROM event_ids WHERE received_at < $1",
    "DELETE FROM link_visitors WHERE recorded_at < $1",
];

/// Erases address and device of at most `limit` events received from `from` to before `before`; answers how many.
///
/// # Errors
/// When the database refuses, as everywhere in this module.
pub async fn erase_identifiers(
    conn: &mut AsyncPgConnection,
    from: DateTime<Utc>,
    before: DateTime<Utc>,
    limit: i64,
) -> DbResult<usize> {
    Ok(sql_query(ERASE)
        .bind::<Timestamptz, _>(from)
        .bind::<Timestamptz, _>(before)
        .bind::<BigInt, _>(limit)
        .execute(conn)
        .await?)
}

/// Removes sums by address and device of the days before `day` whose events have lost theirs. Hold the lock of
/// ingest: it adds to these sums.
pub async fn drop_identifying_rollups(
    conn: &mut AsyncPgConnection,
    day: NaiveDate,
) -> DbResult<usize> {
    let mut dropped = 0;
    for sql in DROP_ROLLUPS {
        dropped += sql_query(sql).bind::<Date, _>(day).execute(conn).await?;
    }
    Ok(dropped)
}

/// Forgets ids of events and visitors from before `before`; answers how many.
pub async fn forget_repeats(
    conn: &mut AsyncPgConnection,
    before: DateTime<Utc>,
) -> DbResult<usize> {
    let mut forgotten = 0;
    for sql in FORGET {
        forgotten += sql_query(sql)
            .bind::<Timestamptz, _>(before)
            .execute(conn)
            .await?;
    }
    Ok(forgotten)
}
