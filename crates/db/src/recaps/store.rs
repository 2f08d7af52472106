//! Writing recaps, many at a time.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{
    Array, Bool, Bytea, Date, Double, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid,
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::Value;
use uuid::Uuid;

use crate::error::DbResult;
use crate::schema::{emails, weekly_recaps};

/// A recap as stored.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable)]
#[diesel(table_name = weekly_recaps, check_for_backend(diesel::pg::Pg))]
#[expect(
    missing_docs,
    reason = "the columns are described in the migration and in the API's recap"
)]
pub struct RecapRow {
    pub id: Uuid,
    pub parent_id: Uuid,
    pub child_id: Uuid,
    pub week: NaiveDate,
    pub time_zone: String,
    pub sessions: i32,
    pub minutes: i32,
    pub average_rating: Option<f64>,
    pub improvement: Option<f64>,
    pub streak_days: i32,
    pub contents: Value,
    pub email_id: Option<Uuid>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub contents_cipher: Option<Vec<u8>>,
}

/// What became of a recap that was written.
#[derive(Clone, Copy, Debug, QueryableByName)]
pub struct StoredRecap {
    /// Its id, also that of an older one that was replaced.
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    /// The parent.
    #[diesel(sql_type = SqlUuid)]
    pub parent_id: Uuid,
    /// The message in which it was sent last.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub email_id: Option<Uuid>,
    /// Whether there was none before.
    #[diesel(sql_type = Bool)]
    pub is_new: bool,
}

/// The message in which the recaps of a parent's week are sent.
#[derive(Clone, Copy, Debug)]
pub struct RecapEmail {
    /// The parent.
    pub parent: Uuid,
    /// The week.
    pub week: NaiveDate,
    /// The message.
    pub email: Uuid,
}

/// A row that was inserted, and not updated, has no deleting transaction.
const UPSERT: &str = "
INSERT INTO weekly_recaps AS w (id, parent_id, child_id, week, time_zone, sessions, minutes, average_rating, improvement,
                                streak_days, contents, contents_cipher, created_at, updated_at)
SELECT n.*, $13, $13 FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::date[], $5::text[], $6::int[], $7::int[],
    $8::float8[], $9::float8[], $10::int[], $11::jsonb[], $12::bytea[]) AS n
ORDER BY 2, 4, 3
ON CONFLICT (parent_id, week, child_id) DO UPDATE
SET time_zone = excluded.time_zone, sessions = excluded.sessions, minutes = excluded.minutes,
    average_rating = excluded.average_rating, improvement = excluded.improvement, streak_days = excluded.streak_days,
    contents = excluded.contents, contents_cipher = excluded.contents_cipher, updated_at = excluded.updated_at
RETURNING w.id, w.parent_id, w.email_id, w.xmax = 0 AS is_new";

const DELETE_OTHERS: &str = "
DELETE FROM weekly_recaps w USING unnest($1::uuid[], $2::date[]) AS n (parent, week)
WHERE w.parent_id = n.parent AND w.week = n.week AND w.id <> ALL ($3::uuid[])";

const SET_EMAILS: &str = "
UPDATE weekly_recaps w SET email_id = n.email
FROM unnest($1::uuid[], $2::date[], $3::uuid[]) AS n (parent, week, email)
WHERE w.parent_id = n.parent AND w.week = n.week";

/// Stores recaps, each parent, week and child once. One that is there keeps its id, its message and the time at which
/// it was made.
///
/// # Errors
/// When the database refuses.
pub async fn upsert_recaps(
    conn: &mut AsyncPgConnection,
    rows: &[RecapRow],
    now: DateTime<Utc>,
) -> DbResult<Vec<StoredRecap>> {
    Ok(sql_query(UPSERT)
        .bind::<Array<SqlUuid>, _>(column(rows, |row| row.id))
        .bind::<Array<SqlUuid>, _>(column(rows, |row| row.parent_id))
        .bind::<Array<SqlUuid>, _>(column(rows, |row| row.child_id))
        .bind::<Array<Date>, _>(column(rows, |row| row.week))
        .bind::<Array<Text>, _>(column(rows, |row| row.time_zone.as_str()))
        .bind::<Array<Integer>, _>(column(rows, |row| row.sessions))
        .bind::<Array<Integer>, _>(column(rows, |row| row.minutes))
        .bind::<Array<Nullable<Double>>, _>(column(rows, |row| row.average_rating))
        .bind::<Array<Nullable<Double>>, _>(column(rows, |row| row.improvement))
        .bind::<Array<Integer>, _>(column(rows, |row| row.streak_days))
        .bind::<Array<Jsonb>, _>(column(rows, |row| row.contents.clone()))
        .bind::<Array<Nullable<Bytea>>, _>(column(rows, |row| row.contents_cipher.as_deref()))
        .bind::<Timestamptz, _>(now)
        .load(conn)
        .await?)
}

