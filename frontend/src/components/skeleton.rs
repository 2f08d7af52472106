//! The shape of what is coming. It appears when loading takes longer than a blink, and takes the room of the
//! final content, so that nothing jumps.

use leptos::prelude::*;

use crate::i18n::text;

/// Bars in the shape of text or a table.
#[component]
pub fn Skeleton(
    /// Number of bars.
    #[prop(default = 6)]
    lines: usize,
    /// Whether it can be seen yet; its room is taken from the start.
    #[prop(into)]
    visible: Signal<bool>,
) -> impl IntoView {
    const WIDTHS: [&str; 4] = ["w-11/12", "w-4/5", "w-full", "w-3/4"];
    view! {
        <div class="flex flex-col gap-3 p-4" class:invisible=move || !visible.get() role="status" aria-busy="true">
            <span class="sr-only">{text().states.loading}</span>
            {(0..lines)
                .map(|line| view! { <div class=format!("skeleton-bar h-5 {}", WIDTHS[line % WIDTHS.len()])></div> })
                .collect_view()}
        </div>
    }
}
