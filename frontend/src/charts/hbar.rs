//! Horizontal bars with their names and values beside them, for a ranking.

use leptos::prelude::*;

use super::layout::scale::Scale;
use crate::components::user_words;

/// Length of the longest bar, in the units of the drawing.
const LONGEST: f64 = 100.0;

/// A bar.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// Name, before it.
    pub name: String,
    /// Length.
    pub value: f64,
    /// The value in words, after it.
    pub shown: String,
}

/// The chart. It is a list, so it reads well without being seen.
#[component]
pub fn HorizontalBars(
    /// The bars, longest first.
    #[prop(into)]
    bars: Signal<Vec<Bar>>,
) -> impl IntoView {
    let rows = move || {
        let bars = bars.get();
        let highest = bars.iter().map(|bar| bar.value).fold(0.0, f64::max);
        let scale = Scale {
            low: 0.0,
            high: highest,
            start: 0.0,
            end: LONGEST,
        };
        let row = |bar: Bar| {
            let length = scale.at(bar.value);
            view! {
                <li class="flex flex-col gap-1">
                    <span class="flex flex-wrap justify-between gap-x-2">
                        <span class="min-w-0">{user_words(&bar.name)}</span>
                        <span class="num whitespace-nowrap">{bar.shown}</span>
                    </span>
                    <svg class="w-full h-2" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                        <rect class="cat-1" width=length height="8"></rect>
                    </svg>
                </li>
            }
        };
        bars.into_iter().map(row).collect_view()
    };
    view! { <ul class="flex flex-col gap-3">{rows}</ul> }
}
