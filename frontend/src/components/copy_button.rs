//! Copies a text, and says that it did.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::icon::{Icon, icon};
use super::toast::{Tone, use_toasts};
use crate::browser::clipboard;
use crate::i18n::text;

/// A button that copies `value`.
#[component]
pub fn CopyButton(
    /// What is copied.
    #[prop(into)]
    value: Signal<String>,
    /// What it is, for the button's label.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    let toasts = use_toasts();
    let copy = move |_| {
        let value = value.get_untracked();
        spawn_local(async move {
            if clipboard::copy(&value).await {
                toasts.show(Tone::Good, text().actions.copied);
            } else {
                toasts.show(Tone::Bad, text().actions.copy_failed);
            }
        });
    };
    let label = format!("{} {label}", text().actions.copy);
    view! {
        <button type="button" class="btn btn-ghost btn-square btn-xs" title=label.clone() aria-label=label on:click=copy>
            {icon(Icon::Copy)}
        </button>
    }
}
