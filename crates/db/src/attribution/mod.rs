//! Who is credited with conversions: the touches that led to them, the ledger of credits, and its figures.
//!
//! The ledger is made of events alone. Whoever stores or changes one leaves the conversions it may touch in
//! `due_attributions`.

mod figures;
mod ledger;
mod settings;
mod touches;

pub use figures::{
    CreditDimension, CreditQuestion, CreditRow, CreditTotals, credit_totals, credits,
};
pub use ledger::{
    AttributionRow, ConversionPlace, CreditedTouch, attribution_of, conversions_between, has_due,
    replace_attributions, stored_lookbacks, take_due,
};
pub use settings::{
    AttributionSettingsRow, attribution_settings, lock_attribution_settings,
    update_attribution_settings,
};
pub use touches::{TouchRow, TouchesAsked, events_of_referees, find_clicks, find_conversions};
