//! Reading a chart point by point: with the pointer, or with the arrow keys once it has the focus.

use leptos::html;
use leptos::prelude::*;

use super::layout::path::nearest;
use crate::i18n::text;

/// The point that is being read.
#[derive(Clone, Copy)]
pub struct Reading {
    /// Its place.
    pub at: RwSignal<Option<usize>>,
    /// Places of the points, in pixels from the left.
    pub places: Signal<Vec<f64>>,
}

impl Reading {
    /// Nothing is read yet.
    pub fn new(places: Signal<Vec<f64>>) -> Self {
        Self {
            at: RwSignal::new(None),
            places,
        }
    }

    fn step(&self, event: &web_sys::KeyboardEvent) {
        let count = self.places.with_untracked(Vec::len);
        let Some(last) = count.checked_sub(1) else {
            return;
        };
        let now = self.at.get_untracked();
        let next = match event.key().as_str() {
            "ArrowRight" => now.map_or(0, |now| (now + 1).min(last)),
            "ArrowLeft" => now.map_or(last, |now| now.saturating_sub(1)),
            "Home" => 0,
            "End" => last,
            _ => return,
        };
        event.prevent_default();
        self.at.set(Some(next));
    }
}

/// The chart, with what is read in words below it.
#[component]
pub fn Readable(
    /// What the chart shows, for screen readers.
    #[prop(into)]
    label: Signal<String>,
    /// The point that is read.
    reading: Reading,
    /// What is read, in words.
    #[prop(into)]
    words: Signal<String>,
    /// Element to measure.
    node: NodeRef<html::Div>,
    children: Children,
) -> impl IntoView {
    let point = move |event: web_sys::PointerEvent| {
        let Some(element) = node.get_untracked() else {
            return;
        };
        let x = f64::from(event.client_x()) - element.get_bounding_client_rect().left();
        let found = reading.places.with_untracked(|places| nearest(places, x));
        if reading.at.get_untracked() != found {
            reading.at.set(found);
        }
    };
    view! {
        <div
            class="chart"
            node_ref=node
            tabindex="0"
            role="group"
            aria-roledescription="chart"
            aria-label=move || format!("{} {}", label.get(), text().charts.keyboard_help)
            on:pointermove=point
            on:pointerleave=move |_| reading.at.set(None)
            on:blur=move |_| reading.at.set(None)
            on:keydown=move |event| reading.step(&event)
        >
            {children()}
        </div>
        <p class="chart-reading" aria-live="polite">{words}</p>
    }
}
