//! Who is credited with one conversion, and why: its touches, and the part each has by the model that is chosen.

use leptos::prelude::*;
use viral_engine_api_types::attribution::{ConversionExplanation, Touch};
use viral_engine_api_types::{ErrorCode, EventId};

use super::models;
use crate::api::use_api;
use crate::components::{
    Card, Column, DataTable, Empty, FilterSelect, InfoTip, Metric, RemoteView, TimeText,
    user_text_or_none,
};
use crate::format::number::{NONE, percent_or_none};
use crate::i18n::growth;
use crate::pages::not_found;
use crate::remote::Remote;
use crate::router::{use_params, use_router};

/// What the address says of how to explain, as the API takes it.
const ASKED: [&str; 2] = ["model", "lookback_days"];

/// The page.
pub fn view() -> AnyView {
    let params = use_params();
    let id =
        Memo::new(move |_| params.with(|params| params.get("id").and_then(|id| id.parse().ok())));
    let shown = move || match id.get() {
        Some(id) => view! { <Explained id/> }.into_any(),
        None => not_found::view(),
    };
    shown.into_any()
}

#[component]
fn Explained(id: EventId) -> impl IntoView {
    let (api, router) = (use_api(), use_router());
    let words = &growth().attribution;
    let remote = Remote::new(
        move || router.query.with(|query| query.only(&ASKED)),
        move |query| async move { api.explain_conversion(id, &query).await },
    );
    let unknown = Memo::new(move |_| {
        let error = remote.error.get();
        error.is_some_and(|error| error.code() == Some(ErrorCode::NotFound))
    });
    let there = move || {
        view! {
            <a class="link self-start" href=move || router.href("/conversions")>{words.to_list}</a>
            <div class="flex flex-wrap gap-3">
                <FilterSelect parameter="model" label=words.model choices=models()/>
                <FilterSelect parameter="lookback_days" label=words.lookback choices=LOOKBACKS.to_vec()/>
            </div>
            <RemoteView remote name=words.explained lines=8 let:explained>
                <Conversion explained/>
                <Touches explained/>
            </RemoteView>
        }
    };
    move || match unknown.get() {
        true => not_found::view(),
        false => there().into_any(),
    }
}

/// Days before a conversion in which touches may count; without a choice the API's own.
const LOOKBACKS: [(&str, &str); 4] = [("7", "7"), ("14", "14"), ("30", "30"), ("90", "90")];

/// What it is about.
#[component]
fn Conversion(explained: Signal<ConversionExplanation>) -> impl IntoView {
    let words = &growth().attribution;
    let metric = Signal::stored(
        Metric::new(words.explained, words.explained_help).docs("attribution/explain_conversion"),
    );
    let person = move |of: fn(&ConversionExplanation) -> Option<&String>| {
        move || explained.with(|it| user_text_or_none(of(it)))
    };
    let counts = move || {
        explained.with(|it| {
            it.reject_reason
                .clone()
                .unwrap_or_else(|| words.does_count.to_owned())
        })
    };
    view! {
        <Card title=words.explained metric>
            <dl class="facts">
                <dt>{words.converted}</dt>
                <dd>{move || view! { <TimeText at=explained.with(|it| it.converted_at)/> }}</dd>
                <dt>{words.referee}</dt>
                <dd>{person(|it| it.referee.as_ref())}</dd>
                <dt>{words.referrer}</dt>
                <dd>{person(|it| it.referrer.as_ref())}</dd>
                <dt>{words.counts}</dt>
                <dd>{counts}</dd>
                <dt>{words.model}</dt>
                <dd>{move || (words.model_name)(explained.with(|it| it.model))}</dd>
                <dt>{words.since}</dt>
                <dd>{move || view! { <TimeText at=explained.with(|it| it.since)/> }}</dd>
            </dl>
        </Card>
    }
}

/// What led to it, earliest first.
#[component]
fn Touches(explained: Signal<ConversionExplanation>) -> impl IntoView {
    let words = &growth().attribution;
    let metric = Signal::stored(
        Metric::new(words.touches, words.touches_help).docs("attribution/explain_conversion"),
    );
    view! {
        <DataTable<Touch>
            name="touches"
            title=words.touches
            rows=Signal::derive(move || explained.with(|it| it.touches.clone()))
            columns=columns()
            key=|touch| format!("{touch:?}")
            aside=move || view! { <InfoTip metric/> }
            empty=move || view! { <Empty title=words.no_touches_title detail=words.no_touches_detail/> }
        />
    }
}

fn columns() -> Vec<Column<Touch>> {
    let words = &growth().attribution;
    vec![
        Column::<Touch>::new(
            "at",
            words.at,
            |it| view! { <TimeText at=it.at/> }.into_any(),
            |it| it.at.to_rfc3339(),
        )
        .sorted(|a, b| a.at.cmp(&b.at)),
        Column::<Touch>::new(
            "kind",
            words.kind,
            |it| (growth().attribution.kind_name)(it.kind).into_any(),
            |it| (growth().attribution.kind_name)(it.kind).to_owned(),
        ),
        Column::<Touch>::new("source", words.source, source, |it| {
            it.source.clone().unwrap_or_default()
        })
        .sorted(|a, b| a.source.cmp(&b.source)),
        Column::<Touch>::new(
            "referrer",
            words.referrer,
            |it| user_text_or_none(it.referrer.as_ref()),
            |it| it.referrer.clone().unwrap_or_default(),
        )
        .sorted(|a, b| a.referrer.cmp(&b.referrer)),
        Column::<Touch>::figures("credit", words.credit, credit, |it| it.credit.clone())
            .sorted(|a, b| a.credit.cmp(&b.credit)),
    ]
}

/// The source, with the way to the link.
fn source(it: &Touch) -> AnyView {
    let name = it.source.clone().unwrap_or_else(|| NONE.to_owned());
    let router = use_router();
    match it.link_id {
        Some(link) => {
            let href = router.href(&format!("/links/{link}"));
            view! { <a class="link" href=href><bdi>{name}</bdi></a> }.into_any()
        }
        None => view! { <bdi>{name}</bdi> }.into_any(),
    }
}

fn credit(it: &Touch) -> AnyView {
    let part: Option<f64> = it.credit.parse().ok();
    percent_or_none(part.map(|part| part * 100.0)).into_any()
}
