//! Who is credited with conversions: what sources, channels and campaigns are credited with, the list of conversions, and
//! who is credited with each.

mod credit;
mod explain;
mod list;
mod settings;

pub use credit::view as credit_view;
pub use explain::view as explain_view;
pub use list::view as list_view;

use viral_engine_api_types::attribution::AttributionModel;

use crate::i18n::growth;

/// Models and their names.
fn models() -> Vec<(&'static str, &'static str)> {
    let name = growth().attribution.model_name;
    AttributionModel::ALL
        .map(|model| (model.as_str(), name(model)))
        .to_vec()
}
