//! One request: how far it is, and what was done.

use leptos::prelude::*;
use viral_engine_api_types::data_requests::{DataRequest, DataRequestState};
use viral_engine_api_types::permissions::Permission;
use viral_engine_api_types::{DataRequestId, ErrorCode};

use super::archive::Archive;
use super::progress::{Failure, Progress, SoFar, StoreTable};
use super::receipt::Receipt;
use super::{is_under_way, state_tag};
use crate::api::use_api;
use crate::components::{Card, Metric, RemoteView, TimeText};
use crate::i18n::{compliance, text};
use crate::pages::consents::user_link;
use crate::pages::not_found;
use crate::pulse::quick_while;
use crate::remote::Remote;
use crate::router::{use_params, use_router};
use crate::session::use_session;

/// The page.
pub fn view() -> AnyView {
    let params = use_params();
    let id =
        Memo::new(move |_| params.with(|params| params.get("id").and_then(|id| id.parse().ok())));
    let shown = move || match id.get() {
        Some(id) => view! { <Detail id/> }.into_any(),
        None => not_found::view(),
    };
    shown.into_any()
}

#[component]
fn Detail(id: DataRequestId) -> impl IntoView {
    let (api, router) = (use_api(), use_router());
    let remote = Remote::new(
        || (),
        move |()| async move { api.get_data_request(id).await },
    );
    let waits = move || remote.data.with(|it| it.as_ref().is_some_and(is_under_way));
    let beat = quick_while(waits);
    let remote = remote.reload_on(move || beat.get());
    let unknown = Memo::new(move |_| {
        let error = remote.error.get();
        error.is_some_and(|error| error.code() == Some(ErrorCode::NotFound))
    });
    let there = move || {
        view! {
            <a class="link self-start" href=move || router.href("/data-requests")>{compliance().data_requests.to_list}</a>
            <RemoteView remote name=text().pages.data_request.title lines=10 let:request>
                <Everything request remote beat/>
            </RemoteView>
        }
    };
    move || match unknown.get() {
        true => not_found::view(),
        false => there().into_any(),
    }
}

#[component]
fn Everything(
    request: Signal<DataRequest>,
    remote: Remote<DataRequest>,
    beat: ReadSignal<u32>,
) -> impl IntoView {
    let words = &compliance().data_requests;
    let state = Memo::new(move |_| request.with(|it| it.state));
    let metric = Metric::new(text().pages.data_request.title, words.help)
        .docs("data_requests/get_data_request");
    let content = move || match state.get() {
        DataRequestState::Waiting | DataRequestState::Running => view! {
            <Progress request beat/>
            <SoFar request/>
        }
        .into_any(),
        DataRequestState::Failed => view! {
            <Failure request remote/>
            <SoFar request/>
        }
        .into_any(),
        DataRequestState::Completed => done(request),
    };
    view! {
        <Card title=text().pages.data_request.title metric=metric aside=move || view! { {move || state_tag(state.get())} }>
            {move || request.with(facts)}
        </Card>
        {content}
    }
}

fn done(request: Signal<DataRequest>) -> AnyView {
    let words = &compliance().data_requests;
    match request.with_untracked(|it| it.receipt.clone()) {
        Some(receipt) => view! { <Receipt receipt/> }.into_any(),
        None => view! {
            <Archive request/>
            <StoreTable
                rows=Signal::derive(move || request.with(|it| it.progress.clone()))
                title=words.stores_exported
                empty=words.no_rows
            />
        }
        .into_any(),
    }
}

fn facts(request: &DataRequest) -> AnyView {
    let (router, session, words) = (use_router(), use_session(), &compliance().data_requests);
    let time = |name: &'static str, at: Option<_>| {
        at.map(|at| view! { <dt>{name}</dt> <dd><TimeText at/></dd> })
    };
    let user = match &request.user {
        Some(user) => user_link(user),
        None => words.erased_user.into_any(),
    };
    let job = request.job_id.filter(|_| session.may(Permission::JobsRead));
    let job = job.map(|id| {
        let href = move || router.href(&format!("/jobs/{id}"));
        view! { <dt>{words.job}</dt> <dd><a class="link" href=href>{words.see_job}</a></dd> }
    });
    view! {
        <dl class="facts">
            <dt>{words.kind_head}</dt> <dd>{(words.kind)(request.kind)}</dd>
            <dt>{words.user}</dt> <dd>{user}</dd>
            <dt>{words.asked_by}</dt> <dd>{(text().audit.actor_kind)(request.asked_by)}</dd>
            {time(words.asked, Some(request.created_at))}
            {time(words.begun, request.started_at)}
            {time(words.done, request.completed_at)}
            {job}
            <dt>{words.id}</dt> <dd><code>{request.id.to_string()}</code></dd>
        </dl>
    }
    .into_any()
}
