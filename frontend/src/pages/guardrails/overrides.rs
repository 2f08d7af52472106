//! Thresholds of the address: the page can be seen with other ones than the saved, and says so.

use leptos::prelude::*;

use crate::i18n::text;
use crate::router::{Visit, use_router};

/// Parameters of the address, named as the API names them.
pub const OVERRIDES: [&str; 4] = ["threshold", "time_window", "min_clicks", "rate_threshold"];

/// Says that the figures are seen with other thresholds, and leads back.
#[component]
pub fn OverrideNotice() -> impl IntoView {
    let router = use_router();
    let words = &text().guardrails.thresholds;
    let active = Memo::new(move |_| {
        router
            .query
            .with(|query| !query.only(&OVERRIDES).is_empty())
    });
    let back = move |_| router.set(&OVERRIDES.map(|name| (name, None)), Visit::Push);
    view! {
        <Show when=move || active.get()>
            <div class="notice" data-tone="info" role="status">
                <p>{words.overridden}</p>
                <button type="button" class="btn btn-sm" on:click=back>{words.back_to_saved}</button>
            </div>
        </Show>
    }
}
