//! Spans under the names of OpenTelemetry's semantic conventions, which tools know: our spans have those of our logs.

use std::borrow::Cow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use opentelemetry::trace::{SpanKind, Status};
use opentelemetry::{Key, Value};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SpanData, SpanExporter};

/// Our names of a request's attributes and the standard's.
const REQUEST: [(&str, &str); 3] = [
    ("method", "http.request.method"),
    ("route", "http.route"),
    ("status", "http.response.status_code"),
];

/// An exporter that gets spans by the conventions, and says once when the collector is lost and when it is back.
#[derive(Debug)]
pub struct Conventional<E> {
    exporter: E,
    is_lost: AtomicBool,
}

impl<E> Conventional<E> {
    /// Wraps the exporter.
    pub fn new(exporter: E) -> Self {
        Self {
            exporter,
            is_lost: AtomicBool::new(false),
        }
    }

    fn tell(&self, sent: &OTelSdkResult) {
        let is_lost = sent.is_err();
        if self.is_lost.swap(is_lost, Ordering::Relaxed) == is_lost {
            return;
        }
        match sent {
            Ok(()) => tracing::info!("the collector takes traces again"),
            Err(error) => {
                tracing::warn!(%error, "the collector takes no traces; they are lost until it does");
            }
        }
    }
}

impl<E: SpanExporter> SpanExporter for Conventional<E> {
    async fn export(&self, mut batch: Vec<SpanData>) -> OTelSdkResult {
        batch.iter_mut().for_each(conventional);
        let sent = self.exporter.export(batch).await;
        self.tell(&sent);
        sent
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.exporter.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}

fn conventional(span: &mut SpanData) {
    match span.name.as_ref() {
        "request" => request(span),
        "job" => job(span),
        "send_webhook" | "hand_over_email" => span.span_kind = SpanKind::Client,
        _ => {}
    }
}

/// <https://opentelemetry.io/docs/specs/semconv/http/http-spans/>
fn request(span: &mut SpanData) {
    span.span_kind = SpanKind::Server;
    span.name = Cow::Owned(format!("{} {}", text(span, "method"), text(span, "route")));
    if attribute(span, "status").is_some_and(|value| matches!(value, Value::I64(500..))) {
        span.status = Status::error("");
    }
    for attribute in &mut span.attributes {
        let standard = REQUEST
            .iter()
            .find(|(own, _)| *own == attribute.key.as_str());
        if let Some((_, standard)) = standard {
            attribute.key = Key::from_static_str(standard);
        }
    }
}

fn job(span: &mut SpanData) {
    span.span_kind = SpanKind::Consumer;
    span.name = Cow::Owned(format!("job {}", text(span, "kind")));
}

fn attribute<'a>(span: &'a SpanData, name: &str) -> Option<&'a Value> {
    let found = span.attributes.iter().find(|one| one.key.as_str() == name);
    found.map(|one| &one.value)
}

fn text(span: &SpanData, name: &str) -> String {
    attribute(span, name).map_or_else(String::new, |value| value.as_str().into_owned())
}
