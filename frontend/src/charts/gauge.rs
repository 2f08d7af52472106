//! A gauge from 0 to 100, with the figure in the middle.

use leptos::prelude::*;

use super::layout::arc::arc;

const CENTRE: (f64, f64) = (60.0, 60.0);
const RADIUS: f64 = 50.0;

/// The gauge. Figure and word say what the colour says.
#[component]
pub fn Gauge(
    /// 0 to 100.
    #[prop(into)]
    value: Signal<f64>,
    /// The figure in the middle.
    #[prop(into)]
    shown: Signal<String>,
    /// The word below it.
    #[prop(into)]
    word: Signal<String>,
    /// Class that colours the arc.
    #[prop(into)]
    tone: Signal<&'static str>,
) -> impl IntoView {
    view! {
        <div class="relative w-36 shrink-0">
            <svg viewBox="0 0 120 104" class=move || format!("w-full {}", tone.get()) aria-hidden="true">
                <path class="gauge-track" stroke-linecap="round" d=arc(CENTRE, RADIUS, 1.0)></path>
                <path class="gauge-value" d=move || arc(CENTRE, RADIUS, value.get() / 100.0)></path>
            </svg>
            <p class="absolute inset-x-0 top-9 text-center">
                <span class="stat-value block">{shown}</span>
                <span class=move || format!("font-medium {}", tone.get())>{word}</span>
            </p>
        </div>
    }
}
