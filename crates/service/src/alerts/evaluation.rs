//! What is wrong now, and what follows from it for the alerts that stand.
//!
//! Reading alerts evaluates them. Nearly always nothing follows, which is found out without a lock; when something
//! does, the alerts that stand are locked, read again and changed.

use chrono::{DateTime, Utc};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;
use viral_engine_api_types::webhooks::WebhookEventType;
use viral_engine_db::alerts::{AlertRow, insert_alert, standing_alerts, update_alert};
use viral_engine_db::locks::{Lock, lock};
use viral_engine_db::notifications::{Channel, notify};
use viral_engine_domain::consents::Gate;
use viral_engine_domain::guardrails::Thresholds;
use viral_engine_domain::guardrails::alerts::{
    self as rules, AlertCause, AlertChange, AlertInputs, AlertType, reconcile, respond_by,
};
use viral_engine_domain::guardrails::opt_outs::OptOutCounts;

use super::mail::{mail_notices, mail_what_waits, note};
use super::measure::{count_change, measure_flagged, measure_open};
use super::row::standing;
use crate::answers::Asked;
use crate::context::Context;
use crate::emails::AlertNews;
use crate::error::{ServiceError, ServiceResult};
use crate::guardrails::{Parts, flagged};
use crate::jobs::JobPayload;
use crate::webhooks::publish;

/// Evaluates the alerts, so that they are raised while nobody looks.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvaluateAlerts {}

impl JobPayload for EvaluateAlerts {
    const KIND: &'static str = "evaluate_alerts";
    const GATE: Gate = Gate::Nothing;
    /// The next minute asks again.
    const MAX_ATTEMPTS: u32 = 2;
}

/// Evaluates the alerts.
///
/// # Errors
/// When the database can not be asked.
pub async fn evaluate_alerts(context: &Context) -> ServiceResult<()> {
    let asked = Asked::now(context).await?;
    evaluate(context, &asked).await?;
    mail_what_waits(context, asked.now).await
}

/// Evaluates the alerts and answers those that stand, oldest first.
#[tracing::instrument(name = "evaluate_alerts", skip_all)]
pub(crate) async fn evaluate(context: &Context, asked: &Asked) -> ServiceResult<Vec<AlertRow>> {
    let parts = flagged(context, asked).await?;
    measure_flagged(&parts);
    let causes = rules::evaluate(&inputs(&parts), &asked.thresholds);
    let mut conn = context.connection().await?;
    let rows = standing_alerts(&mut conn).await?;
    if changes(&rows, &causes)?.is_empty() {
        measure_open(&rows);
        return Ok(rows);
    }
    let rows = conn
        .transaction(async |conn| {
            lock(conn, Lock::Alerts).await?;
            let rows = standing_alerts(conn).await?;
            for change in changes(&rows, &causes)? {
                apply(conn, asked, &rows, change).await?;
            }
            mail_notices(conn, context, asked.now).await?;
            Ok::<_, ServiceError>(standing_alerts(conn).await?)
        })
        .await?;
    measure_open(&rows);
    Ok(rows)
}

/// What the rules look at.
pub(crate) fn inputs(parts: &Parts) -> AlertInputs {
    let coppa = &parts.coppa;
    let violations = coppa.parent_shares.violations_found + coppa.progress_reels.violations_found;
    let shares = &parts.opt_outs.parent_shares;
    AlertInputs {
        coppa_violations: violations.unsigned_abs(),
        coppa_compliance_rate: coppa.overall_compliance_rate,
        coppa_below_target: coppa.below_target,
        flagged_ip_groups: parts.suspicious_clicks.total_flagged_ips.unsigned_abs(),
        flagged_devices: parts.bots.total_flagged_devices.unsigned_abs(),
        parent_shares: OptOutCounts {
            total: shares.total.unsigned_abs(),
            untouched: shares.never_viewed.unsigned_abs(),
        },
        flagged_referrers: parts.conversion_anomalies.total_flagged.unsigned_abs(),
    }
}

fn changes(rows: &[AlertRow], causes: &[AlertCause]) -> ServiceResult<Vec<AlertChange>> {
    let standing: ServiceResult<Vec<_>> = rows.iter().map(standing).collect();
    Ok(reconcile(&standing?, causes))
}

