//! Performance reports, and who subscribes to them.

mod subscriptions;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::Value;
use uuid::Uuid;

use crate::error::DbResult;
use crate::page::{PageQuery, page_of};
use crate::schema::reports;

pub use subscriptions::{
    SubscriptionRow, list_subscriptions, lock_subscription, update_subscription,
};

/// A report as stored.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = reports, check_for_backend(diesel::pg::Pg))]
pub struct ReportRow {
    /// Its id.
    pub id: Uuid,
    /// `weekly`, `monthly` or `custom`.
    pub report_type: String,
    /// First day.
    pub period_start: NaiveDate,
    /// Last day, included.
    pub period_end: NaiveDate,
    /// IANA name of the zone of its days.
    pub time_zone: String,
    /// Whether a schedule asked for it.
    pub is_scheduled: bool,
    /// What it was computed from, once it is ready.
    pub inputs: Option<Value>,
    /// Why it could not be computed.
    pub failure: Option<String>,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When it was ready.
    pub ready_at: Option<DateTime<Utc>>,
}

/// Stores a new report.
///
/// # Errors
/// When the database refuses.
pub async fn insert_report(conn: &mut AsyncPgConnection, row: &ReportRow) -> DbResult<()> {
    diesel::insert_into(reports::table)
        .values(row)
        .execute(conn)
        .await?;
    Ok(())
}

/// A report.
///
/// # Errors
/// [`crate::DbError::NotFound`] when there is none.
pub async fn find_report(conn: &mut AsyncPgConnection, id: Uuid) -> DbResult<ReportRow> {
    Ok(reports::table
        .find(id)
        .select(ReportRow::as_select())
        .first(conn)
        .await?)
}

/// What makes two reports the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReportKey<'a> {
    /// `weekly`, `monthly` or `custom`.
    pub report_type: &'a str,
    /// First and last day.
    pub period: (NaiveDate, NaiveDate),
    /// IANA name.
    pub time_zone: &'a str,
    /// Whether the clock asked for it.
    pub is_scheduled: bool,
}

/// The latest report of this kind that was asked for after `since` and did not fail.
///
/// # Errors
/// When the database refuses.
pub async fn find_recent_report(
    conn: &mut AsyncPgConnection,
    key: &ReportKey<'_>,
    since: DateTime<Utc>,
) -> DbResult<Option<ReportRow>> {
    Ok(reports::table
        .filter(reports::created_at.gt(since))
        .filter(reports::report_type.eq(key.report_type))
        .filter(reports::period_start.eq(key.period.0))
        .filter(reports::period_end.eq(key.period.1))
        .filter(reports::time_zone.eq(key.time_zone))
        .filter(reports::is_scheduled.eq(key.is_scheduled))
        .filter(reports::failure.is_null())
        .order(reports::created_at.desc())
        .select(ReportRow::as_select())
        .first(conn)
        .await
        .optional()?)
}

/// Stores what a report was computed from, and answers whether it did: one that is ready stays as it is, since its
/// figures never change.
///
/// # Errors
/// When the database refuses.
pub async fn set_report_inputs(
    conn: &mut AsyncPgConnection,
    id: Uuid,
    inputs: &Value,
    now: DateTime<Utc>,
) -> DbResult<bool> {
    let stored = diesel::update(reports::table.find(id).filter(reports::inputs.is_null()))
        .set((
            reports::inputs.eq(inputs),
            reports::ready_at.eq(now),
            reports::failure.eq(None::<String>),
        ))
        .execute(conn)
        .await?;
    Ok(stored == 1)
}

/// Notes that a report could not be computed.
///
/// # Errors
/// When the database refuses.
pub async fn set_report_failure(
    conn: &mut AsyncPgConnection,
    id: Uuid,
    failure: &str,
) -> DbResult<()> {
    diesel::update(reports::table.find(id).filter(reports::inputs.is_null()))
        .set(reports::failure.eq(failure))
        .execute(conn)
        .await?;
    Ok(())
}

/// A page of reports, newest first, of one type if that is given.
///
/// # Errors
/// When the database refuses.
pub async fn list_reports(
    conn: &mut AsyncPgConnection,
    report_type: Option<&str>,
    page: PageQuery,
) -> DbResult<Vec<ReportRow>> {
    let mut query = reports::table.select(ReportRow::as_select()).into_boxed();
    if let Some(report_type) = report_type {
        query = query.filter(reports::report_type.eq(report_type));
    }
    Ok(page_of!(query, page, reports::created_at, reports::id)
        .load(conn)
        .await?)
}
