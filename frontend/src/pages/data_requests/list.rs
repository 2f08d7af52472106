//! Every request, with filters in the address.

use leptos::prelude::*;
use viral_engine_api_types::Page;
use viral_engine_api_types::data_requests::{DataRequest, DataRequestKind, DataRequestState};
use viral_engine_api_types::permissions::Permission;

use super::create::CreateDialog;
use super::{is_under_way, state_tag, user_view};
use crate::api::use_api;
use crate::components::dialog::open_by_address;
use crate::components::{
    Column, EmptyList, FilterBar, FilterSelect, FilterText, InfoTip, Metric, ServerTable, TimeText,
    Tone, use_toasts,
};
use crate::format::number::NONE;
use crate::i18n::{compliance, text};
use crate::pulse::quick_while;
use crate::remote::Remote;
use crate::router::use_router;
use crate::session::use_session;

/// Filters of the address that the API knows too.
const FILTERS: [&str; 4] = ["kind", "state", "user", "cursor"];

/// The tab.
pub fn view() -> AnyView {
    let (api, router, session, toasts) = (use_api(), use_router(), use_session(), use_toasts());
    let words = &compliance().data_requests;
    let remote = Remote::new(
        move || router.query.with(|query| query.only(&FILTERS)),
        move |query| async move { api.list_data_requests(&query).await },
    );
    let waits = move || {
        let any = |page: &Page<DataRequest>| page.items.iter().any(is_under_way);
        remote.data.with(|page| page.as_ref().is_some_and(any))
    };
    let beat = quick_while(waits);
    let remote = remote.reload_on(move || beat.get());
    let creating = RwSignal::new(false);
    open_by_address(creating);
    let created = Callback::new(move |request: DataRequest| {
        creating.set(false);
        toasts.show(Tone::Good, words.asked_toast);
        router.go_to(&format!("/data-requests/{}", request.id));
    });
    let metric = Signal::stored(
        Metric::new(words.requests, words.help).docs("data_requests/list_data_requests"),
    );
    view! {
        <Show when=move || session.may(Permission::DataRequestsWrite)>
            <button type="button" class="btn btn-primary self-start" on:click=move |_| creating.set(true)>
                {words.create}
            </button>
        </Show>
        <Filters/>
        <ServerTable
            name="data-requests"
            title=words.requests
            remote
            columns=columns()
            key=|it| format!("{}{:?}{:?}", it.id, it.state, it.user)
            address=|it, router| router.href(&format!("/data-requests/{}", it.id))
            aside=move || view! { <InfoTip metric/> }
            empty=|| {
                let words = &compliance().data_requests;
                let none = (words.empty_title, words.empty_detail);
                let none_match = (words.none_match_title, words.none_match_detail);
                view! { <EmptyList filters=&FILTERS none none_match/> }
            }
        />
        <CreateDialog open=creating created/>
    }
    .into_any()
}

#[component]
fn Filters() -> impl IntoView {
    let words = &compliance().data_requests;
    let kind = |value: &str| {
        DataRequestKind::parse(value).map_or_else(
            || value.to_owned(),
            |kind| (compliance().data_requests.kind)(kind).to_owned(),
        )
    };
    let state = |value: &str| {
        DataRequestState::parse(value).map_or_else(
            || value.to_owned(),
            |state| (compliance().data_requests.state)(state).to_owned(),
        )
    };
    let (kinds, states) = (DataRequestKind::ALL.iter(), DataRequestState::ALL.iter());
    view! {
        <FilterBar named=vec![
            ("kind", words.kind_head, kind),
            ("state", words.state_head, state),
            ("user", words.user, str::to_owned),
        ]>
            <FilterSelect
                parameter="kind"
                label=words.kind_head
                choices=kinds.map(|kind| (kind.as_str(), (words.kind)(*kind))).collect()
            />
            <FilterSelect
                parameter="state"
                label=words.state_head
                choices=states.map(|state| (state.as_str(), (words.state)(*state))).collect()
            />
            <FilterText parameter="user" label=words.user/>
        </FilterBar>
    }
}

fn columns() -> Vec<Column<DataRequest>> {
    let words = &compliance().data_requests;
    vec![
        Column::<DataRequest>::new("user", words.user, user_view, |it| {
            it.user.clone().unwrap_or_default()
        })
        .sorted(|a, b| a.user.cmp(&b.user)),
        Column::<DataRequest>::new(
            "kind",
            words.kind_head,
            |it| (compliance().data_requests.kind)(it.kind).into_any(),
            |it| it.kind.as_str().to_owned(),
        )
        .sorted(|a, b| a.kind.as_str().cmp(b.kind.as_str())),
        Column::<DataRequest>::new(
            "state",
            words.state_head,
            |it| state_tag(it.state),
            |it| it.state.as_str().to_owned(),
        )
        .sorted(|a, b| a.state.as_str().cmp(b.state.as_str())),
        Column::<DataRequest>::new(
            "asked_by",
            words.asked_by,
            |it| (text().audit.actor_kind)(it.asked_by).into_any(),
            |it| (text().audit.actor_kind)(it.asked_by).to_owned(),
        ),
        Column::<DataRequest>::new(
            "created_at",
            words.asked,
            |it| view! { <TimeText at=it.created_at/> }.into_any(),
            |it| it.created_at.to_rfc3339(),
        )
        .sorted(|a, b| a.created_at.cmp(&b.created_at)),
        Column::<DataRequest>::new("completed_at", words.done, done, |it| {
            it.completed_at
                .map(|at| at.to_rfc3339())
                .unwrap_or_default()
        })
        .sorted(|a, b| a.completed_at.cmp(&b.completed_at)),
    ]
}

fn done(it: &DataRequest) -> AnyView {
    match it.completed_at {
        Some(at) => view! { <TimeText at/> }.into_any(),
        None => NONE.into_any(),
    }
}
