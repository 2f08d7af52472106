//! Users who were reached, by UTC day, so that distinct users of any window are counted without reading them.
//!
//! Distinct users can not be added up over days. But each user's days can be chained: a user is counted in a
//! window exactly once, on the first of their days in it, which is the day whose predecessor lies before the
//! window. So for each day the users are counted by how many days ago they were reached before
//! (`rollup_reached_gaps`), and the distinct users of days `a..=b` are the sum, over those days, of the users whose
//! gap leads to before `a`.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::QueryableByName;
use diesel::sql_query;
use diesel::sql_types::{Array, Date, Integer, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::count::Count;
use crate::error::DbResult;

/// Longer gaps count as none: no window is longer.
pub(crate) const LONGEST_GAP_DAYS: i32 = 100;

/// Rows a count is spread over, for writers at the same time.
pub(crate) const SHARDS: i32 = 4;

/// A user who was reached: a parent by a share, a user invited to a study session, a referee by an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reached {
    /// The user.
    pub user_id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
}

#[derive(QueryableByName)]
struct Recorded {
    #[diesel(sql_type = SqlUuid)]
    user_id: Uuid,
    #[diesel(sql_type = Date)]
    day: NaiveDate,
    #[diesel(sql_type = diesel::sql_types::Bool)]
    is_new: bool,
}

/// A row that was inserted, and not updated, has no deleting transaction.
pub(crate) const RECORD: &str = "
INSERT INTO rollup_reached_days AS r (day, user_id, first_at, last_at)
SELECT * FROM unnest($1::date[], $2::uuid[], $3::timestamptz[], $4::timestamptz[])
    AS reached (day, user_id, first_at, last_at) ORDER BY user_id, day
ON CONFLICT (day, user_id) DO UPDATE
SET first_at = least(r.first_at, excluded.first_at), last_at = greatest(r.last_at, excluded.last_at)
WHERE excluded.first_at < r.first_at OR excluded.last_at > r.last_at
RETURNING user_id, day, r.xmax = 0 AS is_new";

pub(crate) const LOCK: &str =
    "SELECT id FROM users WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE";

/// What the users' chains of days count for with the new days, less what they counted for without them.
pub(crate) const CHAIN: &str = "
WITH added AS (SELECT * FROM unnest($1::uuid[], $2::date[]) AS added (user_id, day)),
days AS (
    SELECT r.user_id, r.day, added.day IS NOT NULL AS is_new
    FROM rollup_reached_days r LEFT JOIN added USING (user_id, day)
    WHERE r.user_id = ANY ($1) AND r.day BETWEEN $3::date - $5::int AND $4::date + $5::int
),
chained AS (
    SELECT day, day - lag(day) OVER (PARTITION BY user_id ORDER BY day) AS gap, 1 AS users FROM days
    UNION ALL
    SELECT day, day - lag(day) OVER (PARTITION BY user_id ORDER BY day), -1 FROM days WHERE NOT is_new
),
changes AS (
    SELECT day, CASE WHEN gap <= $5 THEN gap ELSE 0 END AS gap, sum(users) AS users FROM chained GROUP BY 1, 2
)
INSERT INTO rollup_reached_gaps AS r (day, gap, shard, users)
SELECT day, gap, (pg_backend_pid() % $6::int)::smallint, users FROM changes WHERE users <> 0 ORDER BY day, gap
ON CONFLICT (day, gap, shard) DO UPDATE SET users = r.users + excluded.users";

const COUNT: &str = "
SELECT coalesce(sum(users), 0)::bigint AS count FROM rollup_reached_gaps
WHERE day BETWEEN $1 AND $2 AND (gap = 0 OR gap > day - $1)";

/// Records that users were reached. The users must exist.
///
/// # Errors
/// When the database refuses.
pub async fn record_reached(conn: &mut AsyncPgConnection, reached: &[Reached]) -> DbResult<()> {
    if reached.is_empty() {
        return Ok(());
    }
    let mut spans: BTreeMap<(Uuid, NaiveDate), (DateTime<Utc>, DateTime<Utc>)> = BTreeMap::new();
    for one in reached {
        let span = spans
            .entry((one.user_id, one.at.date_naive()))
            .or_insert((one.at, one.at));
        *span = (span.0.min(one.at), span.1.max(one.at));
    }
    let (keys, times): (Vec<_>, Vec<_>) = spans.into_iter().unzip();
    let (users, days): (Vec<_>, Vec<_>) = keys.into_iter().unzip();
    let (first, last): (Vec<_>, Vec<_>) = times.into_iter().unzip();
    let recorded: Vec<Recorded> = sql_query(RECORD)
        .bind::<Array<Date>, _>(days)
        .bind::<Array<SqlUuid>, _>(users)
        .bind::<Array<Timestamptz>, _>(first)
        .bind::<Array<Timestamptz>, _>(last)
        .load(conn)
        .await?;
    let added: Vec<_> = recorded.into_iter().filter(|row| row.is_new).collect();
    chain(conn, &added).await
}

/// Two transactions that add days of the same user must see each other's: the second waits here for the first,
/// and then reads what it stored.
async fn chain(conn: &mut AsyncPgConnection, added: &[Recorded]) -> DbResult<()> {
    let days = || added.iter().map(|row| row.day);
    let (Some(first), Some(last)) = (days().min(), days().max()) else {
        return Ok(());
    };
    let users: Vec<_> = added.iter().map(|row| row.user_id).collect();
    sql_query(LOCK)
        .bind::<Array<SqlUuid>, _>(&users)
        .execute(conn)
        .await?;
    sql_query(CHAIN)
        .bind::<Array<SqlUuid>, _>(&users)
        .bind::<Array<Date>, _>(days().collect::<Vec<_>>())
        .bind::<Date, _>(first)
        .bind::<Date, _>(last)
        .bind::<Integer, _>(LONGEST_GAP_DAYS)
        .bind::<Integer, _>(SHARDS)
        .execute(conn)
        .await?;
    Ok(())
}

/// Distinct users reached on the UTC days `first..=last`, at most 100 days apart.
///
/// # Errors
/// When the database refuses.
pub async fn count_reached(
    conn: &mut AsyncPgConnection,
    first: NaiveDate,
    last: NaiveDate,
) -> DbResult<i64> {
    let count: Count = sql_query(COUNT)
        .bind::<Date, _>(first)
        .bind::<Date, _>(last)
        .get_result(conn)
        .await?;
    Ok(count.count)
}
