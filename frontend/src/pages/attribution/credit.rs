//! What sources, channels and campaigns are credited with, by every model beside each other.

use leptos::prelude::*;
use viral_engine_api_types::attribution::{AttributedCredit, Attribution, ModelCredits};

use super::settings::Settings;
use crate::api::use_api;
use crate::components::{Card, Column, DataTable, Empty, InfoTip, Metric, RemoteView, user_text};
use crate::format::{count, decimal};
use crate::i18n::growth;
use crate::live::use_live;
use crate::pages::growth::{Filters, asked_of_ledger};
use crate::remote::Remote;

/// The page.
pub fn view() -> AnyView {
    let (api, live) = (use_api(), use_live());
    let words = &growth().attribution;
    let remote = Remote::new(asked_of_ledger, move |query| async move {
        api.get_attribution(&query).await
    })
    .reload_on(move || live.data.get());
    view! {
        <Filters of_ledger=true/>
        <RemoteView remote name=words.attribution lines=8 let:told>
            <div class="grid gap-4 items-start xl:grid-cols-2">
                <Whole told/>
                <Settings/>
            </div>
            <Credits name="sources" title=words.by_source items=Signal::derive(move || told.with(|it| it.by_source.clone()))/>
            <div class="grid gap-4 items-start xl:grid-cols-2">
                <Credits name="channels" title=words.by_channel items=Signal::derive(move || told.with(|it| it.by_channel.clone()))/>
                <Credits name="campaigns" title=words.by_campaign items=Signal::derive(move || told.with(|it| it.by_campaign.clone()))/>
            </div>
        </RemoteView>
    }
    .into_any()
}

/// How many conversions there are, and of how many nothing is known.
#[component]
fn Whole(told: Signal<Attribution>) -> impl IntoView {
    let words = &growth().attribution;
    let metric = Signal::stored(metric());
    let figure = move |of: fn(&Attribution) -> i64| move || count(told.with(of));
    let pending = move || match told.with(|it| it.pending) {
        0 => words.nothing_pending.to_owned(),
        waiting => count(waiting),
    };
    view! {
        <Card title=words.attribution metric>
            <dl class="facts">
                <dt>{words.list}</dt>
                <dd>{figure(|it| it.total_conversions)}</dd>
                <dt>{words.unattributed}</dt>
                <dd>{figure(|it| it.unattributed)}</dd>
                <dt>{words.pending}</dt>
                <dd>{pending}</dd>
                <dt>{words.sorted_by}</dt>
                <dd>{move || (words.model_name)(told.with(|it| it.model))}</dd>
            </dl>
        </Card>
    }
}

fn metric() -> Metric {
    let words = &growth().attribution;
    Metric::new(words.attribution, words.attribution_help).docs("attribution/get_attribution")
}

#[component]
fn Credits(
    name: &'static str,
    title: &'static str,
    #[prop(into)] items: Signal<Vec<AttributedCredit>>,
) -> impl IntoView {
    let metric = Signal::stored(metric());
    view! {
        <DataTable
            name
            title
            rows=items
            columns=columns(title)
            key=|row| format!("{row:?}")
            sort_parameter=name
            aside=move || view! { <InfoTip metric/> }
            empty=|| {
                let words = &growth().attribution;
                view! { <Empty title=words.no_credit_title detail=words.no_credit_detail/> }
            }
        />
    }
}

fn columns(title: &'static str) -> Vec<Column<AttributedCredit>> {
    let words = &growth().attribution;
    vec![
        Column::<AttributedCredit>::new("name", title, named, |row| row.name.clone())
            .sorted(|a, b| a.name.cmp(&b.name)),
        Column::<AttributedCredit>::figures(
            "conversions",
            words.touched,
            |row| count(row.conversions).into_any(),
            |row| row.conversions.to_string(),
        )
        .sorted(|a, b| a.conversions.cmp(&b.conversions)),
        by_model::<LAST>("last", words.last),
        by_model::<FIRST>("first", words.first),
        by_model::<LINEAR>("linear", words.linear),
        by_model::<POSITION>("position", words.position),
    ]
}

const LAST: u8 = 0;
const FIRST: u8 = 1;
const LINEAR: u8 = 2;
const POSITION: u8 = 3;

/// A column's functions hold nothing, so that the model is part of what they are.
fn by_model<const MODEL: u8>(id: &'static str, title: &'static str) -> Column<AttributedCredit> {
    let cell = |row: &AttributedCredit| decimal(value::<MODEL>(row), 1).into_any();
    Column::<AttributedCredit>::figures(id, title, cell, |row| {
        credit::<MODEL>(&row.credits).to_owned()
    })
    .sorted(|a, b| value::<MODEL>(a).total_cmp(&value::<MODEL>(b)))
}

fn value<const MODEL: u8>(row: &AttributedCredit) -> f64 {
    credit::<MODEL>(&row.credits).parse().unwrap_or(0.0)
}

fn credit<const MODEL: u8>(credits: &ModelCredits) -> &str {
    match MODEL {
        LAST => &credits.last,
        FIRST => &credits.first,
        LINEAR => &credits.linear,
        _ => &credits.position,
    }
}

fn named(row: &AttributedCredit) -> AnyView {
    let words = growth();
    match row.name.as_str() {
        _ if row.is_merged => words.merged.into_any(),
        "" => words.linkless.into_any(),
        name => user_text(name).into_any(),
    }
}