async fn apply(
    conn: &mut AsyncPgConnection,
    asked: &Asked,
    rows: &[AlertRow],
    change: AlertChange,
) -> ServiceResult<()> {
    let now = asked.now;
    let news = match change {
        AlertChange::Open(_) => Some(AlertNews::Opened),
        AlertChange::Escalate { .. } => Some(AlertNews::Escalated),
        AlertChange::Resolve { .. } => Some(AlertNews::Resolved),
        _ => None,
    };
    let row = match change {
        AlertChange::Open(cause) => {
            let row = opened(cause, &asked.thresholds, now);
            insert_alert(conn, &row).await?;
            tracing::warn!(alert = row.type_, value = row.value, "an alert was raised");
            row
        }
        AlertChange::Escalate { id, cause } => {
            let mut row = found(rows, id)?;
            row.baseline = cause.measure;
            row.due_at = row.due_at.min(respond_by(cause.severity, now));
            take(&mut row, cause, &asked.thresholds, now);
            row
        }
        AlertChange::Update {
            id,
            cause,
            baseline,
        } => {
            let mut row = found(rows, id)?;
            row.baseline = baseline;
            take(&mut row, cause, &asked.thresholds, now);
            row
        }
        AlertChange::Resolve { id } => {
            let mut row = found(rows, id)?;
            row.status = "resolved".to_owned();
            row.resolved_at = Some(now);
            row.cause_present = false;
            row
        }
        AlertChange::LowerBaseline { id, baseline } => AlertRow {
            baseline,
            ..found(rows, id)?
        },
        AlertChange::EndDismissal { id } => AlertRow {
            cause_present: false,
            ..found(rows, id)?
        },
    };
    update_alert(conn, &row).await?;
    if let Some(news) = news {
        note(conn, row.id, news, now).await?;
        publish(conn, now, event_of(news), &told_of(&row)).await?;
        count_change(row.type_.clone(), news);
        notify(conn, Channel::Alerts, &row.id.to_string()).await?;
    }
    Ok(())
}

fn event_of(news: AlertNews) -> WebhookEventType {
    match news {
        AlertNews::Opened => WebhookEventType::AlertOpened,
        AlertNews::Escalated => WebhookEventType::AlertEscalated,
        AlertNews::Resolved => WebhookEventType::AlertResolved,
    }
}

/// What webhooks are told of an alert: ids and figures. Its subject and message may name devices and networks.
fn told_of(row: &AlertRow) -> Value {
    json!({
        "alert_id": row.id,
        "alert_type": row.type_,
        "severity": row.severity,
        "status": row.status,
        "value": row.value,
        "threshold": row.threshold,
        "opened_at": row.opened_at,
        "resolved_at": row.resolved_at,
    })
}

fn found(rows: &[AlertRow], id: Uuid) -> ServiceResult<AlertRow> {
    rows.iter()
        .find(|row| row.id == id)
        .cloned()
        .ok_or_else(|| {
            ServiceError::Internal("a change of an alert that does not stand".to_owned())
        })
}

fn opened(cause: AlertCause, thresholds: &Thresholds, now: DateTime<Utc>) -> AlertRow {
    AlertRow {
        id: Uuid::now_v7(),
        type_: cause.alert_type.as_str().to_owned(),
        subject: cause.subject,
        severity: cause.severity.as_str().to_owned(),
        status: "open".to_owned(),
        message: cause.message,
        value: cause.measure,
        threshold: threshold(cause.alert_type, thresholds),
        baseline: cause.measure,
        details: Value::Object(cause.details),
        opened_at: now,
        updated_at: now,
        due_at: respond_by(cause.severity, now),
        acknowledged_at: None,
        acknowledged_by: None,
        resolved_at: None,
        dismissed_by: None,
        dismiss_reason: None,
        cause_present: true,
    }
}

/// Takes the figures of a cause.
fn take(row: &mut AlertRow, cause: AlertCause, thresholds: &Thresholds, now: DateTime<Utc>) {
    row.threshold = threshold(cause.alert_type, thresholds);
    row.severity = cause.severity.as_str().to_owned();
    row.message = cause.message;
    row.value = cause.measure;
    row.details = Value::Object(cause.details);
    row.updated_at = now;
}

/// The limit above which a type fires.
fn threshold(alert_type: AlertType, thresholds: &Thresholds) -> f64 {
    match alert_type {
        AlertType::CoppaViolation | AlertType::ConversionAnomaly => 0.0,
        AlertType::FraudDetection => thresholds.alert_fraud_threshold.into(),
        AlertType::BotDetection => thresholds.alert_bot_threshold.into(),
        AlertType::HighOptOut => thresholds.alert_opt_out_threshold,
    }
}
