//! Who is credited with conversions: the touches that led to each, the ledger of what models credit them with, and figures
//! of that ledger.
//!
//! Visitors are never joined to users, so a click is a touch only when an event of the user names it, or the platform
//! reported it with the user.

mod explain;
mod figures;
mod ledger;
mod settings;
mod touches;

pub use explain::explain_conversion;
pub use figures::get_attribution;
pub use ledger::{
    AttributeConversions, Attributing, attribute_due, attribute_next, begin_attributing,
    recompute_attribution, run_attributions,
};
pub use settings::{get_attribution_settings, update_attribution_settings};
