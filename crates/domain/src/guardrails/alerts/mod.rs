//! Alerts: what makes one, how it lives, and how the ones that stand follow what is measured.
//!
//! Three steps, all pure: [`evaluate`] says what is wrong now; [`reconcile()`] compares that with the
//! alerts that stand and answers the changes to store and announce; [`AlertState`] is the life of
//! one alert. Running the first two every minute, or on every read, changes nothing unless
//! something changed.

mod life_cycle;
mod reconcile;
mod rules;

pub use life_cycle::{AlertError, AlertState, DismissReason, Resolution, is_overdue, respond_by};
pub use reconcile::{AlertChange, Standing, StandingAlert, reconcile};
pub use rules::{
    AlertCause, AlertInputs, AlertRule, AlertType, PLATFORM, RULES, Severity, evaluate,
};