/// At most `limit` recaps whose contents are not encrypted yet, locked until the transaction ends; those that another
/// transaction has are left to it.
///
/// # Errors
/// When the database refuses.
pub async fn lock_unsealed_recaps(
    conn: &mut AsyncPgConnection,
    limit: i64,
) -> DbResult<Vec<RecapRow>> {
    Ok(weekly_recaps::table
        .filter(weekly_recaps::contents_cipher.is_null())
        .order(weekly_recaps::id)
        .limit(limit)
        .select(RecapRow::as_select())
        .for_update()
        .skip_locked()
        .load(conn)
        .await?)
}

/// Replaces what a recap tells, encrypted.
///
/// # Errors
/// When the database refuses.
pub async fn seal_recap(conn: &mut AsyncPgConnection, id: Uuid, sealed: &[u8]) -> DbResult<()> {
    diesel::update(weekly_recaps::table.find(id))
        .set((
            weekly_recaps::contents.eq(serde_json::json!({})),
            weekly_recaps::contents_cipher.eq(sealed),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Removes what else there is of these parents' weeks: sessions that were corrected may leave a child without any.
///
/// # Errors
/// When the database refuses.
pub async fn delete_other_recaps(
    conn: &mut AsyncPgConnection,
    parents: &[Uuid],
    weeks: &[NaiveDate],
    kept: &[Uuid],
) -> DbResult<usize> {
    Ok(sql_query(DELETE_OTHERS)
        .bind::<Array<SqlUuid>, _>(parents)
        .bind::<Array<Date>, _>(weeks)
        .bind::<Array<SqlUuid>, _>(kept)
        .execute(conn)
        .await?)
}

/// Notes in which messages recaps are sent.
///
/// # Errors
/// When the database refuses.
pub async fn set_recap_emails(conn: &mut AsyncPgConnection, emails: &[RecapEmail]) -> DbResult<()> {
    sql_query(SET_EMAILS)
        .bind::<Array<SqlUuid>, _>(column(emails, |one| one.parent))
        .bind::<Array<Date>, _>(column(emails, |one| one.week))
        .bind::<Array<SqlUuid>, _>(column(emails, |one| one.email))
        .execute(conn)
        .await?;
    Ok(())
}

fn column<'a, R, T>(rows: &'a [R], value: impl Fn(&'a R) -> T) -> Vec<T> {
    rows.iter().map(value).collect()
}

/// The messages that wait and tell of these children.
///
/// # Errors
/// When the database refuses.
pub async fn queued_emails_about(
    conn: &mut AsyncPgConnection,
    children: &[Uuid],
) -> DbResult<Vec<Uuid>> {
    let told = weekly_recaps::table
        .filter(weekly_recaps::child_id.eq_any(children))
        .select(weekly_recaps::email_id.assume_not_null());
    Ok(emails::table
        .filter(emails::state.eq("queued"))
        .filter(emails::id.eq_any(told))
        .order(emails::id)
        .select(emails::id)
        .load(conn)
        .await?)
}

/// The parent and each child that a message tells of.
///
/// # Errors
/// When the database refuses.
pub async fn told_by(conn: &mut AsyncPgConnection, email: Uuid) -> DbResult<Vec<(Uuid, Uuid)>> {
    Ok(weekly_recaps::table
        .filter(weekly_recaps::email_id.eq(email))
        .select((weekly_recaps::parent_id, weekly_recaps::child_id))
        .load(conn)
        .await?)
}
