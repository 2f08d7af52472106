//! A field of several lines.

use leptos::prelude::*;

use super::field::{Field, FieldControl};

/// A field of several lines of text.
#[component]
pub fn TextArea(
    /// Label.
    #[prop(into)]
    label: Signal<String>,
    /// What is typed.
    value: RwSignal<String>,
    /// What to know before filling it in.
    #[prop(optional, into)]
    help: String,
    /// What to do about what is wrong.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Whether it may be left empty.
    #[prop(optional)]
    optional: bool,
    /// Lines that are seen at once.
    #[prop(default = "3")]
    rows: &'static str,
) -> impl IntoView {
    let area = move |control: FieldControl| {
        view! {
            <textarea
                class="textarea"
                rows=rows
                id=control.id()
                aria-describedby=move || control.described()
                aria-invalid=move || control.invalid()
                bind:value=value
            ></textarea>
        }
        .into_any()
    };
    view! { <Field label help error optional children=area/> }
}
