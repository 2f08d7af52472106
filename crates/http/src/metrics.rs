//! The process's metrics for Prometheus: every one of them, named and explained in one place.
//!
//! Dashboards and alert rules of `deploy` may name these alone, and the code may record these alone; `tests/metrics.rs`
//! compares all three.

use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};

/// Upper bounds of the latency histograms, in seconds: fine around what redirects and dashboards may take.
const LATENCY: &[f64] = &[
    0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0,
];

/// What kind of figure a metric is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Only grows, from the start of the process.
    Counter,
    /// Now.
    Gauge,
    /// Seconds, in buckets.
    Histogram,
}

/// A metric.
#[derive(Clone, Copy, Debug)]
pub struct Metric {
    /// Its name; the unit stands at the end.
    pub name: &'static str,
    /// What kind of figure it is.
    pub kind: Kind,
    /// What it says, with its labels.
    pub help: &'static str,
}

const fn counter(name: &'static str, help: &'static str) -> Metric {
    let kind = Kind::Counter;
    Metric { name, kind, help }
}

const fn gauge(name: &'static str, help: &'static str) -> Metric {
    let kind = Kind::Gauge;
    Metric { name, kind, help }
}

const fn histogram(name: &'static str, help: &'static str) -> Metric {
    let kind = Kind::Histogram;
    Metric { name, kind, help }
}

/// Every metric, by area.
pub const METRICS: &[Metric] = &[
    // HTTP
    counter(
        "http_requests_total",
        "Requests by method, route and status",
    ),
    counter("http_requests_shed_total", "Requests refused for overload"),
    histogram(
        "http_request_duration_seconds",
        "Time until the answer begins, by method and route",
    ),
    // Sign-in
    counter("auth_sign_ins_failed_total", "Sign-ins that were refused"),
    counter(
        "auth_refresh_tokens_reused_total",
        "Refresh tokens that came back after they were exchanged, which ends their session",
    ),
    // Clicks and events
    counter("viral_engine_redirects_total", "Redirects by verdict"),
    counter("viral_engine_hits_total", "Stored hits by class"),
    counter(
        "viral_engine_hits_forged_total",
        "Hits of links with a wrong signature",
    ),
    counter(
        "viral_engine_hits_not_found_total",
        "Hits of links that do not exist",
    ),
    counter(
        "viral_engine_hits_unrecorded_total",
        "Hits that the click log could not take",
    ),
    counter(
        "viral_engine_hits_unconfirmed_total",
        "Hits answered before the database had them, although it was to be waited for",
    ),
    counter(
        "viral_engine_hits_unreadable_total",
        "Records of the click log that could not be read",
    ),
    gauge(
        "viral_engine_hits_unshipped",
        "Hits in this node's click log that the database does not have yet",
    ),
    counter("viral_engine_events_ingested_total", "Events stored"),
    counter(
        "viral_engine_ingest_refused_total",
        "Events refused since too many were waiting",
    ),
    histogram(
        "viral_engine_ingest_duration_seconds",
        "Time that storing a batch of events took",
    ),
    gauge(
        "viral_engine_rollup_differences",
        "Rows of yesterday's rollups that differ from the raw events, by table",
    ),
    // Guardrails
    gauge(
        "viral_engine_health_score",
        "Health score, 0 to 100, as last stored",
    ),
    gauge(
        "viral_engine_flagged",
        "What the guardrails flag, as last stored, by part: suspicious_clicks, bots, conversion_anomalies, coppa",
    ),
    gauge(
        "viral_engine_alerts_open",
        "Open and acknowledged alerts by severity, as last evaluated",
    ),
    counter(
        "viral_engine_alert_changes_total",
        "Changes of alerts by type and change: opened, escalated, resolved",
    ),
    counter(
        "viral_engine_alert_notices_total",
        "Changes of alerts by what became of mailing them: mailed, nobody (wishes to know), switched_off",
    ),
    // Jobs
    counter(
        "viral_engine_jobs_total",
        "Attempts of jobs that ended, by kind and outcome",
    ),
    histogram(
        "viral_engine_job_duration_seconds",
        "Time that an attempt took, by kind",
    ),
    histogram(
        "viral_engine_job_wait_duration_seconds",
        "Time from when a job was due until it began, by kind",
    ),
    gauge(
        "viral_engine_jobs_due",
        "Jobs that wait for a slot, by queue",
    ),
    gauge(
        "viral_engine_jobs_later",
        "Jobs that are not due yet, by queue",
    ),
    gauge("viral_engine_jobs_running", "Jobs that run, by queue"),
    gauge(
        "viral_engine_jobs_discarded",
        "Jobs that were given up, by queue",
    ),
    gauge(
        "viral_engine_jobs_lag_seconds",
        "Time that the job that is due longest has been waiting, by queue",
    ),
    // Reports
    counter(
        "viral_engine_reports_total",
        "Attempts to compute reports by outcome: started, completed, failed",
    ),
    histogram(
        "viral_engine_report_duration_seconds",
        "Time that computing a report took",
    ),
    // Mail
    counter(
        "viral_engine_emails_total",
        "Messages by kind and outcome: queued, sent, retried, failed, bounced, suppressed",
    ),
    histogram(
        "viral_engine_email_duration_seconds",
        "Time that handing a message to the mail server took, by outcome: taken, refused",
    ),
    // Consents
    counter(
        "viral_engine_consent_verifications_started_total",
        "Verifications of guardians asked of the hosted provider, by outcome: started, failed",
    ),
    // Audit trail
    gauge(
        "viral_engine_audit_unsealed_seconds",
        "How long the oldest audit entry has waited to be sealed",
    ),
    counter(
        "viral_engine_audit_tampered_total",
        "Audit entries and heads that somebody tampered with, by how: changed, vanished, head",
    ),
    // Webhooks
    counter(
        "viral_engine_webhook_attempts_total",
        "Attempts to deliver a webhook by outcome: delivered, refused, unreachable, gone",
    ),
    histogram(
        "viral_engine_webhook_attempt_duration_seconds",
        "Time until a receiver's answer was read, or the attempt given up",
    ),
    counter(
        "viral_engine_webhooks_disabled_total",
        "Webhooks that were disabled by reason: failing, gone",
    ),
];

