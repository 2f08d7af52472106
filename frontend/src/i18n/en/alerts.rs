//! Texts of the page Alerts.

use crate::i18n::catalogue::Alerts;

pub const ALERTS: Alerts = Alerts {};
