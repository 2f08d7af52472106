//! Parent shares, progress reels, and the personal information that was found in them.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Array, Integer, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::Value;
use uuid::Uuid;

use crate::error::DbResult;
use crate::schema::{parent_shares, progress_reels, users};

/// A parent share as stored.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = parent_shares, check_for_backend(diesel::pg::Pg))]
pub struct ParentShareRow {
    /// Its id.
    pub id: Uuid,
    /// The parent.
    pub parent_id: Uuid,
    /// The student it is about.
    pub student_id: Uuid,
    /// What was shared, redacted.
    pub share_data: Value,
    /// When.
    pub shared_at: DateTime<Utc>,
    /// When it was taken in.
    pub created_at: DateTime<Utc>,
    /// First view.
    pub viewed_at: Option<DateTime<Utc>>,
    /// Views.
    pub view_count: i64,
    /// Findings of personal information.
    pub violations: i32,
}

/// A progress reel as stored.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = progress_reels, check_for_backend(diesel::pg::Pg))]
pub struct ProgressReelRow {
    /// Its id.
    pub id: Uuid,
    /// The student it is about.
    pub student_id: Uuid,
    /// What was shown, redacted.
    pub reel_data: Value,
    /// When.
    pub created_at: DateTime<Utc>,
    /// When it was taken in.
    pub received_at: DateTime<Utc>,
    /// Findings of personal information.
    pub violations: i32,
}

/// A finding to store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewViolation {
    /// The share or reel.
    pub payload_id: Uuid,
    /// Place among the findings of the payload, from 0.
    pub ordinal: i32,
    /// `parent_share` or `progress_reel`.
    pub kind: &'static str,
    /// Where, without the value.
    pub field_path: String,
    /// What.
    pub entity_type: &'static str,
    /// When the payload was shared.
    pub at: DateTime<Utc>,
}

const INSERT_VIOLATIONS: &str = "
INSERT INTO pii_violations (payload_id, ordinal, kind, field_path, entity_type, at)
SELECT * FROM unnest($1, $2, $3, $4, $5, $6)";

/// Stores parent shares.
///
/// # Errors
/// When the database refuses.
pub async fn insert_parent_shares(
    conn: &mut AsyncPgConnection,
    rows: &[ParentShareRow],
) -> DbResult<()> {
    diesel::insert_into(parent_shares::table)
        .values(rows)
        .execute(conn)
        .await?;
    Ok(())
}

/// Stores progress reels.
///
/// # Errors
/// When the database refuses.
pub async fn insert_progress_reels(
    conn: &mut AsyncPgConnection,
    rows: &[ProgressReelRow],
) -> DbResult<()> {
    diesel::insert_into(progress_reels::table)
        .values(rows)
        .execute(conn)
        .await?;
    Ok(())
}

/// Stores findings.
///
/// # Errors
/// When the database refuses.
pub async fn insert_violations(
    conn: &mut AsyncPgConnection,
    rows: &[NewViolation],
) -> DbResult<()> {
    if rows.is_empty() {
        return Ok(());
    }
    sql_query(INSERT_VIOLATIONS)
        .bind::<Array<SqlUuid>, _>(rows.iter().map(|row| row.payload_id).collect::<Vec<_>>())
        .bind::<Array<Integer>, _>(rows.iter().map(|row| row.ordinal).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(rows.iter().map(|row| row.kind).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(rows.iter().map(|row| &*row.field_path).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(rows.iter().map(|row| row.entity_type).collect::<Vec<_>>())
        .bind::<Array<Timestamptz>, _>(rows.iter().map(|row| row.at).collect::<Vec<_>>())
        .execute(conn)
        .await?;
    Ok(())
}

/// Counts a view of a parent share and answers the share as it is then.
///
/// # Errors
/// [`crate::DbError::NotFound`] when there is none.
pub async fn count_view(
    conn: &mut AsyncPgConnection,
    id: Uuid,
    now: DateTime<Utc>,
) -> DbResult<ParentShareRow> {
    use diesel::dsl::sql;
    use diesel::sql_types::Nullable;
    let first = sql::<Nullable<Timestamptz>>("coalesce(viewed_at, ")
        .bind::<Timestamptz, _>(now)
        .sql(")");
    Ok(diesel::update(parent_shares::table.find(id))
        .set((
            parent_shares::viewed_at.eq(first),
            parent_shares::view_count.eq(parent_shares::view_count + 1),
        ))
        .returning(ParentShareRow::as_returning())
        .get_result(conn)
        .await?)
}

/// The platform's name of a user.
///
/// # Errors
/// [`crate::DbError::NotFound`] when there is none.
pub async fn external_id(conn: &mut AsyncPgConnection, id: Uuid) -> DbResult<String> {
    Ok(users::table
        .find(id)
        .select(users::external_id)
        .first(conn)
        .await?)
}
