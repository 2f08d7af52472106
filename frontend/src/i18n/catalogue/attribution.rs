//! Texts of the pages about conversions.

use viral_engine_api_types::attribution::{AttributionModel, TouchKind};

use super::Text;

/// Conversions, and who is credited with each.
pub struct Attribution {
    pub list: Text,
    pub list_help: Text,
    pub empty_title: Text,
    pub empty_detail: Text,
    pub none_match_title: Text,
    pub none_match_detail: Text,
    pub to_list: Text,
    pub from: Text,
    pub until: Text,
    pub converted: Text,
    pub referee: Text,
    pub referrer: Text,
    pub counts: Text,
    pub does_count: Text,
    pub explained: Text,
    pub explained_help: Text,
    pub model: Text,
    pub model_name: fn(AttributionModel) -> Text,
    pub lookback: Text,
    pub since: Text,
    pub touches: Text,
    pub touches_help: Text,
    pub no_touches_title: Text,
    pub no_touches_detail: Text,
    pub at: Text,
    pub kind: Text,
    pub kind_name: fn(TouchKind) -> Text,
    pub source: Text,
    pub credit: Text,
}
