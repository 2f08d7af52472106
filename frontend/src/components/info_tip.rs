//! ⓘ beside a figure: formula, inputs, window and freshness, on hover, focus or press.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

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
    /// Address of its documentation.
    pub docs: Option<String>,
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
    let root = NodeRef::<html::Span>::new();
    let id = new_id("tip");
    let panel_id = id.clone();
    let place = move || {
        if let (Some(button), Some(panel)) = (button.get_untracked(), panel.get_untracked()) {
            put_under(&button, &panel);
        }
    };
    Effect::new(move |_| {
        if open.get() && button.get().is_some() && panel.get().is_some() {
            request_animation_frame(place);
        }
    });
    // The focus scrolls to what it reaches, so the panel follows instead of closing.
    let scrolled = window_event_listener_untyped("scroll", move |_| {
        if open.get_untracked() {
            place();
        }
    });
    on_cleanup(move || scrolled.remove());
    let facts = move || {
        metric
            .get()
            .facts
            .into_iter()
            .map(|(name, value)| view! { <dt>{name}</dt><dd>{value}</dd> })
            .collect_view()
    };
    // The link inside can be reached by the keyboard, so that the panel stays while the focus is in it.
    let left = move |event: web_sys::FocusEvent| {
        let next = event
            .related_target()
            .and_then(|next| next.dyn_into::<web_sys::Node>().ok());
        let inside = root
            .get_untracked()
            .is_some_and(|root| next.is_some() && root.contains(next.as_ref()));
        if !inside {
            open.set(false);
        }
    };
    let docs = move || {
        let href = metric.with(|metric| metric.docs.clone())?;
        Some(view! {
            <a class="link" href=href target="_blank" rel="noopener">{text().actions.read_docs}</a>
        })
    };
    let escape = move |event: web_sys::KeyboardEvent| {
        if event.key() == "Escape" && open.get_untracked() {
            event.stop_propagation();
            event.prevent_default();
            open.set(false);
            if let Some(button) = button.get_untracked() {
                // The button is on screen, so it takes the focus; that opens the panel, which is closed again.
                let _ = button.focus();
                open.set(false);
            }
        }
    };
    view! {
        <span
            class="inline-flex"
            node_ref=root
            on:mouseenter=move |_| open.set(true)
            on:mouseleave=move |_| open.set(false)
            on:focusout=left
            on:keydown=escape
        >
            <button
                node_ref=button
                type="button"
                class="tip-button"
                aria-label=move || metric.with(|metric| (text().actions.explain)(&metric.name))
                aria-expanded=move || open.get().to_string()
                aria-controls=id
                on:focus=move |_| open.set(true)
                on:click=move |_| open.set(true)
            >
                {icon(Icon::Info)}
            </button>
            <div id=panel_id role="group" aria-label=move || metric.get().name hidden=move || !open.get() class="tip-panel" node_ref=panel>
                <Show when=move || open.get()>
                    <p class="font-semibold">{move || metric.get().name}</p>
                    <p>{move || metric.get().formula}</p>
                    <dl>{facts}</dl>
                    {docs}
                </Show>
            </div>
        </span>
    }
}
