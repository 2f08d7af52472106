//! The shape of what is coming. It appears when loading takes longer than a blink, and takes the room of the
//! final content, so that nothing jumps.

use leptos::prelude::*;

use crate::i18n::text;

/// What is coming.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Text or rows of a table: so many bars.
    Lines(usize),
    /// The overview: figures in a row, health beside alerts, a chart beside a list.
    Overview,
    /// The guardrails: health beside four cards, a chart and reasons beside alerts.
    Guardrails,
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
                Shape::Overview => overview(),
                Shape::Guardrails => guardrails(),
            }}
        </div>
    }
}

fn lines(count: usize) -> AnyView {
    const WIDTHS: [&str; 4] = ["w-11/12", "w-4/5", "w-full", "w-3/4"];
    let bars = (0..count).map(|line| view! { <div class=format!("skeleton-bar h-5 {}", WIDTHS[line % WIDTHS.len()])></div> });
    view! { <div class="flex flex-col gap-3 p-4">{bars.collect_view()}</div> }.into_any()
}

/// Cards with a figure each.
fn cards(count: usize) -> impl IntoView {
    let card = |_| {
        view! {
            <div class="card-box skeleton-card">
                <div class="skeleton-bar h-4 w-2/3"></div>
                <div class="skeleton-bar h-8 w-1/2"></div>
            </div>
        }
    };
    (0..count).map(card).collect_view()
}

fn overview() -> AnyView {
    view! {
        <div class="flex flex-col gap-4">
            <div class="grid gap-4 grid-cols-2 md:grid-cols-3 xl:grid-cols-6">{cards(6)}</div>
            <div class="grid gap-4 md:grid-cols-3">
                <div class="card-box">{lines(4)}</div>
                <div class="card-box md:col-span-2">{lines(4)}</div>
            </div>
            <div class="grid gap-4 xl:grid-cols-3">
                <div class="card-box xl:col-span-2">{lines(8)}</div>
                <div class="card-box">{lines(8)}</div>
            </div>
        </div>
    }
    .into_any()
}

fn guardrails() -> AnyView {
    view! {
        <div class="flex flex-col gap-4">
            <div class="grid gap-4 lg:grid-cols-3 xl:grid-cols-[12rem_1fr]">
                <div class="card-box skeleton-card skeleton-health"></div>
                <div class="lg:col-span-2 xl:col-span-1 min-w-0">
                    <div class="grid gap-4 grid-cols-1 min-[420px]:grid-cols-2 xl:grid-cols-4 h-full">{cards(4)}</div>
                </div>
            </div>
            <div class="grid gap-4 items-start xl:grid-cols-3">
                <div class="xl:col-span-2 min-w-0 flex flex-col gap-4">
                    <div class="card-box">{lines(9)}</div>
                    <div class="card-box">{lines(7)}</div>
                </div>
                <div class="card-box">{lines(8)}</div>
            </div>
        </div>
    }
    .into_any()
}
