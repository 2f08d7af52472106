//! The period an alert was computed over: it differs from the one on screen, so it is named, and the evidence is
//! opened with it.

use chrono::TimeDelta;
use leptos::prelude::*;
use viral_engine_api_types::alerts::{Alert, AlertStatus, AlertType};
use viral_engine_api_types::permissions::Permission;

use crate::api::use_api;
use crate::remote::Remote;
use crate::router::Query;
use crate::session::use_session;
use crate::window::Period;

/// The setting that says over how many days a kind of alert is computed.
fn setting_of(kind: AlertType) -> &'static str {
    match kind {
        AlertType::FraudDetection => "FRAUD_DETECTION_DAYS",
        AlertType::BotDetection => "BOT_DETECTION_DAYS",
        AlertType::HighOptOut => "OPT_OUT_RATE_DAYS",
        AlertType::CoppaViolation => "COPPA_COMPLIANCE_DAYS",
        AlertType::ConversionAnomaly => "CONVERSION_ANOMALY_DAYS",
    }
}

/// Over how many days alerts of this kind are computed, once that is known and if the role may know it.
pub fn days_of(kind: AlertType) -> Signal<Option<u64>> {
    let (api, session) = (use_api(), use_session());
    let remote = Remote::new(
        move || session.may(Permission::SettingsRead),
        move |may| async move {
            if !may {
                return Ok(None);
            }
            let settings = api.list_settings().await?.value.items;
            let setting = settings.into_iter().find(|it| it.key == setting_of(kind));
            Ok(setting.map(|it| it.value as u64))
        },
    );
    Signal::derive(move || remote.data.get().flatten())
}

/// The period in the address: up to now while the alert lives, else up to its last computation.
pub fn evidence_query(alert: &Alert, tab: &str, days: Option<u64>) -> Query {
    let query = Query::new().and("tab", tab);
    let Some(days) = days else { return query };
    let lives = matches!(alert.status, AlertStatus::Open | AlertStatus::Acknowledged);
    let last = alert.updated_at.date_naive();
    let first = last - TimeDelta::days(i64::try_from(days.saturating_sub(1)).unwrap_or(0));
    let period = match Period::between(first, last) {
        Ok(period) if !lives => period,
        _ => Period::Last(days),
    };
    period
        .to_parameters()
        .into_iter()
        .fold(query, |query, (name, value)| {
            query.with(name, value.as_deref())
        })
}
