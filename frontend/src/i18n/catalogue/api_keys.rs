//! Texts of the API keys.

use super::{Around, Text};

/// API keys.
pub struct ApiKeys {
    pub create: Text,
    pub name: Text,
    pub name_help: Text,
    pub prefix: Text,
    pub scopes: Text,
    pub status: Text,
    pub created: Text,
    pub expires: Text,
    pub last_used: Text,
    pub never: Text,
    pub days_30: Text,
    pub days_90: Text,
    pub days_365: Text,
    pub active: Text,
    pub ending: Text,
    pub expired: Text,
    pub revoked: Text,
    pub rotate: Text,
    pub rotate_title: Around,
    pub rotate_help: Text,
    pub revoke: Text,
    pub revoke_title: Around,
    pub revoke_help: Text,
    pub revoked_toast: Text,
    pub secret_title: Text,
    pub secret_help: Text,
    pub empty_title: Text,
    pub empty_detail: Text,
}
