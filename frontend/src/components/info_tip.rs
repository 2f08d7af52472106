//! ⓘ beside a figure: formula, inputs, window and freshness, on hover, focus or press.

use leptos::html;
use leptos::prelude::*;

use super::field::new_id;
use super::icon::{Icon, icon};
use super::place::put_under;
use crate::i18n::text;

/// What there is to know about a figure.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Metric {
    /// What it is called.
    pub name: String,
    /// How it is computed.
    pub formula: String,
    /// Further lines: what it was computed from, the window, how fresh it is.
    pub facts: Vec<(String, String)>,
}

/// ⓘ with a panel.
#[component]
pub fn InfoTip(
    /// What there is to know.
    #[prop(into)]
    metric: Signal<Metric>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let (button, panel) = (NodeRef::<html::Button>::new(), NodeRef::<html::Div>::new());
    let id = new_id("tip");
    let panel_id = id.clone();
    Effect::new(move |_| {
        if let (true, Some(button), Some(panel)) = (open.get(), button.get(), panel.get()) {
            request_animation_frame(move || put_under(&button, &panel));
        }
    });
    let scrolled = window_event_listener_untyped("scroll", move |_| open.set(false));
    on_cleanup(move || scrolled.remove());
    let facts = move || {
        metric
            .get()
            .facts
            .into_iter()
            .map(|(name, value)| view! { <dt>{name}</dt><dd>{value}</dd> })
            .collect_view()
    };
    view! {
        <span class="inline-flex" on:mouseenter=move |_| open.set(true) on:mouseleave=move |_| open.set(false)>
            <button
                node_ref=button
                type="button"
                class="tip-button"
                aria-label=move || metric.with(|metric| (text().actions.explain)(&metric.name))
                aria-expanded=move || open.get().to_string()
                aria-controls=id
                on:focus=move |_| open.set(true)
                on:blur=move |_| open.set(false)
                on:click=move |_| open.set(true)
                on:keydown=move |event| {
                    if event.key() == "Escape" && open.get_untracked() {
                        event.stop_propagation();
                        event.prevent_default();
                        open.set(false);
                    }
                }
            >
                {icon(Icon::Info)}
            </button>
            <div id=panel_id role="tooltip" hidden=move || !open.get() class="tip-panel" node_ref=panel>
                <Show when=move || open.get()>
                    <p class="font-semibold">{move || metric.get().name}</p>
                    <p>{move || metric.get().formula}</p>
                    <dl>{facts}</dl>
                </Show>
            </div>
        </span>
    }
}
