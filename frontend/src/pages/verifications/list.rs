//! Every verification, with its state as a filter in the address.

use leptos::prelude::*;
use viral_engine_api_types::consents::{ConsentMethod, Verification, VerificationState};

use super::{approvals, state_tag};
use crate::api::use_api;
use crate::components::{
    Column, EmptyList, FilterBar, FilterSelect, InfoTip, Metric, ServerTable, TimeText,
};
use crate::format::number::NONE;
use crate::i18n::compliance;
use crate::pulse::steady;
use crate::remote::Remote;
use crate::router::use_router;

/// Filters of the address that the API knows too.
const FILTERS: [&str; 2] = ["state", "cursor"];

/// The table; `reviewed` grows when something was reviewed on this page.
#[component]
pub fn VerificationTable(reviewed: RwSignal<u32>) -> impl IntoView {
    let (api, router, words) = (use_api(), use_router(), &compliance().verifications);
    let beat = steady();
    let remote = Remote::new(
        move || router.query.with(|query| query.only(&FILTERS)),
        move |query| async move { api.list_verifications(&query).await },
    )
    .reload_on(move || (beat.get(), reviewed.get()));
    let metric =
        Signal::stored(Metric::new(words.list, words.help).docs("consents/list_verifications"));
    view! {
        <Filters/>
        <ServerTable
            name="verifications"
            title=words.list
            remote
            columns=columns()
            key=|it| format!("{}{}", it.id, it.updated_at)
            address=|it, router| router.query.get().on(&format!("/verifications/{}", it.id))
            aside=move || view! { <InfoTip metric/> }
            empty=|| {
                let words = &compliance().verifications;
                let none = (words.empty_title, words.empty_detail);
                let none_match = (words.none_match_title, words.none_match_detail);
                view! { <EmptyList filters=&FILTERS none none_match/> }
            }
        />
    }
}

#[component]
fn Filters() -> impl IntoView {
    let words = &compliance().verifications;
    let state = |value: &str| {
        VerificationState::parse(value).map_or_else(
            || value.to_owned(),
            |state| (compliance().verifications.state)(state).to_owned(),
        )
    };
    let states = VerificationState::ALL.iter();
    view! {
        <FilterBar named=vec![("state", words.state_head, state)]>
            <FilterSelect
                parameter="state"
                label=words.state_head
                choices=states.map(|state| (state.as_str(), (words.state)(*state))).collect()
            />
        </FilterBar>
    }
}

fn columns() -> Vec<Column<Verification>> {
    let words = &compliance().verifications;
    vec![
        Column::<Verification>::new(
            "id",
            words.id,
            |it| view! { <code class="break-all">{it.id.to_string()}</code> }.into_any(),
            |it| it.id.to_string(),
        ),
        Column::<Verification>::new(
            "method",
            words.method,
            |it| (compliance().consents.method)(it.method).into_any(),
            |it| it.method.as_str().to_owned(),
        )
        .sorted(|a, b| a.method.as_str().cmp(b.method.as_str())),
        Column::<Verification>::new(
            "state",
            words.state_head,
            |it| state_tag(it.state),
            |it| it.state.as_str().to_owned(),
        )
        .sorted(|a, b| a.state.as_str().cmp(b.state.as_str())),
        Column::<Verification>::new("reviews", words.reviews, reviews, |it| {
            approvals(it).to_string()
        }),
        Column::<Verification>::new(
            "created_at",
            words.begun,
            |it| view! { <TimeText at=it.created_at/> }.into_any(),
            |it| it.created_at.to_rfc3339(),
        )
        .sorted(|a, b| a.created_at.cmp(&b.created_at)),
        Column::<Verification>::new(
            "updated_at",
            words.changed,
            |it| view! { <TimeText at=it.updated_at/> }.into_any(),
            |it| it.updated_at.to_rfc3339(),
        )
        .sorted(|a, b| a.updated_at.cmp(&b.updated_at)),
    ]
}

/// A hosted provider decides without operators.
fn reviews(it: &Verification) -> AnyView {
    match it.method {
        ConsentMethod::SignedForm => {
            (compliance().verifications.reviews_of)(approvals(it)).into_any()
        }
        _ => NONE.into_any(),
    }
}
