//! A secret that is shown once.

use leptos::prelude::*;

use super::copy_button::CopyButton;
use super::dialog::Dialog;
use crate::i18n::text;

/// A dialog with a secret to copy; closing it forgets the secret.
#[component]
pub fn SecretDialog(
    /// The secret; none while the dialog is closed.
    secret: RwSignal<Option<String>>,
    /// Heading.
    title: &'static str,
    /// What to do with it.
    #[prop(into)]
    help: Signal<String>,
) -> impl IntoView {
    let open = Signal::derive(move || secret.with(Option::is_some));
    let value = Signal::derive(move || secret.get().unwrap_or_default());
    let close = Callback::new(move |()| secret.set(None));
    view! {
        <Dialog open on_close=close title=Signal::stored(title.to_owned())>
            <div class="flex flex-col gap-4">
                <p>{help}</p>
                <div class="code-line">
                    <code data-secret="">{move || value.get()}</code>
                    <CopyButton value label=title/>
                </div>
                <button type="button" class="btn btn-primary self-end" on:click=move |_| close.run(())>
                    {text().forms.stored_safely}
                </button>
            </div>
        </Dialog>
    }
}
