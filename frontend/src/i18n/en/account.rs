//! Texts of the pages Account and About.

use viral_engine_api_types::operators::AlertEmails;

use crate::i18n::catalogue::{About, Account};

pub const ACCOUNT: Account = Account {
    sessions_title: "Where you are signed in",
    sessions_help: "End a session that you do not recognise, then choose another password.",
    session_ended: "The session has ended.",
    this_browser: "this browser",
    end_session: "Sign out",
    end_session_of: |browser| format!("Sign out of {browser}"),
    last_used: "last used",
    in_use: "in use now",
    password_title: "Password",
    current_password: "Current password",
    new_password: "New password",
    new_password_help: "12 to 128 characters. All other browsers are signed out.",
    change_password: "Change password",
    password_changed: "The password is changed. All other browsers are signed out.",
    alert_emails_title: "Alerts by email",
    alert_emails_label: "Mail me alerts",
    alert_emails_help: "Alerts of the last minutes come in one message, to the address you sign in with.",
    alert_emails: |wish| match wish {
        AlertEmails::Off => "none",
        AlertEmails::Medium => "of medium severity and above",
        AlertEmails::High => "of high severity and above",
        AlertEmails::Critical => "critical ones only",
    },
};

pub const ABOUT: About = About {
    version: "Version",
    commit: "Commit",
    started: "Running since",
    clock: "Server's clock",
    database: "Database",
    public_url: "Short links begin with",
    demo_data: "Demo data",
    demo_loaded: "loaded: figures include made-up traffic",
    demo_none: "none",
    documents: "Documents",
    api_docs: "API documentation",
    openapi: "OpenAPI document",
};
