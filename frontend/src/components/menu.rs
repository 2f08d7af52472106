//! A button that opens a small panel under itself. It closes on Escape, on a click elsewhere, and when the focus
//! leaves; the focus returns to the button.

use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::place::pull_inside;

/// A button with a panel.
#[component]
pub fn Menu(
    /// What stands on the button.
    #[prop(into)]
    button: ViewFn,
    /// Name of the button for screen readers, when its words do not say it.
    #[prop(optional, into)]
    label: MaybeProp<String>,
    /// Classes of the button.
    #[prop(default = "btn btn-sm")]
    class: &'static str,
    /// Whether the panel is tied to the right edge of the button.
    #[prop(optional)]
    right: bool,
    /// Whether the panel is open; a panel that has done its work sets it to false.
    #[prop(optional)]
    open: RwSignal<bool>,
    children: ChildrenFn,
) -> impl IntoView {
    let (root, opener) = (NodeRef::<html::Div>::new(), NodeRef::<html::Button>::new());
    let panel = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        if let Some(panel) = panel.get() {
            request_animation_frame(move || pull_inside(&panel));
        }
    });
    let inside = move |target: Option<web_sys::EventTarget>| {
        let node = target.and_then(|target| target.dyn_into::<web_sys::Node>().ok());
        root.get_untracked()
            .is_some_and(|root| root.contains(node.as_ref()))
    };
    let outside = window_event_listener(ev::pointerdown, move |event| {
        if open.get_untracked() && !inside(event.target()) {
            open.set(false);
        }
    });
    on_cleanup(move || outside.remove());
    let key = move |event: web_sys::KeyboardEvent| {
        if event.key() == "Escape" && open.get_untracked() {
            event.stop_propagation();
            open.set(false);
            if let Some(opener) = opener.get_untracked() {
                // The button is on screen, so it takes the focus.
                let _ = opener.focus();
            }
        }
    };
    let left = move |event: web_sys::FocusEvent| {
        if event.related_target().is_some() && !inside(event.related_target()) {
            open.set(false);
        }
    };
    view! {
        <div class="relative" node_ref=root on:keydown=key on:focusout=left>
            <button
                node_ref=opener
                type="button"
                class=class
                aria-label=move || label.get()
                aria-expanded=move || open.get().to_string()
                on:click=move |_| open.update(|open| *open = !*open)
            >
                {button.run()}
            </button>
            <Show when=move || open.get()>
                <div class="popover-box" class:right-0=right node_ref=panel>{children()}</div>
            </Show>
        </div>
    }
}
