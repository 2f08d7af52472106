//! A modal dialog on the browser's own `<dialog>`: it keeps the focus inside, closes on Escape, and gives the
//! focus back to where it came from.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::icon::{Icon, icon};
use super::user_text::user_words;
use crate::i18n::text;
use crate::router::{Visit, use_router};

/// What an operator fills in.
const FIRST_FIELD: &str = ".dialog-body :is(input:not([readonly]), select, textarea)";

/// Shows a `<dialog>` while `open` is true, and tells when the operator closes it.
pub fn modal(node: NodeRef<html::Dialog>, open: Signal<bool>) {
    Effect::new(move |_| {
        let Some(dialog) = node.get() else { return };
        match (open.get(), dialog.open()) {
            // A dialog that is not in the page any more can not be shown, and needs not.
            (true, false) => drop(dialog.show_modal()),
            (false, true) => dialog.close(),
            _ => {}
        }
    });
}

/// A form is begun in its first field, not on the button that closes it.
fn start_at_first_field(node: NodeRef<html::Dialog>, open: Signal<bool>) {
    let focus = move || {
        let field = node.get_untracked().and_then(|dialog| {
            let field = dialog.query_selector(FIRST_FIELD).ok().flatten()?;
            field.dyn_into::<web_sys::HtmlElement>().ok()
        });
        if let Some(field) = field {
            // A field that can not be focused leaves the focus where it is.
            let _ = field.focus();
        }
    };
    Effect::new(move |_| {
        if open.get() && node.get().is_some() {
            request_animation_frame(focus);
        }
    });
}

/// Opens a dialog for who comes by an address with `new`, which is taken away so that a reload does not repeat it.
pub fn open_by_address(open: RwSignal<bool>) {
    let router = use_router();
    let wish = router.parameter("new");
    Effect::new(move |_| {
        if wish.with(Option::is_some) {
            open.set(true);
            router.set(&[("new", None)], Visit::Replace);
        }
    });
}

/// Whether a click fell on the backdrop: then its target is the dialog itself, which has no padding.
pub fn on_backdrop(event: &web_sys::MouseEvent, node: NodeRef<html::Dialog>) -> bool {
    let target = event.target().map(wasm_bindgen::JsValue::from);
    node.get_untracked().map(wasm_bindgen::JsValue::from) == target
}

/// A dialog in the middle. Its content is made anew each time it opens.
#[component]
pub fn Dialog(
    /// Whether it is open.
    #[prop(into)]
    open: Signal<bool>,
    /// Called when the operator closes it.
    on_close: Callback<()>,
    /// Heading.
    #[prop(into)]
    title: Signal<String>,
    children: ChildrenFn,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    modal(node, open);
    start_at_first_field(node, open);
    view! {
        <dialog
            node_ref=node
            class="box"
            aria-label=title
            on:close=move |_| on_close.run(())
            on:click=move |event| {
                if on_backdrop(&event, node) {
                    on_close.run(());
                }
            }
        >
            <Show when=move || open.get()>
                <DialogHead title on_close/>
                <div class="dialog-body">{children()}</div>
            </Show>
        </dialog>
    }
}

/// Heading and close button.
#[component]
pub fn DialogHead(
    /// Heading.
    title: Signal<String>,
    /// Called by the close button.
    on_close: Callback<()>,
) -> impl IntoView {
    view! {
        <div class="dialog-head">
            <h2>{move || user_words(&title.get())}</h2>
            <button
                type="button"
                class="btn btn-ghost btn-square btn-sm"
                aria-label=text().actions.close
                on:click=move |_| on_close.run(())
            >
                {icon(Icon::Close)}
            </button>
        </div>
    }
}
