//! Reading recaps.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::RecapRow;
use crate::error::DbResult;
use crate::page::{PageQuery, page_of};
use crate::schema::weekly_recaps;

/// What a list of recaps is narrowed to; `None` narrows nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct RecapFilter {
    /// For this parent.
    pub parent: Option<Uuid>,
    /// Of this child.
    pub child: Option<Uuid>,
    /// Of the week with this Monday.
    pub week: Option<NaiveDate>,
}

/// A recap.
///
/// # Errors
/// [`crate::DbError::NotFound`] when there is none.
pub async fn find_recap(conn: &mut AsyncPgConnection, id: Uuid) -> DbResult<RecapRow> {
    Ok(weekly_recaps::table
        .find(id)
        .select(RecapRow::as_select())
        .first(conn)
        .await?)
}

/// The recaps of a parent's week, by child.
///
/// # Errors
/// When the database refuses.
pub async fn recaps_of_week(
    conn: &mut AsyncPgConnection,
    parent: Uuid,
    week: NaiveDate,
) -> DbResult<Vec<RecapRow>> {
    Ok(weekly_recaps::table
        .filter(weekly_recaps::parent_id.eq(parent))
        .filter(weekly_recaps::week.eq(week))
        .order(weekly_recaps::child_id)
        .select(RecapRow::as_select())
        .load(conn)
        .await?)
}

/// A page of the recaps that match `filter`, by when they were made.
///
/// # Errors
/// When the database refuses.
pub async fn list_recaps(
    conn: &mut AsyncPgConnection,
    filter: RecapFilter,
    page: PageQuery,
) -> DbResult<Vec<RecapRow>> {
    use weekly_recaps::{created_at, id};
    let mut query = weekly_recaps::table
        .select(RecapRow::as_select())
        .into_boxed();
    if let Some(parent) = filter.parent {
        query = query.filter(weekly_recaps::parent_id.eq(parent));
    }
    if let Some(child) = filter.child {
        query = query.filter(weekly_recaps::child_id.eq(child));
    }
    if let Some(week) = filter.week {
        query = query.filter(weekly_recaps::week.eq(week));
    }
    Ok(page_of!(query, page, created_at, id).load(conn).await?)
}
