//! A small line without axes, beside a figure. The figure and the chart it belongs to say the same in words.

use leptos::prelude::*;

use super::layout::path::sparkline;

const WIDTH: f64 = 96.0;
const HEIGHT: f64 = 28.0;

/// The line; nothing with fewer than two values.
#[component]
pub fn Sparkline(
    /// Values, oldest first.
    #[prop(into)]
    values: Signal<Vec<f64>>,
) -> impl IntoView {
    view! {
        <svg width=WIDTH height=HEIGHT viewBox=format!("0 0 {WIDTH} {HEIGHT}") aria-hidden="true" class="shrink-0">
            <path class="spark" d=move || values.with(|values| sparkline(values, WIDTH, HEIGHT))></path>
        </svg>
    }
}
