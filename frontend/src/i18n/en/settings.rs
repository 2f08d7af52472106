//! Texts of the page Thresholds.

use crate::i18n::catalogue::Settings;
use crate::pages::settings::Group;

pub const SETTINGS: Settings = Settings {
    name,
    group: |group| match group {
        Group::Clicks => "Suspicious clicks",
        Group::Bots => "Bots",
        Group::OptOuts => "Opt-outs",
        Group::Coppa => "Personal information",
        Group::Conversions => "Conversions",
        Group::Health => "Health score",
        Group::Alerts => "Alerts",
        Group::Other => "Other",
    },
    caps_exceed: |sum| {
        format!("The four caps add up to {sum}. Lower them until they are 100 or less together.")
    },
    saved: "Saved. The guardrails use the new values from now on.",
    discard: "Discard changes",
    read_again: "Read the settings again and keep what I typed",
    not_a_number: "Give a number such as 10 or 0.5.",
    not_whole: "Give a whole number.",
    out_of_range: |min, max| match max {
        Some(max) => format!("Give a number from {min} to {max}."),
        None => format!("Give a number of at least {min}."),
    },
    range: |min, max, default| match max {
        Some(max) => format!("{min} to {max}, default {default}."),
        None => format!("At least {min}, default {default}."),
    },
    from_default: "default",
    from_environment: "environment",
    from_override: "changed here",
    reset: "Reset to default",
    reset_of: |name| format!("Reset to default: {name}"),
    preview_title: "What would be flagged",
    preview_help: "Computed by the engine over the default windows, with what is typed here and not saved yet.",
    preview_empty: "Change a value to see what it would do.",
    figure: "Figure",
    in_force: "In force",
    proposed: "Proposed",
    health_score: "Health score",
    flagged_ips: "Suspicious IP groups",
    shared_networks: "Shared networks",
    flagged_devices: "Bot-like devices",
    flagged_referrers: "Flagged referrers",
    open_alerts: "Alerts",
};

/// What a setting is called; none for one of a newer engine.
fn name(key: &str) -> Option<&'static str> {
    Some(match key {
        "FRAUD_DETECTION_THRESHOLD" => "Clicks of an address on a day",
        "FRAUD_DETECTION_DAYS" => "Days looked at for suspicious clicks",
        "SHARED_NETWORK_MIN_DEVICES" => "Devices that make a network a shared one",
        "BOT_DETECTION_TIME_WINDOW" => "Length of a burst",
        "BOT_DETECTION_MIN_CLICKS" => "Clicks in a burst",
        "BOT_DETECTION_DAYS" => "Days looked at for bots",
        "OPT_OUT_RATE_DAYS" => "Days looked at for opt-outs",
        "COPPA_COMPLIANCE_DAYS" => "Days looked at for personal information",
        "COPPA_COMPLIANCE_TARGET" => "Target of clean payloads",
        "HEALTH_SCORE_DAYS" => "Days looked at for the score",
        "CONVERSION_ANOMALY_THRESHOLD" => "Conversions of a referrer",
        "CONVERSION_ANOMALY_RATE_THRESHOLD" => "Conversions per click",
        "CONVERSION_ANOMALY_MIN_CLICKS" => "Clicks before a rate counts",
        "CONVERSION_ANOMALY_DAYS" => "Days looked at for conversions",
        "HEALTH_SCORE_FRAUD_DEDUCTION" => "Points off for a suspicious group",
        "HEALTH_SCORE_BOT_DEDUCTION" => "Points off for a bot",
        "HEALTH_SCORE_COPPA_MULTIPLIER" => {
            "Points off for a percent of payloads with personal information"
        }
        "HEALTH_SCORE_FRAUD_CAP" => "Most points off for suspicious clicks",
        "HEALTH_SCORE_BOT_CAP" => "Most points off for bots",
        "HEALTH_SCORE_OPT_OUT_CAP" => "Most points off for opt-outs",
        "HEALTH_SCORE_COPPA_CAP" => "Most points off for personal information",
        "ALERT_FRAUD_THRESHOLD" => "Suspicious groups that open an alert",
        "ALERT_BOT_THRESHOLD" => "Bots that open an alert",
        "ALERT_OPT_OUT_THRESHOLD" => "Opt-outs that open an alert",
        _ => return None,
    })
}
