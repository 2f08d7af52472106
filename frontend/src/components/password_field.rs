//! A password field whose content can be shown.

use leptos::prelude::*;

use super::field::{Field, FieldControl};
use crate::i18n::text;

/// A password field.
#[component]
pub fn PasswordField(
    /// Label.
    label: &'static str,
    /// What is typed.
    value: RwSignal<String>,
    /// `current-password` or `new-password`.
    autocomplete: &'static str,
    /// What to know before filling it in.
    #[prop(optional, into)]
    help: String,
    /// What to do about what is wrong.
    #[prop(into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let shown = RwSignal::new(false);
    let toggle = move || {
        if shown.get() {
            text().forms.hide_password
        } else {
            text().forms.show_password
        }
    };
    let input = move |control: FieldControl| {
        view! {
            <input
                class="input"
                id=control.id()
                type=move || if shown.get() { "text" } else { "password" }
                autocomplete=autocomplete
                aria-describedby=move || control.described()
                aria-invalid=move || control.invalid()
                bind:value=value
            />
        }
        .into_any()
    };
    view! {
        <Field label help error children=input/>
        <button type="button" class="link text-xs self-start min-h-6 -mt-2" on:click=move |_| shown.update(|shown| *shown = !*shown)>
            {toggle}
        </button>
    }
}
