//! Performance reports: the list, and one of them with its figures, what they say and what to do next.

mod change;
mod changes;
mod charts;
mod deliver;
mod detail;
mod figures;
mod generate;
mod history;
mod list;
mod progress;
mod recipients;
mod subscriptions;

use leptos::prelude::AnyView;
use viral_engine_api_types::reports::{Report, ReportStatus};

use crate::browser::intl::{format_day, format_short_day};
use crate::components::{Tone, tag};
use crate::i18n::text;

pub use detail::view as detail_view;
pub use list::view as list_view;

/// The days of a report, in words.
pub fn period(report: &Report) -> String {
    let (first, last) = (report.report_period_start, report.report_period_end);
    if first == last {
        return format_day(last);
    }
    format!("{} – {}", format_short_day(first), format_day(last))
}

/// Where a report is in its life.
pub fn status_tag(status: ReportStatus) -> AnyView {
    let tone = match status {
        ReportStatus::Generating => Tone::Info,
        ReportStatus::Ready => Tone::Good,
        ReportStatus::Failed => Tone::Bad,
    };
    tag(tone, (text().reports.status)(status))
}
