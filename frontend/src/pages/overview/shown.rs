//! The figures of the overview with what there is to know about all of them: window, freshness, documentation.

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use viral_engine_api_types::metrics::Overview;

use crate::components::Metric;
use crate::view::{View, use_view};

/// The figures, and when they were computed.
#[derive(Clone, Copy)]
pub struct Shown {
    /// The figures.
    pub overview: Signal<Overview>,
    answered: RwSignal<Option<DateTime<Utc>>>,
    view: View,
}

impl Shown {
    /// Figures that the engine computed when it answered.
    pub fn new(overview: Signal<Overview>, answered: RwSignal<Option<DateTime<Utc>>>) -> Self {
        let view = use_view();
        Self {
            overview,
            answered,
            view,
        }
    }

    /// Explains one of them; `more` adds what only it has.
    pub fn metric(
        self,
        name: &'static str,
        formula: &'static str,
        more: impl Fn(&Overview, Metric) -> Metric + Send + Sync + 'static,
    ) -> Signal<Metric> {
        let Self {
            overview,
            answered,
            view,
        } = self;
        Signal::derive(move || {
            let metric = overview.with(|it| {
                let metric = more(it, Metric::new(name, formula));
                metric.window(&it.window).docs("metrics/get_overview")
            });
            match answered.get() {
                Some(at) => metric.computed(at, view.now.get()),
                None => metric,
            }
        })
    }
}
