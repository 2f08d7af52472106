//! Shared networks, which are explained, and the networks of institutions.

use leptos::prelude::*;
use viral_engine_api_types::guardrails::{IpClassification, IpGroup};
use viral_engine_api_types::institution_networks::InstitutionNetwork;
use viral_engine_api_types::permissions::Permission;

use super::clicks::{group_address, group_columns, group_key};
use super::figures;
use crate::components::{
    Column, DataTable, Empty, InfoTip, Metric, TimeText, Tone, tag, user_words,
};
use crate::i18n::text;
use crate::pages::guardrails::desk::{Desk, network_controls};
use crate::session::use_session;

/// The tab.
pub fn view() -> AnyView {
    let figures = figures();
    let words = &text().guardrails.networks;
    let clicks =
        Memo::new(move |_| figures.with(|it| it.health.components.suspicious_clicks.clone()));
    let institutions = Memo::new(move |_| figures.with(|it| it.institution_networks.clone()));
    let metric = Signal::derive(move || {
        clicks.with(|it| {
            Metric::new(words.title, words.formula)
                .docs("guardrails/get_suspicious_clicks")
                .window(&it.window)
        })
    });
    let marked = Signal::derive(move || {
        Metric::new(words.institutions, words.institutions_formula)
            .docs("institution_networks/list_institution_networks")
    });
    view! {
        <DataTable
            name="shared-networks"
            title=words.title
            rows=Signal::derive(move || clicks.with(|it| it.shared_networks.clone()))
            columns=columns()
            key=group_key
            total=Signal::derive(move || Some(clicks.with(|it| it.total_shared_networks)))
            find_parameter="find"
            address=group_address
            controls=controls
            aside=move || view! { <InfoTip metric/> }
            empty=move || view! { <Empty title=words.none_title detail=words.none_detail/> }
        />
        <DataTable
            name="institution-networks"
            title=words.institutions
            rows=institutions
            columns=institution_columns()
            key=|it| it.id.to_string()
            sort_parameter="networks_sort"
            find_parameter="networks_find"
            controls=|it| view! { <Remove network=it.clone()/> }.into_any()
            aside=move || view! { <InfoTip metric=marked/> <Add/> }
            empty=move || view! { <Empty title=words.institutions_none_title detail=words.institutions_none/> }
        />
    }
    .into_any()
}

/// A network that is marked already needs no second mark.
fn controls(group: &IpGroup) -> AnyView {
    let markable = group.classification == IpClassification::SharedNetwork;
    network_controls(group.ip_prefix.as_deref().filter(|_| markable))
}

fn columns() -> Vec<Column<IpGroup>> {
    let words = &text().guardrails.networks;
    let mut columns = group_columns();
    columns.push(Column::<IpGroup>::new(
        "classification",
        words.classification_head,
        |group| {
            let name = (text().guardrails.networks.classification)(group.classification);
            view! { <span title=group.explanation.clone()>{tag(Tone::Info, name)}</span> }
                .into_any()
        },
        |group| group.explanation.clone(),
    ));
    columns
}

fn institution_columns() -> Vec<Column<InstitutionNetwork>> {
    let words = &text().guardrails.networks;
    vec![
        Column::<InstitutionNetwork>::new(
            "network",
            words.network,
            |it| view! { <span class="mono">{it.network.clone()}</span> }.into_any(),
            |it| it.network.clone(),
        )
        .sorted(|a, b| a.network.cmp(&b.network)),
        Column::<InstitutionNetwork>::new(
            "name",
            words.institution,
            |it| user_words(&it.name),
            |it| it.name.clone(),
        )
        .sorted(|a, b| a.name.cmp(&b.name)),
        Column::<InstitutionNetwork>::new(
            "created_at",
            words.marked,
            |it| view! { <TimeText at=it.created_at/> }.into_any(),
            |it| it.created_at.to_rfc3339(),
        )
        .sorted(|a, b| a.created_at.cmp(&b.created_at)),
    ]
}

/// Marks a network that is typed.
#[component]
fn Add() -> impl IntoView {
    let (desk, session) = (expect_context::<Desk>(), use_session());
    view! {
        <Show when=move || session.may(Permission::NetworksWrite)>
            <button type="button" class="btn btn-xs" on:click=move |_| desk.marking.set(Some(String::new()))>
                {text().guardrails.networks.add}
            </button>
        </Show>
    }
}

/// Takes a mark away, with a way back.
#[component]
fn Remove(network: InstitutionNetwork) -> impl IntoView {
    let (session, desk) = (use_session(), expect_context::<Desk>());
    let network = StoredValue::new(network);
    view! {
        <Show when=move || session.may(Permission::NetworksWrite)>
            <button
                type="button"
                class="btn btn-xs"
                disabled=move || desk.unmark.pending.get()
                on:click=move |_| desk.unmark.run(network.get_value())
            >
                {text().actions.remove}
            </button>
        </Show>
    }
}
