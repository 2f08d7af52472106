//! Texts of the pages about conversions.

use viral_engine_api_types::attribution::{AttributionModel, TouchKind};

use crate::i18n::catalogue::Attribution;

pub const ATTRIBUTION: Attribution = Attribution {
    list: "Conversions",
    list_help: "Each user who was invited counts once, for the source and referrer that the conversion was reported with.",
    empty_title: "No conversions",
    empty_detail: "The platform reports each with POST /v1/events.",
    none_match_title: "No conversion matches",
    none_match_detail: "Change the filters, or clear them.",
    to_list: "All conversions",
    from: "From (UTC)",
    until: "Until (UTC)",
    converted: "Converted",
    referee: "Who was invited",
    referrer: "Who invited",
    counts: "Counts",
    does_count: "counts",
    explained: "Conversion",
    explained_help: "To whom figures of growth count it. Another model or lookback shows who else had a part in it, and changes no figure.",
    model: "Model",
    model_name: |model| match model {
        AttributionModel::Last => "last touch",
        AttributionModel::First => "first touch",
        AttributionModel::Linear => "linear",
        AttributionModel::Position => "position (40/20/40)",
    },
    lookback: "Lookback in days",
    since: "Touches since",
    touches: "Touches",
    touches_help: "Invitations and clicks that led to it, earliest first, or what it names itself. The credits of a conversion add up to 100 %.",
    no_touches_title: "No touch",
    no_touches_detail: "Nothing is known that led to it within these days. A longer lookback may find something.",
    at: "When",
    kind: "What",
    kind_name: |kind| match kind {
        TouchKind::Invitation => "invitation",
        TouchKind::Click => "click",
        TouchKind::Named => "named by the conversion",
    },
    source: "Source",
    credit: "Credit",
};
