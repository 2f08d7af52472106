//! A form field: label above, help and error below, tied together for screen readers.

use std::sync::atomic::{AtomicU32, Ordering};

use leptos::prelude::*;

use crate::api::ApiError;
use crate::i18n::text;

/// A new id, for ties between elements.
pub fn new_id(stem: &str) -> String {
    static LAST: AtomicU32 = AtomicU32::new(0);
    format!("{stem}-{}", LAST.fetch_add(1, Ordering::Relaxed))
}

/// What ties a control to its label, help and error.
#[derive(Clone, Copy)]
pub struct FieldControl {
    id: StoredValue<String>,
    described: Signal<Option<String>>,
    invalid: Signal<bool>,
}

impl FieldControl {
    /// `id` of the control.
    pub fn id(&self) -> String {
        self.id.get_value()
    }

    /// `aria-describedby` of the control.
    pub fn described(&self) -> Option<String> {
        self.described.get()
    }

    /// `aria-invalid` of the control.
    pub fn invalid(&self) -> Option<&'static str> {
        self.invalid.get().then_some("true")
    }
}

/// Label, control, help and error.
#[component]
pub fn Field<C>(
    /// Label.
    #[prop(into)]
    label: Signal<String>,
    /// What to know before filling it in; empty for nothing.
    #[prop(optional, into)]
    help: String,
    /// What to do about what is wrong.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Whether it may be left empty, said beside the label.
    #[prop(optional)]
    optional: bool,
    /// Makes the control.
    children: C,
) -> impl IntoView
where
    C: FnOnce(FieldControl) -> AnyView,
{
    let id = new_id("field");
    let (help_id, error_id) = (format!("{id}-help"), format!("{id}-error"));
    let invalid = Signal::derive(move || error.with(Option::is_some));
    let described = {
        let help_id = (!help.is_empty()).then(|| help_id.clone());
        let error_id = error_id.clone();
        Signal::derive(move || {
            let error_id = invalid.get().then(|| error_id.clone());
            let ids: Vec<_> = [error_id, help_id.clone()].into_iter().flatten().collect();
            (!ids.is_empty()).then(|| ids.join(" "))
        })
    };
    let control = FieldControl {
        id: StoredValue::new(id.clone()),
        described,
        invalid,
    };
    view! {
        <div class="field">
            <label for=id>
                {label}
                {optional.then(|| view! { <span class="text-muted font-normal">" (" {text().forms.optional} ")"</span> })}
            </label>
            {children(control)}
            {(!help.is_empty()).then(|| view! { <p class="field-help" id=help_id>{help}</p> })}
            <p class="field-error" id=error_id role="alert" hidden=move || !invalid.get()>{error}</p>
        </div>
    }
}

/// A field of one line of text.
#[component]
pub fn TextField(
    /// Label.
    #[prop(into)]
    label: Signal<String>,
    /// What is typed.
    value: RwSignal<String>,
    /// `type` of the input.
    #[prop(default = "text")]
    kind: &'static str,
    /// `autocomplete` of the input.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// `inputmode` of the input.
    #[prop(optional)]
    inputmode: Option<&'static str>,
    /// What to know before filling it in; empty for nothing.
    #[prop(optional, into)]
    help: String,
    /// What to do about what is wrong.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Whether it may be left empty.
    #[prop(optional)]
    optional: bool,
) -> impl IntoView {
    let input = move |control: FieldControl| {
        view! {
            <input
                class="input"
                id=control.id()
                type=kind
                autocomplete=autocomplete
                inputmode=inputmode
                aria-describedby=move || control.described()
                aria-invalid=move || control.invalid()
                bind:value=value
            />
        }
        .into_any()
    };
    view! { <Field label help error optional children=input/> }
}

/// Moves the focus to the first field that the engine finds wrong, whenever it has said so.
pub fn focus_on_failure(error: RwSignal<Option<ApiError>>) {
    Effect::new(move |_| {
        if error.with(Option::is_some) {
            focus_first_error();
        }
    });
}

/// Moves the focus to the first field that is wrong, once its error is shown.
pub fn focus_first_error() {
    request_animation_frame(|| {
        let wrong = document()
            .query_selector("[aria-invalid='true']")
            .ok()
            .flatten();
        if let Some(control) = wrong.and_then(|element| {
            wasm_bindgen::JsCast::dyn_into::<web_sys::HtmlElement>(element).ok()
        }) {
            // A control that is hidden meanwhile keeps the focus where it is.
            let _ = control.focus();
        }
    });
}
