//! A confirmation for what can not be undone: the operator types the name of what is destroyed.

use leptos::prelude::*;

use super::dialog::Dialog;
use super::error_panel::error_panel;
use super::field::TextField;
use super::submit::Submit;
use crate::i18n::text;

/// Asks before something is destroyed.
#[component]
pub fn ConfirmDialog<O: Send + Sync + Clone + 'static>(
    /// Whether it is open.
    #[prop(into)]
    open: Signal<bool>,
    /// Called when the operator closes it.
    on_close: Callback<()>,
    /// What is about to happen, as a heading.
    #[prop(into)]
    title: Signal<String>,
    /// What it means, in a sentence.
    #[prop(into)]
    consequence: Signal<String>,
    /// What must be typed; empty for a plain question.
    #[prop(into)]
    word: Signal<String>,
    /// Words on the button that does it.
    action: &'static str,
    /// Class of that button: red unless what it does harms nothing.
    #[prop(default = "btn btn-error")]
    class: &'static str,
    /// Does it.
    submit: Submit<(), O>,
) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let ready =
        move || word.with(|word| word.is_empty() || typed.with(|typed| typed.trim() == word));
    Effect::new(move |_| {
        if open.get() {
            typed.set(String::new());
        }
    });
    view! {
        <Dialog open on_close title>
            <form
                class="flex flex-col gap-4"
                on:submit=move |event| {
                    event.prevent_default();
                    if ready() {
                        submit.run(());
                    }
                }
            >
                <p>{consequence}</p>
                <Show when=move || word.with(|word| !word.is_empty())>
                    <TextField
                        label=Signal::derive(move || (text().forms.type_to_confirm)(&word.get()))
                        value=typed
                        autocomplete="off"
                    />
                </Show>
                {move || submit.error.get().map(|error| error_panel(&error))}
                <div class="flex justify-end gap-2">
                    <button type="button" class="btn btn-ghost" on:click=move |_| on_close.run(())>
                        {text().actions.cancel}
                    </button>
                    <button
                        type="submit"
                        class=class
                        disabled=move || !ready() || submit.pending.get()
                    >
                        {action}
                    </button>
                </div>
            </form>
        </Dialog>
    }
}
