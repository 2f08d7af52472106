//! Texts of alerts.

use viral_engine_api_types::alerts::{AlertStatus, AlertType, Severity};

use super::{Around, Counted, Text};

/// How a figure of an alert is shown.
#[derive(Clone, Copy)]
pub enum AlertFigure {
    /// It repeats what stands there already.
    Repeated,
    /// A count, by this name.
    Count(Text),
    /// Percent, by this name.
    Percent(Text),
    /// A share of 1, by this name.
    Share(Text),
}

/// Alerts, on their page and elsewhere.
pub struct Alerts {
    pub alert_type: fn(AlertType) -> Text,
    pub severity: fn(Severity) -> Text,
    pub status: fn(AlertStatus) -> Text,
    pub current: Text,
    pub none_title: Text,
    pub none_detail: Text,
    pub more_current: Counted,
    pub all: Text,
    pub all_help: Text,
    pub none_yet_title: Text,
    pub none_yet_detail: Text,
    pub no_match_title: Text,
    pub no_match_detail: Text,
    pub message: Text,
    pub kind: Text,
    pub subject: Text,
    pub subject_global: Text,
    pub severity_head: Text,
    pub status_head: Text,
    pub opened: Text,
    pub updated: Text,
    pub due: Around,
    pub overdue: Around,
    pub overdue_tag: Text,
    pub acknowledge: Text,
    pub acknowledged: Text,
    pub acknowledged_by: fn(&str, &str) -> String,
    pub looked_after: fn(&str, &str) -> String,
    pub figure: fn(&str) -> Option<AlertFigure>,
    pub dismiss: Text,
    pub dismiss_title: Text,
    pub dismiss_help: Text,
    pub dismissed: Text,
    pub dismissed_by: fn(&str, &str) -> String,
    pub reason: Text,
    pub resolved_by_itself: Around,
    pub opened_at: Around,
    pub somebody: Text,
    pub life: Text,
    pub figures: Text,
    pub value: Text,
    pub threshold: Text,
    pub evidence: Text,
    pub detail_title: Text,
}
