//! Texts of alerts.

use viral_engine_api_types::alerts::{AlertStatus, AlertType, Severity};

use super::plural;
use crate::i18n::catalogue::{AlertFigure, Alerts};

pub const ALERTS: Alerts = Alerts {
    alert_type: |kind| match kind {
        AlertType::CoppaViolation => "Personal information",
        AlertType::FraudDetection => "Suspicious clicks",
        AlertType::BotDetection => "Bots",
        AlertType::HighOptOut => "High opt-out",
        AlertType::ConversionAnomaly => "Conversion anomaly",
    },
    severity: |severity| match severity {
        Severity::Critical => "critical",
        Severity::High => "high",
        Severity::Medium => "medium",
        Severity::Low => "low",
    },
    status: |status| match status {
        AlertStatus::Open => "open",
        AlertStatus::Acknowledged => "acknowledged",
        AlertStatus::Resolved => "resolved",
        AlertStatus::Dismissed => "dismissed",
    },
    current: "Needs attention",
    none_title: "Nothing needs attention",
    none_detail: "Alerts appear here when a guardrail crosses its threshold, and leave by themselves when the cause is gone.",
    more_current: |count| {
        format!(
            "{} more in the list below.",
            plural(count, "alert", "alerts")
        )
    },
    all: "All alerts",
    all_help: "Newest first. An alert keeps its figures up to date until it is resolved or dismissed; there is one open alert for each type and subject.",
    none_yet_title: "No alerts so far",
    none_yet_detail: "Every alert stays here with its life: when it opened, who looked after it, and how it ended.",
    no_match_title: "No alerts match",
    no_match_detail: "Take a filter away to see more.",
    message: "Alert",
    kind: "Type",
    subject: "Subject",
    subject_global: "whole platform",
    severity_head: "Severity",
    status_head: "Status",
    opened: "Opened",
    updated: "Updated",
    due: |when| format!("acknowledge {when}"),
    overdue: |when| format!("overdue, was due {when}"),
    overdue_tag: "overdue",
    acknowledge: "Acknowledge",
    acknowledged: "Acknowledged. You look after it now.",
    acknowledged_by: |who, when| format!("Acknowledged by {who}, {when}"),
    looked_after: |who, when| format!("acknowledged by {who} {when}"),
    figure: |name| match name {
        "violations_found" | "flagged" | "opt_out_rate" | "threshold" | "below_target" => {
            Some(AlertFigure::Repeated)
        }
        "compliance_rate" => Some(AlertFigure::Percent("Payloads without")),
        "target" => Some(AlertFigure::Share("Target")),
        "total" => Some(AlertFigure::Count("Parent shares")),
        "never_viewed" => Some(AlertFigure::Count("Never viewed")),
        _ => None,
    },
    dismiss: "Dismiss",
    dismiss_title: "Dismiss this alert",
    dismiss_help: "For what is no cause for alarm. The reason is kept in the audit trail. If the cause grows, a new alert opens.",
    dismissed: "Dismissed.",
    dismissed_by: |who, when| format!("Dismissed by {who}, {when}"),
    reason: "Reason",
    resolved_by_itself: |when| format!("Resolved by itself, {when}: the cause is gone"),
    opened_at: |when| format!("Opened {when}"),
    somebody: "an API key",
    life: "Life",
    figures: "Figures",
    value: "Now",
    threshold: "Limit",
    evidence: "See the evidence",
    detail_title: "Alert",
};
