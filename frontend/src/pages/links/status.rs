//! The state of a link as a word with a colour.

use leptos::prelude::*;
use viral_engine_api_types::links::LinkStatus;

use crate::components::Tone;
use crate::i18n::text;

/// Name of a state.
pub fn status_name(status: LinkStatus) -> &'static str {
    let texts = &text().links;
    match status {
        LinkStatus::Active => texts.active,
        LinkStatus::Disabled => texts.disabled,
        LinkStatus::Expired => texts.expired,
        LinkStatus::Exhausted => texts.exhausted,
        LinkStatus::Forged => texts.forged,
    }
}

/// The state, for a cell or a heading.
pub fn status_tag(status: LinkStatus) -> AnyView {
    let tone = match status {
        LinkStatus::Active => Tone::Good,
        LinkStatus::Disabled => Tone::Watch,
        LinkStatus::Forged => Tone::Bad,
        LinkStatus::Expired | LinkStatus::Exhausted => Tone::Neutral,
    };
    view! { <span class=format!("tag {}", tone.class())>{status_name(status)}</span> }.into_any()
}
