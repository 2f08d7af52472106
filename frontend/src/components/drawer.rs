//! A drawer at the side, for what stands behind a row. Modal, like a dialog, so that the keyboard stays in it.

use leptos::html;
use leptos::prelude::*;

use super::dialog::{DialogHead, modal, on_backdrop};

/// A drawer. Its content is made anew each time it opens.
#[component]
pub fn Drawer(
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
    view! {
        <dialog
            node_ref=node
            class="drawer-box"
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
