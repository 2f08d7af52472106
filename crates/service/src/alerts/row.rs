//! Alerts between their row, the rules and the answer.

use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;
use viral_engine_api_types::alerts::{Alert, AlertStatus, AlertType, Severity};
use viral_engine_db::alerts::AlertRow;
use viral_engine_domain::guardrails::alerts::RULES;
use viral_engine_domain::guardrails::alerts::{
    self as rules, AlertCause, AlertState, Resolution, Standing, StandingAlert,
};

use crate::error::{ServiceError, ServiceResult};

/// The alert as it is answered at `now`.
pub(super) fn alert(row: AlertRow, now: DateTime<Utc>) -> ServiceResult<Alert> {
    let status = status(&row)?;
    Ok(Alert {
        id: row.id.into(),
        alert_type: AlertType::ALL
            .into_iter()
            .find(|one| one.as_str() == row.type_)
            .ok_or_else(|| unknown("type", &row.type_))?,
        subject: row.subject,
        severity: severity(&row.severity)?,
        status,
        message: row.message,
        value: row.value,
        threshold: row.threshold,
        details: row.details,
        opened_at: row.opened_at,
        updated_at: row.updated_at,
        due_at: row.due_at,
        overdue: status == AlertStatus::Open && now > row.due_at,
        acknowledged_at: row.acknowledged_at,
        acknowledged_by: row.acknowledged_by,
        resolved_at: row.resolved_at,
        dismissed_by: row.dismissed_by,
        dismiss_reason: row.dismiss_reason,
    })
}

/// The alert as the rules see it; of who did something only that somebody did.
pub(super) fn state(row: &AlertRow) -> ServiceResult<AlertState> {
    let at = row.resolved_at.unwrap_or(row.updated_at);
    Ok(match status(row)? {
        AlertStatus::Open => AlertState::Open,
        AlertStatus::Acknowledged => AlertState::Acknowledged {
            by: Uuid::nil(),
            at: row.acknowledged_at.unwrap_or(at),
        },
        AlertStatus::Resolved | AlertStatus::Dismissed => AlertState::Resolved {
            at,
            resolution: Resolution::CauseGone,
        },
    })
}

/// The alert as [`rules::reconcile`] compares it.
pub(super) fn standing(row: &AlertRow) -> ServiceResult<StandingAlert> {
    let standing = match status(row)? {
        AlertStatus::Dismissed => Standing::Dismissed,
        _ => Standing::Live,
    };
    let rule = RULES
        .iter()
        .find(|rule| rule.alert_type.as_str() == row.type_)
        .ok_or_else(|| unknown("type", &row.type_))?;
    let details = match &row.details {
        Value::Object(details) => details.clone(),
        _ => serde_json::Map::new(),
    };
    Ok(StandingAlert {
        id: row.id,
        cause: AlertCause {
            alert_type: rule.alert_type,
            subject: row.subject.clone(),
            severity: rule_severity(&row.severity)?,
            measure: row.value,
            message: row.message.clone(),
            details,
        },
        baseline: row.baseline,
        standing,
    })
}

/// The severity as stored and sent.
pub(super) fn severity_name(severity: Severity) -> &'static str {
    match severity {
        Severity::Low => "low",
        Severity::Medium => "medium",
        Severity::High => "high",
        Severity::Critical => "critical",
    }
}

pub(super) fn severity(name: &str) -> ServiceResult<Severity> {
    [
        Severity::Low,
        Severity::Medium,
        Severity::High,
        Severity::Critical,
    ]
    .into_iter()
    .find(|severity| severity_name(*severity) == name)
    .ok_or_else(|| unknown("severity", name))
}

fn rule_severity(name: &str) -> ServiceResult<rules::Severity> {
    use rules::Severity;
    [Severity::Medium, Severity::High, Severity::Critical]
        .into_iter()
        .find(|severity| severity.as_str() == name)
        .ok_or_else(|| unknown("severity", name))
}

fn status(row: &AlertRow) -> ServiceResult<AlertStatus> {
    AlertStatus::ALL
        .into_iter()
        .find(|status| status.as_str() == row.status)
        .ok_or_else(|| unknown("status", &row.status))
}

fn unknown(what: &str, name: &str) -> ServiceError {
    ServiceError::Internal(format!("an alert has the unknown {what} {name}"))
}
