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
        FlagKey::Dashboard => "The dashboards of the admin app.",
        FlagKey::Reports => "Performance reports.",
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
