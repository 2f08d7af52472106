//! The shape of what is coming. It appears when loading takes longer than a blink, and takes the room of the
//! final content, so that nothing jumps.

use leptos::prelude::*;

use crate::i18n::text;

/// What is coming.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Text or rows of a table: so many bars.
    Lines(usize),
    /// So many cards with a figure each, and a chart beside a list below them.
    Figures(usize),
}

/// The shape of what is coming.
#[component]
pub fn Skeleton(
    /// The shape.
    shape: Shape,
    /// Whether it can be seen yet; its room is taken from the start.
    #[prop(into)]
    visible: Signal<bool>,
) -> impl IntoView {
    view! {
        <div class:invisible=move || !visible.get() role="status" aria-busy="true">
            <span class="sr-only">{text().states.loading}</span>
            {match shape {
                Shape::Lines(count) => lines(count),
                Shape::Figures(cards) => figures(cards),
            }}
        </div>
    }
}

fn lines(count: usize) -> AnyView {
    const WIDTHS: [&str; 4] = ["w-11/12", "w-4/5", "w-full", "w-3/4"];
    let bars = (0..count).map(|line| view! { <div class=format!("skeleton-bar h-5 {}", WIDTHS[line % WIDTHS.len()])></div> });
    view! { <div class="flex flex-col gap-3 p-4">{bars.collect_view()}</div> }.into_any()
}

fn figures(cards: usize) -> AnyView {
    let card = |_| {
        view! {
            <div class="card-box skeleton-card">
                <div class="skeleton-bar h-4 w-2/3"></div>
                <div class="skeleton-bar h-8 w-1/2"></div>
            </div>
        }
    };
    view! {
        <div class="flex flex-col gap-4">
            <div class="grid gap-4 grid-cols-2 md:grid-cols-3 xl:grid-cols-6">{(0..cards).map(card).collect_view()}</div>
            <div class="grid gap-4 xl:grid-cols-3">
                <div class="card-box xl:col-span-2">{lines(8)}</div>
                <div class="card-box">{lines(8)}</div>
            </div>
        </div>
    }
    .into_any()
}
