//! What operators are still to be told of alerts by mail.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::AlertRow;
use crate::error::DbResult;
use crate::schema::{alert_notices, alerts};

/// A change of an alert that is to be told.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = alert_notices, check_for_backend(diesel::pg::Pg))]
pub struct AlertNoticeRow {
    /// Its number; later ones are greater.
    pub id: i64,
    /// The alert.
    pub alert_id: Uuid,
    /// `opened`, `escalated` or `resolved`.
    pub what: String,
}

/// Notes that an alert changed.
///
/// # Errors
/// When the database refuses.
pub async fn insert_alert_notice(
    conn: &mut AsyncPgConnection,
    alert: Uuid,
    what: &str,
    at: DateTime<Utc>,
) -> DbResult<()> {
    diesel::insert_into(alert_notices::table)
        .values((
            alert_notices::alert_id.eq(alert),
            alert_notices::what.eq(what),
            alert_notices::at.eq(at),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Whether anything is to be told, and when something was told last.
///
/// # Errors
/// When the database refuses.
pub async fn alert_notices_waiting(
    conn: &mut AsyncPgConnection,
) -> DbResult<(bool, Option<DateTime<Utc>>)> {
    let waiting = alert_notices::table.filter(alert_notices::told_at.is_null());
    let waiting = diesel::select(diesel::dsl::exists(waiting.select(alert_notices::id)))
        .get_result(conn)
        .await?;
    let last = alert_notices::table
        .select(diesel::dsl::max(alert_notices::told_at))
        .first(conn)
        .await?;
    Ok((waiting, last))
}

/// What is to be told, in the order in which it happened, with the alerts as they are now. It is told from here on, and
/// what was told before `forget` is forgotten.
///
/// # Errors
/// When the database refuses.
pub async fn take_alert_notices(
    conn: &mut AsyncPgConnection,
    now: DateTime<Utc>,
    forget: DateTime<Utc>,
) -> DbResult<Vec<(AlertNoticeRow, AlertRow)>> {
    let found = alert_notices::table
        .inner_join(alerts::table.on(alerts::id.eq(alert_notices::alert_id)))
        .filter(alert_notices::told_at.is_null())
        .order(alert_notices::id)
        .select((AlertNoticeRow::as_select(), AlertRow::as_select()))
        .load::<(AlertNoticeRow, AlertRow)>(conn)
        .await?;
    let ids: Vec<i64> = found.iter().map(|(notice, _)| notice.id).collect();
    diesel::update(alert_notices::table.filter(alert_notices::id.eq_any(ids)))
        .set(alert_notices::told_at.eq(now))
        .execute(conn)
        .await?;
    diesel::delete(alert_notices::table.filter(alert_notices::told_at.lt(forget)))
        .execute(conn)
        .await?;
    Ok(found)
}

/// Forgets notices, as if there had been none.
///
/// # Errors
/// When the database refuses.
pub async fn forget_alert_notices(conn: &mut AsyncPgConnection, ids: &[i64]) -> DbResult<()> {
    diesel::delete(alert_notices::table.filter(alert_notices::id.eq_any(ids)))
        .execute(conn)
        .await?;
    Ok(())
}
