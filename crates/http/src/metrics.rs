//! The process's metrics for Prometheus.

use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};

/// Upper bounds of the latency histogram, in seconds: fine around what redirects and dashboards may take.
const LATENCY: &[f64] = &[
    0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0,
];

/// Makes this process's metrics readable. Once per process.
///
/// # Errors
/// When metrics are recorded already.
pub fn install() -> Result<PrometheusHandle, BuildError> {
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_duration_seconds".to_owned()), LATENCY)?
        .install_recorder()?;
    metrics::describe_counter!(
        "http_requests_total",
        "Requests by method, route and status"
    );
    metrics::describe_counter!("http_requests_shed_total", "Requests refused for overload");
    metrics::describe_gauge!(
        "viral_engine_hits_unshipped",
        "Hits in this node's click log that the database does not have yet"
    );
    metrics::describe_histogram!(
        "http_request_duration_seconds",
        metrics::Unit::Seconds,
        "Time until the answer begins"
    );
    metrics::describe_counter!(
        "viral_engine_jobs_total",
        "Attempts of jobs that ended, by kind and outcome"
    );
    metrics::describe_histogram!(
        "viral_engine_job_duration_seconds",
        metrics::Unit::Seconds,
        "Time that an attempt took"
    );
    metrics::describe_histogram!(
        "viral_engine_job_wait_duration_seconds",
        metrics::Unit::Seconds,
        "Time from when a job was due until it began"
    );
    metrics::describe_gauge!(
        "viral_engine_jobs_due",
        "Jobs that wait for a slot, by queue"
    );
    metrics::describe_gauge!(
        "viral_engine_jobs_later",
        "Jobs that are not due yet, by queue"
    );
    metrics::describe_gauge!("viral_engine_jobs_running", "Jobs that run, by queue");
    metrics::describe_gauge!(
        "viral_engine_jobs_discarded",
        "Jobs that were given up, by queue"
    );
    metrics::describe_gauge!(
        "viral_engine_jobs_lag_seconds",
        metrics::Unit::Seconds,
        "Time that the job that is due longest has been waiting, by queue"
    );
    metrics::describe_counter!(
        "viral_engine_webhook_attempts_total",
        "Attempts to deliver a webhook by outcome: delivered, refused, unreachable, gone"
    );
    metrics::describe_counter!(
        "viral_engine_webhooks_disabled_total",
        "Webhooks that were disabled because they failed or are gone"
    );
    metrics::describe_histogram!(
        "viral_engine_webhook_attempt_duration_seconds",
        metrics::Unit::Seconds,
        "Time until a receiver's answer was read, or the attempt given up"
    );
    Ok(handle)
}
