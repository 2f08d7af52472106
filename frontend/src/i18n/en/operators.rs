//! Texts of the page Operators.

use crate::i18n::catalogue::Operators;

pub const OPERATORS: Operators = Operators {
    invite: "Invite operator",
    email: "Email",
    name: "Name",
    role: "Role",
    role_help: "Viewers look. Analysts also mint links. Safety also handles alerts, blocks and networks, and sees personal fields. Admins do everything.",
    admin: "Admin",
    safety: "Safety",
    analyst: "Analyst",
    viewer: "Viewer",
    status: "Status",
    invited: "invited",
    active: "active",
    disabled: "disabled",
    last_sign_in: "Last sign-in",
    never: "never",
    new_setup_link: "New setup link",
    disable: "Disable",
    enable: "Enable",
    disabled_toast: |email| format!("{email} is disabled. All their sessions have ended."),
    enabled_toast: |email| format!("{email} can sign in again."),
    disable_help: "Disabling ends all sessions within a second. A new setup link lets the operator choose another password.",
    setup_link_title: "Setup link",
    setup_link_help: |ends| {
        format!(
            "Pass it to the operator by a safe way. It works once, until {ends}, and is not shown again."
        )
    },
    empty_title: "No operators",
    empty_detail: "Invite the people who look after links, alerts and consent.",
};
