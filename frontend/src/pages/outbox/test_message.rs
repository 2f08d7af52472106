//! A message that shows whether mail arrives.

use leptos::prelude::*;
use validator::Validate;
use viral_engine_api_types::emails::{Email, EmailLocale, SendTestEmail};

use super::Sent;
use crate::api::use_api;
use crate::components::field::{focus_first_error, focus_on_failure};
use crate::components::{Dialog, SelectField, Submit, TextField, Tone, error_panel, use_toasts};
use crate::forms::{field_error, looks_like_email};
use crate::i18n::text;
use crate::router::use_router;
use crate::session::use_session;

/// The dialog; the message goes to who is signed in unless told otherwise.
#[component]
pub fn TestDialog(open: RwSignal<bool>) -> impl IntoView {
    view! {
        <Dialog
            open
            on_close=Callback::new(move |()| open.set(false))
            title=Signal::stored(text().outbox.send_test.to_owned())
        >
            <Form open/>
        </Dialog>
    }
}

#[component]
fn Form(open: RwSignal<bool>) -> impl IntoView {
    let (api, session, toasts, router) = (use_api(), use_session(), use_toasts(), use_router());
    let (words, sent) = (&text().outbox, expect_context::<Sent>());
    let own = session
        .me
        .with_untracked(|me| me.as_ref().map(|me| me.operator.email.clone()));
    let to = RwSignal::new(own.unwrap_or_default());
    let locale = RwSignal::new(EmailLocale::En.as_str().to_owned());
    let checked = RwSignal::new(false);
    let form = move || SendTestEmail {
        to: to.get().trim().to_owned(),
        locale: EmailLocale::parse(&locale.get()),
    };
    let submit = Submit::new(
        move |test: SendTestEmail| async move { api.send_test_email(&test).await },
        move |email: Email| {
            open.set(false);
            sent.touch();
            toasts.show(Tone::Good, words.test_queued);
            router.go_to(&format!("/outbox/{}", email.id));
        },
    );
    let fault = move || {
        let test = form();
        let own = test
            .validate()
            .err()
            .and_then(|errors| field_error(&errors, "to"));
        own.or_else(|| (!looks_like_email(&test.to)).then(|| words.not_an_address.to_owned()))
    };
    let error = Signal::derive(move || {
        let own = checked.get().then(fault).flatten();
        own.or_else(|| submit.error.get()?.field("/to"))
    });
    focus_on_failure(submit.error);
    let send = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        checked.set(true);
        match untrack(fault) {
            None => submit.run(untrack(form)),
            Some(_) => focus_first_error(),
        }
    };
    let locales = EmailLocale::ALL
        .iter()
        .map(|it| (it.as_str(), (words.locale)(*it)));
    view! {
        <form class="flex flex-col gap-4" novalidate on:submit=send>
            <TextField label=words.recipient value=to kind="email" help=words.test_help error/>
            <SelectField label=words.language value=locale choices=locales.collect()/>
            {move || submit.error.get().map(|error| error_panel(&error))}
            <div class="flex justify-end gap-2">
                <button type="button" class="btn btn-ghost" on:click=move |_| open.set(false)>{text().actions.cancel}</button>
                <button type="submit" class="btn btn-primary" disabled=move || submit.pending.get()>{words.send}</button>
            </div>
        </form>
    }
}
