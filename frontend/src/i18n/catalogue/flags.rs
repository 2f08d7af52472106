//! Texts of feature flags.

use viral_engine_api_types::flags::FlagKey;

use super::{Around, Text};

/// Feature flags.
pub struct Flags {
    pub help: Text,
    pub name: fn(FlagKey) -> Text,
    pub purpose: fn(FlagKey) -> Text,
    pub on: Text,
    pub off: Text,
    pub switched_on: Around,
    pub switched_off: Around,
    pub changed: Text,
}
