//! Texts of the page API keys.

use crate::i18n::catalogue::ApiKeys;

pub const API_KEYS: ApiKeys = ApiKeys {
    create: "Create API key",
    name: "Name",
    name_help: "What it is for, for example Platform backend.",
    prefix: "Key",
    scopes: "Scopes",
    status: "Status",
    created: "Created",
    expires: "Expires",
    last_used: "Last used",
    never: "never",
    days_30: "in 30 days",
    days_90: "in 90 days",
    days_365: "in 365 days",
    active: "active",
    ending: "ending",
    expired: "expired",
    revoked: "revoked",
    rotate: "Rotate",
    rotate_title: |name| format!("Rotate {name}"),
    rotate_help: "A new key is made. The old one works for 24 more hours, so that you can change it without a gap.",
    revoke: "Revoke",
    revoke_title: |name| format!("Revoke {name}"),
    revoke_help: "Whatever uses this key is refused within a second. This can not be undone.",
    revoked_toast: "The key is revoked.",
    secret_title: "New API key",
    secret_help: "Store it in your platform's secrets now. It is kept hashed and can not be shown again.",
    empty_title: "No API keys",
    empty_detail: "A platform's backend signs in with a key: create one with the scopes it needs.",
};
