//! Texts of feature flags.

use viral_engine_api_types::flags::FlagKey;

use crate::i18n::catalogue::Flags;

pub const FLAGS: Flags = Flags {
    help: "Features that are switched while the engine runs. A change is in force on every node at once.",
    name: |key| match key {
        FlagKey::Dashboard => "Dashboards",
        FlagKey::Reports => "Performance reports",
        FlagKey::EmailDelivery => "Email delivery",
    },
    purpose: |key| match key {
        FlagKey::Dashboard => {
            "Off: figures of the overview and of the guardrails are refused, which takes their load off the database. Guarding, alerts, health snapshots and reports go on."
        }
        FlagKey::Reports => {
            "Off: new reports are refused, and schedules make none. Those that are there can be read."
        }
        FlagKey::EmailDelivery => {
            "Off: new messages are refused, and what is queued is not sent. Invitations of operators can not be sent either."
        }
    },
    on: "on",
    off: "off",
    switched_on: |name| format!("{name}: on, on every node."),
    switched_off: |name| format!("{name}: off, on every node."),
    changed: "Changed",
};
