//! What a message looks like: its HTML in a sandboxed frame where no script runs and nothing is loaded, and its plain
//! text beside.

use leptos::prelude::*;
use viral_engine_api_types::emails::EmailPreview;

use crate::components::HtmlFrame;
use crate::i18n::text;

/// Which form is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Html,
    Text,
}

/// The message with its subject line, as HTML or as plain text.
#[component]
pub fn MessagePreview(
    /// What it says.
    #[prop(into)]
    preview: Signal<EmailPreview>,
) -> impl IntoView {
    let words = &text().outbox;
    let form = RwSignal::new(Form::Html);
    let choice = move |name: &'static str, this: Form| {
        view! {
            <button
                type="button"
                class="btn btn-xs join-item"
                class:btn-active=move || form.get() == this
                aria-pressed=move || (form.get() == this).to_string()
                on:click=move |_| form.set(this)
            >
                {name}
            </button>
        }
    };
    let shown = move || {
        match form.get() {
        Form::Html => view! { <HtmlFrame title=words.message html=Signal::derive(move || preview.with(|it| it.html.clone()))/> }.into_any(),
        Form::Text => view! {
            <pre class="code-line" tabindex="0" aria-label=words.plain><code>{move || preview.with(|it| it.text.clone())}</code></pre>
        }
        .into_any(),
    }
    };
    view! {
        <div class="flex flex-col gap-2">
            <div class="flex flex-wrap items-center gap-2">
                <p class="font-semibold flex-1 min-w-0 break-words">{move || preview.with(|it| it.subject_line.clone())}</p>
                <span class="join" role="group" aria-label=words.form>
                    {choice(words.html, Form::Html)} {choice(words.plain, Form::Text)}
                </span>
            </div>
            {shown}
        </div>
    }
}
