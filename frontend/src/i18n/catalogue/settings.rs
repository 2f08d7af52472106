//! Texts of the thresholds.

use crate::pages::settings::Group;

use super::{Around, Text};

/// The thresholds.
pub struct Settings {
    pub name: fn(&str) -> Option<Text>,
    pub group: fn(Group) -> Text,
    pub caps_exceed: fn(f64) -> String,
    pub saved: Text,
    pub discard: Text,
    pub read_again: Text,
    pub not_a_number: Text,
    pub not_whole: Text,
    pub out_of_range: fn(f64, Option<f64>) -> String,
    pub range: fn(f64, Option<f64>, f64) -> String,
    pub from_default: Text,
    pub from_environment: Text,
    pub from_override: Text,
    pub reset: Text,
    pub reset_of: Around,
    pub preview_title: Text,
    pub preview_help: Text,
    pub preview_empty: Text,
    pub figure: Text,
    pub in_force: Text,
    pub proposed: Text,
    pub health_score: Text,
    pub flagged_ips: Text,
    pub shared_networks: Text,
    pub flagged_devices: Text,
    pub flagged_referrers: Text,
    pub open_alerts: Text,
}
