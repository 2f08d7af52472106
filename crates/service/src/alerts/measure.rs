//! What Prometheus reads of guardrails and alerts.

use viral_engine_api_types::alerts::{AlertStatus, Severity};
use viral_engine_db::alerts::AlertRow;

use super::mail::name;
use super::row::severity_name;
use crate::emails::AlertNews;
use crate::guardrails::Parts;

/// How much each part flags.
pub(super) fn measure_flagged(parts: &Parts) {
    let coppa = &parts.coppa;
    let violations = coppa.parent_shares.violations_found + coppa.progress_reels.violations_found;
    let flagged = |part: &'static str, count: i64| {
        metrics::gauge!("viral_engine_flagged", "part" => part).set(count as f64);
    };
    flagged(
        "suspicious_clicks",
        parts.suspicious_clicks.total_flagged_ips,
    );
    flagged("bots", parts.bots.total_flagged_devices);
    flagged(
        "conversion_anomalies",
        parts.conversion_anomalies.total_flagged,
    );
    flagged("coppa", violations);
}

/// How many alerts stand that nobody dismissed; also that there are none of a severity.
pub(super) fn measure_open(rows: &[AlertRow]) {
    for severity in [
        Severity::Low,
        Severity::Medium,
        Severity::High,
        Severity::Critical,
    ] {
        let severity = severity_name(severity);
        let open = rows.iter().filter(|row| {
            row.severity == severity && row.status != AlertStatus::Dismissed.as_str()
        });
        metrics::gauge!("viral_engine_alerts_open", "severity" => severity)
            .set(open.count() as f64);
    }
}

/// Counts a change that is worth telling.
pub(super) fn count_change(alert_type: String, news: AlertNews) {
    let change = name(news);
    metrics::counter!("viral_engine_alert_changes_total", "type" => alert_type, "change" => change)
        .increment(1);
}
