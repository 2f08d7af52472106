//! A quiet dot that says how fresh the figures are.

use leptos::prelude::*;

use crate::components::{Icon, icon};
use crate::i18n::text;
use crate::live::{Freshness, use_live};

/// Dot, word, and a button that reads everything again.
#[component]
pub fn LiveDot() -> impl IntoView {
    let live = use_live();
    let word = move || match live.freshness.get() {
        Freshness::Live => text().frame.live,
        Freshness::Stale => text().frame.stale,
        Freshness::Offline => text().frame.offline,
    };
    view! {
        <span class="flex items-center gap-1.5 text-xs text-muted" title=text().frame.live_help>
            <span class="live-dot" data-state=move || live.freshness.get().as_str() aria-hidden="true"></span>
            {word}
            <button
                type="button"
                class="btn btn-ghost btn-square btn-xs"
                aria-label=text().frame.refresh
                on:click=move |_| live.refresh()
            >
                {icon(Icon::Refresh)}
            </button>
        </span>
    }
}
