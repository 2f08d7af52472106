//! One message: where it is on its way, what it says, and another try.

use leptos::prelude::*;
use viral_engine_api_types::EmailId;
use viral_engine_api_types::emails::{Email, EmailDetails, EmailState};
use viral_engine_api_types::permissions::Permission;

use super::frame::MessagePreview;
use super::{Sent, state_tag};
use crate::api::use_api;
use crate::components::{
    RemoteView, Submit, TimeText, Tone, empty::Empty, error_panel, use_toasts, user_words,
};
use crate::i18n::text;
use crate::pulse::quick_while;
use crate::remote::Remote;
use crate::router::{Visit, use_router};
use crate::session::use_session;

/// The message with an id.
#[component]
pub fn EmailDetail(id: String) -> impl IntoView {
    let api = use_api();
    let Ok(id) = id.parse::<EmailId>() else {
        let frame = &text().frame;
        return view! { <Empty title=frame.not_found_title detail=frame.not_found_detail/> }
            .into_any();
    };
    let remote = Remote::new(move || id, move |id| async move { api.get_email(id).await });
    let waits = move || {
        remote.data.with(|details| {
            details
                .as_ref()
                .is_some_and(|details| details.email.state == EmailState::Queued)
        })
    };
    let beat = quick_while(waits);
    let remote = remote.reload_on(move || beat.get());
    view! {
        <RemoteView remote name=text().outbox.detail_title let:details>
            <Message details/>
        </RemoteView>
    }
    .into_any()
}

#[component]
fn Message(details: Signal<EmailDetails>) -> impl IntoView {
    let words = &text().outbox;
    let preview = Memo::new(move |_| details.with(|details| details.preview.clone()));
    let headers = move || details.with(headers);
    let said = move || match preview.get() {
        Some(preview) => view! { <MessagePreview preview=Signal::stored(preview)/> }.into_any(),
        None => view! { <p class="text-muted max-w-prose">{words.no_preview}</p> }.into_any(),
    };
    view! {
        {move || details.with(|details| facts(&details.email))}
        <Resend details/>
        <section>
            <h3 class="mb-2">{words.message}</h3>
            {said}
        </section>
        <section>
            <h3 class="mb-2">{words.headers}</h3>
            <dl class="facts">{headers}</dl>
        </section>
    }
}

fn facts(email: &Email) -> AnyView {
    let (router, session, words) = (use_router(), use_session(), &text().outbox);
    let carried = email
        .transport
        .map(|transport| view! { <dt>{words.transport_head}</dt> <dd>{(words.transport)(transport)}</dd> });
    let sent = email
        .sent_at
        .map(|at| view! { <dt>{words.sent_at}</dt> <dd><TimeText at/></dd> });
    let failed = email
        .last_error
        .clone()
        .map(|error| view! { <dt>{words.last_error}</dt> <dd>{user_words(&error)}</dd> });
    let job = email.job_id.filter(|_| session.may(Permission::JobsRead));
    let job = job.map(|id| {
        let href = move || router.href(&format!("/jobs/{id}"));
        view! { <dt>{words.job}</dt> <dd><a class="link" href=href>{id.to_string()}</a></dd> }
    });
    let recipient = email
        .recipient
        .clone()
        .unwrap_or_else(|| words.hidden.to_owned());
    view! {
        <div class="flex flex-wrap items-center gap-2">
            {state_tag(email)}
            <span class="text-muted">{(words.kind)(email.kind)} " · " {(words.locale)(email.locale)}</span>
        </div>
        <dl class="facts">
            <dt>{words.recipient}</dt> <dd>{user_words(&recipient)}</dd>
            <dt>{words.about}</dt> <dd><code>{email.subject_key.clone()}</code></dd>
            <dt>{words.sequence}</dt> <dd class="num">{email.sequence.to_string()}</dd>
            <dt>{words.attempts}</dt> <dd class="num">{email.attempts.to_string()}</dd>
            <dt>{words.queued_at}</dt> <dd><TimeText at=email.created_at/></dd>
            {sent} {carried} {failed} {job}
        </dl>
    }
    .into_any()
}

fn headers(details: &EmailDetails) -> AnyView {
    let rows = details.headers.iter().map(|header| {
        let name = header.name.clone();
        view! { <dt>{name}</dt> <dd>{user_words(&header.value)}</dd> }
    });
    rows.collect_view().into_any()
}

/// Sends it again, as a message of its own.
#[component]
fn Resend(details: Signal<EmailDetails>) -> impl IntoView {
    let (api, session, toasts, router) = (use_api(), use_session(), use_toasts(), use_router());
    let (words, sent) = (&text().outbox, expect_context::<Sent>());
    let submit = Submit::new(
        move |id: EmailId| async move { api.resend_email(id).await },
        move |email: Email| {
            sent.touch();
            toasts.show(Tone::Good, words.sent_again);
            let address = router
                .query
                .get_untracked()
                .on(&format!("/outbox/{}", email.id));
            router.go(&address, Visit::Push);
        },
    );
    let over = move || details.with(|details| details.email.state != EmailState::Queued);
    view! {
        <Show when=move || session.may(Permission::EmailsWrite) && over()>
            <button
                type="button"
                class="btn btn-sm self-start"
                disabled=move || submit.pending.get()
                on:click=move |_| submit.run(details.with_untracked(|details| details.email.id))
            >
                {words.send_again}
            </button>
        </Show>
        {move || submit.error.get().map(|error| error_panel(&error))}
    }
}
