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
        <svg
            viewBox=format!("0 0 {WIDTH} {HEIGHT}")
            preserveAspectRatio="none"
            aria-hidden="true"
            class="spark-box"
        >
            <path class="spark" vector-effect="non-scaling-stroke" d=move || values.with(|values| sparkline(values, WIDTH, HEIGHT))></path>
        </svg>
    }
}
