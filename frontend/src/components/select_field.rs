//! A form field with few choices.

use leptos::prelude::*;

use super::field::{Field, FieldControl};

/// A field that offers `choices`, each a value and its name.
#[component]
pub fn SelectField(
    /// Label.
    #[prop(into)]
    label: Signal<String>,
    /// The chosen value.
    value: RwSignal<String>,
    /// Values and names.
    choices: Vec<(&'static str, &'static str)>,
    /// What to know before choosing; empty for nothing.
    #[prop(optional, into)]
    help: String,
    /// What to do about what is wrong.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let select = move |control: FieldControl| {
        let option =
            |(id, name): (&'static str, &'static str)| view! { <option value=id>{name}</option> };
        view! {
            <select
                class="select"
                id=control.id()
                aria-describedby=move || control.described()
                aria-invalid=move || control.invalid()
                prop:value=value
                on:change:target=move |event| value.set(event.target().value())
            >
                {choices.into_iter().map(option).collect_view()}
            </select>
        }
        .into_any()
    };
    view! { <Field label help error children=select/> }
}
