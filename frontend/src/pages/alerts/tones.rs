//! Which colour the states of an alert have.

use leptos::prelude::AnyView;
use viral_engine_api_types::alerts::{AlertStatus, Severity};

use crate::components::{Tone, tag};
use crate::i18n::text;

/// How grave it is.
pub fn severity_tag(severity: Severity) -> AnyView {
    let tone = match severity {
        Severity::Critical | Severity::High => Tone::Bad,
        Severity::Medium => Tone::Watch,
        Severity::Low => Tone::Neutral,
    };
    tag(tone, (text().alerts.severity)(severity))
}

/// Where it is in its life.
pub fn status_tag(status: AlertStatus) -> AnyView {
    let tone = match status {
        AlertStatus::Open => Tone::Bad,
        AlertStatus::Acknowledged => Tone::Info,
        AlertStatus::Resolved => Tone::Good,
        AlertStatus::Dismissed => Tone::Neutral,
    };
    tag(tone, (text().alerts.status)(status))
}
