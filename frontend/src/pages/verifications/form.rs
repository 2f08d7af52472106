//! The signed form. It is fetched when the operator asks for it, since who looked at it is noted.

use leptos::prelude::*;
use viral_engine_api_types::consents::{ConsentForm, Verification};

use super::picture::picture_address;
use crate::api::consents::verification_form_file;
use crate::api::use_api;
use crate::components::{CopyButton, Icon, Submit, TimeText, error_panel, icon};
use crate::format::decimal;
use crate::i18n::compliance;

const PDF: &str = "application/pdf";

/// What was sent in, with what is known of it.
#[component]
pub fn SignedForm(verification: Signal<Verification>) -> impl IntoView {
    let words = &compliance().verifications;
    let form = Memo::new(move |_| verification.with(|it| it.form.clone()));
    let content = move || match form.get() {
        None => view! { <p class="text-muted">{words.no_form}</p> }.into_any(),
        Some(form) => view! {
            {facts(&form)}
            {match (form.is_kept, form.media_type == PDF) {
                (false, _) => view! { <p class="text-muted">{words.erased}</p> }.into_any(),
                (true, true) => view! {
                    <p class="text-muted">{words.pdf_help}</p>
                    <Download verification/>
                }
                .into_any(),
                (true, false) => view! { <Picture verification/> }.into_any(),
            }}
        }
        .into_any(),
    };
    view! {
        <section class="flex flex-col items-start gap-3">
            <h3>{words.form}</h3>
            {content}
        </section>
    }
}

fn facts(form: &ConsentForm) -> AnyView {
    let words = &compliance().verifications;
    let kib = decimal(f64::from(form.bytes) / 1024.0, 1);
    view! {
        <dl class="facts">
            <dt>{words.sent_in}</dt> <dd><TimeText at=form.submitted_at/></dd>
            <dt>{words.format}</dt> <dd><code>{form.media_type.clone()}</code></dd>
            <dt>{words.size}</dt> <dd class="num">{(words.kib)(&kib)}</dd>
            <dt>{words.sha}</dt>
            <dd>
                <code>{form.sha256.clone()}</code>
                <CopyButton value=Signal::stored(form.sha256.clone()) label=words.sha/>
            </dd>
        </dl>
    }
    .into_any()
}

#[component]
fn Download(verification: Signal<Verification>) -> impl IntoView {
    let file = move || verification_form_file(verification.with(|it| it.id));
    view! {
        <a class="btn btn-sm" href=file download="">{icon(Icon::Download)} {compliance().verifications.download}</a>
    }
}

/// A picture, once it is asked for.
#[component]
fn Picture(verification: Signal<Verification>) -> impl IntoView {
    let (api, words) = (use_api(), &compliance().verifications);
    // What was fetched: its address as a picture, or none of what is no picture.
    let fetched = RwSignal::new(None::<Option<String>>);
    let id = verification.with_untracked(|it| it.id);
    let show = Submit::new(
        move |()| async move { api.get_verification_form(id).await },
        move |bytes: Vec<u8>| fetched.set(Some(picture_address(&bytes))),
    );
    let content = move || match fetched.get() {
        None => view! {
            <p class="text-muted">{words.show_help}</p>
            <div class="flex flex-wrap gap-2">
                <button
                    type="button"
                    class="btn btn-sm btn-primary"
                    disabled=move || show.pending.get()
                    on:click=move |_| show.run(())
                >
                    {words.show}
                </button>
                <Download verification/>
            </div>
        }
        .into_any(),
        Some(Some(address)) => view! {
            <img class="form-picture" src=address alt=words.picture/>
            <Download verification/>
        }
        .into_any(),
        Some(None) => view! {
            <p class="tone-bad">{words.unreadable}</p>
            <Download verification/>
        }
        .into_any(),
    };
    view! {
        {content}
        {move || show.error.get().map(|error| error_panel(&error))}
    }
}
