//! Notices: what guardians are told before they consent, in versions that do not change once published.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::error::DbResult;
use crate::schema::{notice_texts, notices};

/// A version of the notice.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset, Identifiable)]
#[diesel(table_name = notices, check_for_backend(diesel::pg::Pg), treat_none_as_null = true)]
pub struct NoticeRow {
    /// Its id.
    pub id: Uuid,
    /// 1, 2, 3, …
    pub number: i32,
    /// Whether consents to earlier versions do not cover this one.
    pub is_material: bool,
    /// Since when guardians see it; none for the draft.
    pub published_at: Option<DateTime<Utc>>,
    /// Grows with each change of the draft.
    pub version: i64,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// Last change.
    pub updated_at: DateTime<Utc>,
}

/// The words of a version in a language.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = notice_texts, check_for_backend(diesel::pg::Pg))]
pub struct NoticeTextRow {
    /// The version.
    pub notice_id: Uuid,
    /// `en` or `de`.
    pub locale: String,
    /// Markdown.
    pub body: String,
}

/// Stores a draft.
///
/// # Errors
/// When there is one already, as the constraint `notices_draft_unique_idx`; when the database refuses, as everywhere in
/// this module.
pub async fn insert_notice(conn: &mut AsyncPgConnection, row: &NoticeRow) -> DbResult<()> {
    diesel::insert_into(notices::table)
        .values(row)
        .execute(conn)
        .await?;
    Ok(())
}

/// Stores what became of a draft.
pub async fn save_notice(conn: &mut AsyncPgConnection, row: &NoticeRow) -> DbResult<()> {
    diesel::update(notices::table.find(row.id))
        .set(row)
        .execute(conn)
        .await?;
    Ok(())
}

/// Replaces the words of a draft.
pub async fn replace_texts(
    conn: &mut AsyncPgConnection,
    notice: Uuid,
    texts: &[NoticeTextRow],
) -> DbResult<()> {
    diesel::delete(notice_texts::table.filter(notice_texts::notice_id.eq(notice)))
        .execute(conn)
        .await?;
    diesel::insert_into(notice_texts::table)
        .values(texts)
        .execute(conn)
        .await?;
    Ok(())
}

/// All versions, the newest first.
pub async fn list_notices(conn: &mut AsyncPgConnection) -> DbResult<Vec<NoticeRow>> {
    Ok(notices::table
        .order(notices::number.desc())
        .select(NoticeRow::as_select())
        .load(conn)
        .await?)
}

/// The version with this number, locked until the transaction ends.
///
/// # Errors
/// [`crate::DbError::NotFound`].
pub async fn lock_notice(conn: &mut AsyncPgConnection, number: i32) -> DbResult<NoticeRow> {
    Ok(notices::table
        .filter(notices::number.eq(number))
        .select(NoticeRow::as_select())
        .for_update()
        .first(conn)
        .await?)
}

/// The version with this number.
///
/// # Errors
/// [`crate::DbError::NotFound`].
pub async fn find_notice(conn: &mut AsyncPgConnection, number: i32) -> DbResult<NoticeRow> {
    Ok(notices::table
        .filter(notices::number.eq(number))
        .select(NoticeRow::as_select())
        .first(conn)
        .await?)
}

/// The version with this id.
///
/// # Errors
/// [`crate::DbError::NotFound`].
pub async fn find_notice_by_id(conn: &mut AsyncPgConnection, id: Uuid) -> DbResult<NoticeRow> {
    Ok(notices::table
        .find(id)
        .select(NoticeRow::as_select())
        .first(conn)
        .await?)
}

/// What guardians are told now; none before the first version is published.
pub async fn current_notice(conn: &mut AsyncPgConnection) -> DbResult<Option<NoticeRow>> {
    Ok(notices::table
        .filter(notices::published_at.is_not_null())
        .order(notices::number.desc())
        .select(NoticeRow::as_select())
        .first(conn)
        .await
        .optional()?)
}

/// Versions that were published before the last material one: what was allowed under them counts no more.
pub async fn overtaken_notices(conn: &mut AsyncPgConnection) -> DbResult<Vec<Uuid>> {
    let last_material = notices::table
        .filter(notices::is_material.and(notices::published_at.is_not_null()))
        .select(diesel::dsl::max(notices::number))
        .first::<Option<i32>>(conn)
        .await?;
    Ok(notices::table
        .filter(notices::number.lt(last_material.unwrap_or(0)))
        .select(notices::id)
        .load(conn)
        .await?)
}

/// The words of versions, by version and language.
pub async fn texts_of(
    conn: &mut AsyncPgConnection,
    notices: &[Uuid],
) -> DbResult<Vec<NoticeTextRow>> {
    Ok(notice_texts::table
        .filter(notice_texts::notice_id.eq_any(notices))
        .order((notice_texts::notice_id, notice_texts::locale))
        .select(NoticeTextRow::as_select())
        .load(conn)
        .await?)
}
