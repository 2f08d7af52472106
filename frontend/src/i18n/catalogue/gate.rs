//! Texts of signing in and of set-up.

use super::{Around, Text};

/// Signing in and set-up.
pub struct Gate {
    pub sign_in_title: Text,
    pub sign_in_purpose: Text,
    pub email: Text,
    pub email_required: Text,
    pub email_invalid: Text,
    pub password: Text,
    pub password_required: Text,
    pub sign_in: Text,
    pub session_ended: Text,
    pub needs_setup: Text,
    pub setup_title: Text,
    pub setup_purpose: Text,
    pub setup_for: Around,
    pub setup_ends: Around,
    pub setup_no_token_title: Text,
    pub setup_no_token: Text,
    pub setup_invalid_title: Text,
    pub setup_invalid: Text,
    pub name: Text,
    pub name_help: Text,
    pub email_help: Text,
    pub new_password: Text,
    pub new_password_help: Text,
    pub set_up: Text,
}
