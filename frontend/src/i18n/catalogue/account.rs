//! Texts of the operator's own account and of About.

use viral_engine_api_types::operators::AlertEmails;

use super::{Around, Text};

/// The operator's own account.
pub struct Account {
    pub sessions_title: Text,
    pub sessions_help: Text,
    pub session_ended: Text,
    pub this_browser: Text,
    pub end_session: Text,
    pub end_session_of: Around,
    pub last_used: Text,
    pub in_use: Text,
    pub password_title: Text,
    pub current_password: Text,
    pub new_password: Text,
    pub new_password_help: Text,
    pub change_password: Text,
    pub password_changed: Text,
    pub alert_emails_title: Text,
    pub alert_emails_label: Text,
    pub alert_emails_help: Text,
    pub alert_emails: fn(AlertEmails) -> Text,
}

/// The running engine.
pub struct About {
    pub version: Text,
    pub commit: Text,
    pub started: Text,
    pub clock: Text,
    pub database: Text,
    pub public_url: Text,
    pub demo_data: Text,
    pub demo_loaded: Text,
    pub demo_none: Text,
    pub documents: Text,
    pub api_docs: Text,
    pub openapi: Text,
}
