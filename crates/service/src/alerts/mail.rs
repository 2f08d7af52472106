//! Tells operators of alerts by mail: those who wish to know, once, and a flapping alert no more often than any other.
//!
//! Every change that is worth it is noted with the change. The first is mailed in the same transaction; what follows
//! within [`PAUSE`] waits and goes out together, each alert as it is by then.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use uuid::Uuid;
use viral_engine_api_types::alerts::{AlertStatus, Severity};
use viral_engine_api_types::emails::EmailLocale;
use viral_engine_api_types::flags::FlagKey;
use viral_engine_api_types::operators::AlertEmails;
use viral_engine_db::alerts::{
    AlertNoticeRow, AlertRow, alert_notices_waiting, forget_alert_notices, insert_alert_notice,
    take_alert_notices,
};
use viral_engine_db::locks::{Lock, lock};
use viral_engine_db::operators::{OperatorRow, operators_told_of_alerts};
use viral_engine_domain::emails::Address;

use super::row::severity;
use crate::context::Context;
use crate::emails::{AlertDigest, AlertNews, DigestAlert, Mail, NewEmail, queue_email};
use crate::error::{ServiceError, ServiceResult};
use crate::flags;

/// Least time between two messages to the same operator.
pub(crate) const PAUSE: TimeDelta = TimeDelta::minutes(15);
/// What was told is forgotten after this time.
const KEPT: TimeDelta = TimeDelta::days(1);

/// Notes that operators are to be told.
pub(super) async fn note(
    conn: &mut AsyncPgConnection,
    alert: Uuid,
    news: AlertNews,
    now: DateTime<Utc>,
) -> ServiceResult<()> {
    Ok(insert_alert_notice(conn, alert, name(news), now).await?)
}

/// Mails what waits since the last message, if its time has come.
///
/// # Errors
/// When the database refuses.
pub(super) async fn mail_what_waits(context: &Context, now: DateTime<Utc>) -> ServiceResult<()> {
    let mut conn = context.connection().await?;
    if !is_due(&mut conn, now).await? {
        return Ok(());
    }
    conn.transaction(async |conn| {
        lock(conn, Lock::Alerts).await?;
        mail_notices(conn, context, now).await
    })
    .await
}

/// The same in the caller's transaction, which holds [`Lock::Alerts`].
pub(super) async fn mail_notices(
    conn: &mut AsyncPgConnection,
    context: &Context,
    now: DateTime<Utc>,
) -> ServiceResult<()> {
    if !is_due(conn, now).await? {
        return Ok(());
    }
    let notices = take_alert_notices(conn, now, now - KEPT).await?;
    let ids: Vec<i64> = notices.iter().map(|(notice, _)| notice.id).collect();
    if !flags::is_on(conn, FlagKey::EmailDelivery).await? {
        // They are not made up for: alerts that still stand when mail is switched on again are on the screen.
        count("switched_off", notices.len());
        return Ok(forget_alert_notices(conn, &ids).await?);
    }
    let Some(last) = notices.last().map(|(notice, _)| notice.id) else {
        return Ok(());
    };
    let told = notices.len();
    let alerts = digest(notices)?;
    let mut reached = false;
    for operator in operators_told_of_alerts(conn).await? {
        reached |= mail(conn, context, &operator, &alerts, last).await?;
    }
    count(if reached { "mailed" } else { "nobody" }, told);
    if !reached {
        // Nobody was told, so nobody needs a pause before the next message.
        forget_alert_notices(conn, &ids).await?;
    }
    Ok(())
}

async fn is_due(conn: &mut AsyncPgConnection, now: DateTime<Utc>) -> ServiceResult<bool> {
    let (waiting, last) = alert_notices_waiting(conn).await?;
    Ok(waiting && last.is_none_or(|last| last + PAUSE <= now))
}

/// Alerts by type and subject as they are now, the gravest first. Those that an operator dismissed are no news.
fn digest(notices: Vec<(AlertNoticeRow, AlertRow)>) -> ServiceResult<Vec<(Severity, DigestAlert)>> {
    let mut newest: BTreeMap<(String, String), (AlertNews, AlertRow)> = BTreeMap::new();
    for (notice, row) in notices {
        let key = (row.type_.clone(), row.subject.clone());
        let was_new = newest
            .get(&key)
            .is_some_and(|(news, before)| before.id == row.id && *news == AlertNews::Opened);
        let news = match parse(&notice.what)? {
            // Nobody was told yet that it was open.
            AlertNews::Escalated if was_new => AlertNews::Opened,
            news => news,
        };
        newest.insert(key, (news, row));
    }
    let mut alerts = Vec::with_capacity(newest.len());
    for (news, row) in newest.into_values() {
        if row.status != AlertStatus::Dismissed.as_str() {
            alerts.push((severity(&row.severity)?, told(news, row)));
        }
    }
    alerts.sort_by_key(|(severity, alert)| (Reverse(*severity), alert.opened_at, alert.alert));
    Ok(alerts)
}

fn told(news: AlertNews, row: AlertRow) -> DigestAlert {
    DigestAlert {
        alert: row.id,
        news,
        severity: row.severity,
        message: row.message,
        value: row.value,
        threshold: row.threshold,
        opened_at: row.opened_at,
        due_at: row.due_at,
        resolved_at: row.resolved_at,
    }
}

/// Queues what an operator wishes to know, and answers whether that is anything.
async fn mail(
    conn: &mut AsyncPgConnection,
    context: &Context,
    operator: &OperatorRow,
    alerts: &[(Severity, DigestAlert)],
    last: i64,
) -> ServiceResult<bool> {
    let wished = AlertEmails::parse(&operator.alert_emails).unwrap_or(AlertEmails::Off);
    let wished = alerts
        .iter()
        .filter(|(severity, _)| wished.include(*severity));
    let alerts: Vec<DigestAlert> = wished.map(|(_, alert)| alert.clone()).collect();
    let Ok(to) = Address::parse(&operator.email) else {
        return Ok(false);
    };
    if alerts.is_empty() {
        return Ok(false);
    }
    let email = NewEmail {
        mail: Mail::AlertDigest(AlertDigest { alerts }),
        subject_key: format!("alerts/{last}"),
        to,
        name: Some(operator.name.clone()).filter(|name| !name.is_empty()),
        locale: EmailLocale::En,
        about: Vec::new(),
    };
    queue_email(conn, context, &email).await?;
    Ok(true)
}

pub(super) fn name(news: AlertNews) -> &'static str {
    match news {
        AlertNews::Opened => "opened",
        AlertNews::Escalated => "escalated",
        AlertNews::Resolved => "resolved",
    }
}

fn parse(text: &str) -> ServiceResult<AlertNews> {
    [AlertNews::Opened, AlertNews::Escalated, AlertNews::Resolved]
        .into_iter()
        .find(|news| name(*news) == text)
        .ok_or_else(|| ServiceError::Internal(format!("a notice of an alert says {text}")))
}

/// Counts changes of alerts by what became of telling them.
fn count(outcome: &'static str, notices: usize) {
    metrics::counter!("viral_engine_alert_notices_total", "outcome" => outcome)
        .increment(notices as u64);
}
