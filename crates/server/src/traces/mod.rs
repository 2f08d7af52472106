//! Traces: the spans that logs name, sent to an OpenTelemetry collector by OTLP over HTTP.
//!
//! They hold what logs hold: templates of routes, ids of jobs and messages, never a path, an address or a name.

mod conventions;

use std::sync::OnceLock;
use std::time::Duration;

use anyhow::{Context, Result};
use opentelemetry::KeyValue;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};
use tracing::Subscriber;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::{EnvFilter, Layer};

use crate::config::TraceConfig;
use conventions::Conventional;

/// Name of the service in a collector, unless `OTEL_SERVICE_NAME` gives another.
const SERVICE: &str = "viral-engine";

/// How long a collector may take for a batch, and the last one when the process ends.
const PATIENCE: Duration = Duration::from_secs(5);

static PROVIDER: OnceLock<SdkTracerProvider> = OnceLock::new();

/// The layer that hands spans to the collector.
///
/// # Errors
/// When its address can not be used.
pub fn layer<S>(config: &TraceConfig) -> Result<impl Layer<S> + use<S>>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    let provider = provider(config)?;
    let tracer = provider.tracer(SERVICE);
    // Only the first one lasts, as with logs.
    let _ = PROVIDER.set(provider);
    Ok(tracing_opentelemetry::layer()
        .with_tracer(tracer)
        .with_location(false)
        .with_threads(false)
        .with_tracked_inactivity(false)
        .with_filter(EnvFilter::new("off,viral_engine=info")))
}

/// Sends what has not been sent; called when the process ends.
pub fn finish() {
    if let Some(provider) = PROVIDER.get() {
        // A collector that is gone keeps nobody from stopping.
        let _ = provider.shutdown_with_timeout(PATIENCE);
    }
}

fn provider(config: &TraceConfig) -> Result<SdkTracerProvider> {
    let exporter = SpanExporter::builder()
        .with_http()
        .with_protocol(Protocol::HttpBinary)
        .with_endpoint(config.endpoint.as_str())
        .with_timeout(PATIENCE)
        .build()
        .context("OTEL_EXPORTER_OTLP_ENDPOINT can not be used")?;
    let resource = Resource::builder()
        .with_service_name(
            std::env::var("OTEL_SERVICE_NAME").unwrap_or_else(|_| SERVICE.to_owned()),
        )
        .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
        .build();
    let sampler = Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(config.share)));
    Ok(SdkTracerProvider::builder()
        .with_sampler(sampler)
        .with_resource(resource)
        .with_batch_exporter(Conventional::new(exporter))
        .build())
}
