//! Alerts of the guardrails.

mod notices;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::Value;
use uuid::Uuid;

use crate::error::DbResult;
use crate::page::{PageQuery, page_of};
use crate::schema::alerts;
pub use notices::{
    AlertNoticeRow, alert_notices_waiting, forget_alert_notices, insert_alert_notice,
    take_alert_notices,
};

/// An alert as stored.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Identifiable)]
#[diesel(table_name = alerts, check_for_backend(diesel::pg::Pg), treat_none_as_null = true)]
pub struct AlertRow {
    /// Its id.
    pub id: Uuid,
    /// What it is about.
    pub type_: String,
    /// What exactly.
    pub subject: String,
    /// How grave it is.
    pub severity: String,
    /// `open`, `acknowledged`, `resolved` or `dismissed`.
    pub status: String,
    /// A sentence with the figures.
    pub message: String,
    /// The figure that fired, as it is now.
    pub value: f64,
    /// The limit it was compared with.
    pub threshold: f64,
    /// Least value since it was last announced or dismissed.
    pub baseline: f64,
    /// More figures.
    pub details: Value,
    /// When it opened.
    pub opened_at: DateTime<Utc>,
    /// Last time its figures changed.
    pub updated_at: DateTime<Utc>,
    /// When somebody should have responded.
    pub due_at: DateTime<Utc>,
    /// When it was acknowledged.
    pub acknowledged_at: Option<DateTime<Utc>>,
    /// By whom.
    pub acknowledged_by: Option<String>,
    /// When it was resolved or dismissed.
    pub resolved_at: Option<DateTime<Utc>>,
    /// By whom it was dismissed.
    pub dismissed_by: Option<String>,
    /// Why it was dismissed.
    pub dismiss_reason: Option<String>,
    /// Whether what it is about was last seen present.
    pub cause_present: bool,
}

/// Which alerts to list.
#[derive(Clone, Copy, Debug, Default)]
pub struct AlertFilter<'a> {
    /// With this status.
    pub status: Option<&'a str>,
    /// Of this type.
    pub alert_type: Option<&'a str>,
    /// Of this severity.
    pub severity: Option<&'a str>,
}

/// Stores a new alert.
///
/// # Errors
/// When the database refuses.
pub async fn insert_alert(conn: &mut AsyncPgConnection, row: &AlertRow) -> DbResult<()> {
    diesel::insert_into(alerts::table)
        .values(row)
        .execute(conn)
        .await?;
    Ok(())
}

/// Stores what became of an alert.
///
/// # Errors
/// When the database refuses.
pub async fn update_alert(conn: &mut AsyncPgConnection, row: &AlertRow) -> DbResult<()> {
    diesel::update(alerts::table.find(row.id))
        .set(row)
        .execute(conn)
        .await?;
    Ok(())
}

/// An alert.
///
/// # Errors
/// [`crate::DbError::NotFound`] when there is none.
pub async fn find_alert(conn: &mut AsyncPgConnection, id: Uuid) -> DbResult<AlertRow> {
    Ok(alerts::table
        .find(id)
        .select(AlertRow::as_select())
        .first(conn)
        .await?)
}

/// An alert, kept from changing until the transaction ends.
///
/// # Errors
/// [`crate::DbError::NotFound`] when there is none.
pub async fn lock_alert(conn: &mut AsyncPgConnection, id: Uuid) -> DbResult<AlertRow> {
    Ok(alerts::table
        .find(id)
        .select(AlertRow::as_select())
        .for_update()
        .first(conn)
        .await?)
}

/// The alerts whose cause is present, oldest first: open, acknowledged, or dismissed and still quiet.
///
/// # Errors
/// When the database refuses.
pub async fn standing_alerts(conn: &mut AsyncPgConnection) -> DbResult<Vec<AlertRow>> {
    Ok(alerts::table
        .filter(alerts::cause_present)
        .order((alerts::opened_at, alerts::id))
        .select(AlertRow::as_select())
        .load(conn)
        .await?)
}

/// How many alerts of each type were opened in `[from, to)`, by type.
///
/// # Errors
/// When the database refuses.
pub async fn count_opened_alerts(
    conn: &mut AsyncPgConnection,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
) -> DbResult<Vec<(String, i64)>> {
    Ok(alerts::table
        .filter(alerts::opened_at.ge(from).and(alerts::opened_at.lt(to)))
        .group_by(alerts::type_)
        .order(alerts::type_)
        .select((alerts::type_, diesel::dsl::count_star()))
        .load(conn)
        .await?)
}

/// A page of the alerts.
///
/// # Errors
/// When the database refuses.
pub async fn list_alerts(
    conn: &mut AsyncPgConnection,
    filter: AlertFilter<'_>,
    page: PageQuery,
) -> DbResult<Vec<AlertRow>> {
    use alerts::{id, opened_at};
    let mut query = alerts::table.select(AlertRow::as_select()).into_boxed();
    if let Some(status) = filter.status {
        query = query.filter(alerts::status.eq(status));
    }
    if let Some(alert_type) = filter.alert_type {
        query = query.filter(alerts::type_.eq(alert_type));
    }
    if let Some(severity) = filter.severity {
        query = query.filter(alerts::severity.eq(severity));
    }
    Ok(page_of!(query, page, opened_at, id).load(conn).await?)
}
