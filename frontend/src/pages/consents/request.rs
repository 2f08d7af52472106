//! One request: how the guardian was asked, and what became of each scope.

use leptos::prelude::*;
use viral_engine_api_types::consents::{Consent, ConsentRequest};
use viral_engine_api_types::permissions::Permission;
use viral_engine_api_types::{ConsentRequestId, ErrorCode};

use super::{table, user_link};
use crate::api::use_api;
use crate::components::{Card, DataTable, Metric, RemoteView, TimeText};
use crate::format::number::NONE;
use crate::i18n::{compliance, text};
use crate::pages::not_found;
use crate::pulse::steady;
use crate::remote::Remote;
use crate::router::{use_params, use_router};
use crate::session::use_session;

/// The page.
pub fn view() -> AnyView {
    let id = use_params().with_untracked(|params| params.get("id").and_then(|id| id.parse().ok()));
    match id {
        Some(id) => view! { <Request id/> }.into_any(),
        None => not_found::view(),
    }
}

#[component]
fn Request(id: ConsentRequestId) -> impl IntoView {
    let (api, router) = (use_api(), use_router());
    let beat = steady();
    let remote = Remote::new(
        || (),
        move |()| async move { api.get_consent_request(id).await },
    )
    .reload_on(move || beat.get());
    let unknown = Memo::new(move |_| {
        let error = remote.error.get();
        error.is_some_and(|error| error.code() == Some(ErrorCode::NotFound))
    });
    let there = move || {
        view! {
            <a class="link self-start" href=move || router.href("/consents")>{compliance().consents.to_list}</a>
            <RemoteView remote name=text().pages.consent_request.title lines=8 let:request>
                <Facts request/>
                <Scopes request/>
            </RemoteView>
        }
    };
    move || match unknown.get() {
        true => not_found::view(),
        false => there().into_any(),
    }
}

#[component]
fn Facts(request: Signal<ConsentRequest>) -> impl IntoView {
    let words = &compliance().consents;
    let metric = Metric::new(text().pages.consent_request.title, words.request_help)
        .docs("consents/get_consent_request");
    view! {
        <Card title=text().pages.consent_request.title metric=metric>
            {move || request.with(facts)}
        </Card>
    }
}

fn facts(request: &ConsentRequest) -> AnyView {
    let (router, session, words) = (use_router(), use_session(), &compliance().consents);
    let time = |name: &'static str, at| {
        view! { <dt>{name}</dt> <dd>{match at {
            Some(at) => view! { <TimeText at/> }.into_any(),
            None => NONE.into_any(),
        }}</dd> }
    };
    let notice = format!("/notices/{}", request.notice);
    let sent = match request.email_id {
        None => words.by_text.into_any(),
        Some(_) if !session.may(Permission::EmailsRead) => words.by_mail.into_any(),
        Some(id) => {
            let href = move || router.href(&format!("/outbox/{id}"));
            view! { {words.by_mail} ": " <a class="link" href=href>{words.see_mail}</a> }.into_any()
        }
    };
    view! {
        <dl class="facts">
            <dt>{words.child}</dt> <dd>{user_link(&request.child)}</dd>
            <dt>{words.guardian}</dt> <dd>{user_link(&request.guardian)}</dd>
            <dt>{words.sent_by}</dt> <dd>{sent}</dd>
            <dt>{words.notice}</dt>
            <dd><a class="link" href=move || router.href(&notice)>{(words.version)(&request.notice.to_string())}</a></dd>
            <dt>{words.language}</dt> <dd>{(text().outbox.locale)(request.locale)}</dd>
            {time(words.asked, Some(request.created_at))}
            {time(words.reminded, request.reminded_at)}
            {time(words.expires, Some(request.expires_at))}
            {time(words.closed, request.closed_at)}
            <dt>{words.id}</dt> <dd><code>{request.id.to_string()}</code></dd>
        </dl>
    }
    .into_any()
}

#[component]
fn Scopes(request: Signal<ConsentRequest>) -> impl IntoView {
    let rows = Signal::derive(move || request.with(|request| request.consents.clone()));
    view! {
        <DataTable<Consent>
            name="consents-of-request"
            title=compliance().consents.request_scopes
            top=true
            rows
            columns=table::of_a_child()
            key=table::key
            address=table::address
            empty=|| ()
        />
    }
}
