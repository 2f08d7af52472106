//! The command palette: pages, actions, links and users in one list.
//!
//! The dialog is in the first part of the app; what stands in it is loaded when it is first opened.

mod entries;
mod list;

use leptos::html;
use leptos::prelude::*;

use crate::components::dialog::{modal, on_backdrop};
use crate::i18n::text;
use crate::parts::Maker;

/// The dialog.
#[component]
pub fn PaletteDialog(open: RwSignal<bool>) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    modal(node, open.into());
    view! {
        <dialog
            node_ref=node
            class="box palette"
            aria-label=text().palette.title
            on:close=move |_| open.set(false)
            on:click=move |event| {
                if on_backdrop(&event, node) {
                    open.set(false);
                }
            }
        >
            <Show when=move || open.get()>{Maker::Palette(open).make()}</Show>
        </dialog>
    }
}

/// What stands in it.
pub fn body(open: RwSignal<bool>) -> AnyView {
    view! { <list::PaletteBody open/> }.into_any()
}
