//! Guardrails: is the growth real, is it safe, and what should an operator look at?
//!
//! Each part is a pair of pure steps. *Aggregate* turns raw records into groups; *classify* decides
//! about one group. The rollups in the database do the first step incrementally and hand their
//! groups to the second, so there is a single place that decides; the first step is written here as
//! plainly as possible and is the oracle that the rollups are compared with.

pub mod alerts;
pub mod bots;
mod click;
pub mod conversion_anomalies;
pub mod coppa;
pub mod health;
pub mod opt_outs;
mod setting_table;
pub mod settings;
pub mod suspicious_clicks;
#[cfg(test)]
mod tests;
pub mod thresholds;

pub use click::Click;
pub use setting_table::SETTINGS;
pub use settings::{Setting, SettingError, SettingKind, SettingValue};
pub use thresholds::{Override, Thresholds};
