//! Every consent there is, with filters in the address, below how many are where.

use leptos::prelude::*;
use viral_engine_api_types::consents::{Consent, ConsentRequest, ConsentState};
use viral_engine_api_types::permissions::Permission;

use super::ask::AskDialog;
use super::overview::Overview;
use super::table;
use crate::api::use_api;
use crate::components::dialog::open_by_address;
use crate::components::{
    EmptyList, FilterBar, FilterSelect, FilterText, InfoTip, Metric, ServerTable, Tone, use_toasts,
};
use crate::i18n::compliance;
use crate::pulse::steady;
use crate::remote::Remote;
use crate::router::use_router;
use crate::session::use_session;

/// Filters of the address that the API knows too.
const FILTERS: [&str; 5] = ["state", "scope", "child", "guardian", "cursor"];

/// The page.
pub fn view() -> AnyView {
    let (session, router, toasts) = (use_session(), use_router(), use_toasts());
    let words = &compliance().consents;
    let asking = RwSignal::new(false);
    open_by_address(asking);
    let asked = Callback::new(move |request: ConsentRequest| {
        asking.set(false);
        toasts.show(Tone::Good, words.asked_toast);
        router.go_to(&format!("/consents/requests/{}", request.id));
    });
    view! {
        <Show when=move || session.may(Permission::ConsentsWrite)>
            <button type="button" class="btn btn-primary self-start" on:click=move |_| asking.set(true)>
                {words.request}
            </button>
        </Show>
        <Overview/>
        <Filters/>
        <List/>
        <AskDialog open=asking asked/>
    }
    .into_any()
}

#[component]
fn List() -> impl IntoView {
    let (api, router, words) = (use_api(), use_router(), &compliance().consents);
    let beat = steady();
    let remote = Remote::new(
        move || router.query.with(|query| query.only(&FILTERS)),
        move |query| async move { api.list_consents(&query).await },
    )
    .reload_on(move || beat.get());
    let metric = Signal::stored(Metric::new(words.list, words.help).docs("consents/list_consents"));
    view! {
        <ServerTable<Consent>
            name="consents"
            title=words.list
            remote
            columns=table::with_child()
            key=table::key
            address=table::address
            aside=move || view! { <InfoTip metric/> }
            empty=|| {
                let words = &compliance().consents;
                let none = (words.empty_title, words.empty_detail);
                let none_match = (words.none_match_title, words.none_match_detail);
                view! { <EmptyList filters=&FILTERS none none_match/> }
            }
        />
    }
}

#[component]
fn Filters() -> impl IntoView {
    let words = &compliance().consents;
    let state = |value: &str| {
        ConsentState::parse(value).map_or_else(
            || value.to_owned(),
            |state| (compliance().consents.state)(state).to_owned(),
        )
    };
    let states = ConsentState::ALL.iter();
    view! {
        <FilterBar named=vec![
            ("state", words.state_head, state),
            ("scope", words.scope, str::to_owned),
            ("child", words.child, str::to_owned),
            ("guardian", words.guardian, str::to_owned),
        ]>
            <FilterSelect
                parameter="state"
                label=words.state_head
                choices=states.map(|state| (state.as_str(), (words.state)(*state))).collect()
            />
            <FilterText parameter="scope" label=words.scope/>
            <FilterText parameter="child" label=words.child/>
            <FilterText parameter="guardian" label=words.guardian/>
        </FilterBar>
    }
}
