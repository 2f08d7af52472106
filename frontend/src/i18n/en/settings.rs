//! Texts of the page Thresholds.

use crate::i18n::catalogue::Settings;

pub const SETTINGS: Settings = Settings {
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
    reset_of: |key| format!("Reset {key} to its default"),
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
