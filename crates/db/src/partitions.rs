//! Monthly partitions of `events`, made before the first event of a month is stored.

use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};
use diesel::sql_query;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::error::DbResult;

/// First day of the month of `at`, UTC.
pub fn month_of(at: DateTime<Utc>) -> NaiveDate {
    let date = at.date_naive();
    date.with_day(1).unwrap_or(date)
}

/// Makes the partition of the month that begins on `month`, unless there is one.
///
/// Takes a short exclusive lock on `events` when it has to make one, so callers remember the months they have
/// asked for.
///
/// # Errors
/// When the database refuses.
pub async fn ensure_month(conn: &mut AsyncPgConnection, month: NaiveDate) -> DbResult<()> {
    if let Some(sql) = create_month(month) {
        sql_query(sql).execute(conn).await?;
    }
    Ok(())
}

/// The statement that makes the partition of a month; `None` behind the end of the calendar.
pub(crate) fn create_month(month: NaiveDate) -> Option<String> {
    let next = month.checked_add_months(Months::new(1))?;
    let name = format!("events_{}", month.format("%Y_%m"));
    // Names and dates are made of digits here, so that no value of a caller reaches the statement.
    Some(format!(
        "CREATE TABLE IF NOT EXISTS {name} PARTITION OF events FOR VALUES FROM ('{month} 00:00:00+00') TO ('{next} 00:00:00+00')"
    ))
}
