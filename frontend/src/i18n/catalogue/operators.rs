//! Texts of the operators.

use super::{Around, Text};

/// Operators.
pub struct Operators {
    pub invite: Text,
    pub email: Text,
    pub name: Text,
    pub role: Text,
    pub role_help: Text,
    pub admin: Text,
    pub safety: Text,
    pub analyst: Text,
    pub viewer: Text,
    pub status: Text,
    pub invited: Text,
    pub active: Text,
    pub disabled: Text,
    pub last_sign_in: Text,
    pub never: Text,
    pub new_setup_link: Text,
    pub disable: Text,
    pub enable: Text,
    pub disable_help: Text,
    pub disabled_toast: Around,
    pub enabled_toast: Around,
    pub setup_link_title: Text,
    pub setup_link_help: Around,
    pub empty_title: Text,
    pub empty_detail: Text,
}