/// Makes this process's metrics readable. Once per process.
///
/// # Errors
/// When metrics are recorded already.
pub fn install() -> Result<PrometheusHandle, BuildError> {
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_duration_seconds".to_owned()), LATENCY)?
        .install_recorder()?;
    for metric in METRICS {
        match metric.kind {
            Kind::Counter => metrics::describe_counter!(metric.name, metric.help),
            Kind::Gauge => metrics::describe_gauge!(metric.name, metric.help),
            Kind::Histogram => {
                let seconds = metrics::Unit::Seconds;
                metrics::describe_histogram!(metric.name, seconds, metric.help);
            }
        }
    }
    begin_at_zero();
    Ok(handle)
}

/// Counters that alert rules watch for growth: one that appears with its first count has not grown, and nobody is told.
fn begin_at_zero() {
    for name in [
        "auth_sign_ins_failed_total",
        "http_requests_shed_total",
        "viral_engine_hits_unreadable_total",
        "viral_engine_ingest_refused_total",
    ] {
        metrics::counter!(name).increment(0);
    }
    for (name, label, values) in [
        (
            "viral_engine_alert_notices_total",
            "outcome",
            ["mailed", "nobody", "switched_off"].as_slice(),
        ),
        (
            "viral_engine_audit_tampered_total",
            "how",
            &["changed", "vanished", "head"],
        ),
        (
            "viral_engine_reports_total",
            "outcome",
            &["started", "completed", "failed"],
        ),
        (
            "viral_engine_webhooks_disabled_total",
            "reason",
            &["failing", "gone"],
        ),
    ] {
        for value in values {
            metrics::counter!(name, label => *value).increment(0);
        }
    }
}
