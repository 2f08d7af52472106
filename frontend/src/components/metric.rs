//! Explaining a figure: formula first, then window, sample and freshness, the same everywhere.

use chrono::{DateTime, Utc};
use viral_engine_api_types::guardrails::Window;

use super::info_tip::Metric;
use crate::browser::intl::{Shape, format};
use crate::format::time::relative;
use crate::i18n::text;

impl Metric {
    /// A figure and its formula.
    pub fn new(name: impl Into<String>, formula: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            formula: formula.into(),
            facts: Vec::new(),
            docs: None,
        }
    }

    /// With a link to what the documentation of the API says of it: `area/operation`.
    #[must_use]
    pub fn docs(mut self, operation: &str) -> Self {
        self.docs = Some(format!("/docs/#/{operation}"));
        self
    }

    /// With one more line.
    #[must_use]
    pub fn fact(mut self, name: &str, value: impl Into<String>) -> Self {
        self.facts.push((name.to_owned(), value.into()));
        self
    }

    /// With its window.
    #[must_use]
    pub fn window(self, window: &Window) -> Self {
        let show = |at| format(at, &window.time_zone, Shape::DayClock);
        let words = format!(
            "{} – {} ({})",
            show(window.from),
            show(window.to),
            window.time_zone
        );
        self.fact(text().overview.window, words)
    }

    /// With the time it was computed.
    #[must_use]
    pub fn computed(self, at: DateTime<Utc>, now: DateTime<Utc>) -> Self {
        self.fact(text().overview.computed, relative(at, now))
    }
}
