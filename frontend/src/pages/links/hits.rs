//! Who followed a link: hits by day and class, named agents, and each hit.

use leptos::prelude::*;
use viral_engine_api_types::LinkId;
use viral_engine_api_types::events::{Event, HitClass};
use viral_engine_api_types::links::{AgentHits, DayHits, LinkStats};

use crate::api::use_api;
use crate::browser::intl::{format_day, format_short_day};
use crate::charts::stacked;
use crate::charts::{ChartFigure, ChartTable, StackedBars};
use crate::components::{
    Column, DataTable, Empty, Metric, ServerTable, TimeText, Tone, user_text, user_text_or_none,
};
use crate::format::count;
use crate::i18n::text;
use crate::live::use_live;
use crate::remote::Remote;
use crate::router::{Query, use_router};

/// Name of a class.
pub fn class_name(class: HitClass) -> &'static str {
    let texts = &text().links;
    match class {
        HitClass::Human => texts.human,
        HitClass::Duplicate => texts.duplicate,
        HitClass::Bot => texts.bot,
        HitClass::Preview => texts.preview,
        HitClass::Prefetch => texts.prefetch,
        HitClass::Rejected => texts.rejected,
    }
}

fn values(day: &DayHits) -> [i64; 6] {
    [
        day.human,
        day.duplicate,
        day.bot,
        day.preview,
        day.prefetch,
        day.rejected,
    ]
}

/// Hits by day and class.
#[component]
pub fn HitChart(stats: Signal<LinkStats>) -> impl IntoView {
    let texts = &text().links;
    let columns = Signal::derive(move || {
        stats.with(|stats| {
            let column = |day: &DayHits| stacked::Column {
                label: format_short_day(day.date),
                name: format_day(day.date),
                values: values(day).to_vec(),
            };
            stats.days.iter().map(column).collect::<Vec<_>>()
        })
    });
    let table = Signal::derive(move || {
        let mut head = vec![texts.day.to_owned()];
        head.extend(HitClass::ALL.map(|class| class_name(class).to_owned()));
        let row = |day: &DayHits| {
            let mut row = vec![format_day(day.date)];
            row.extend(values(day).map(count));
            row
        };
        let plain = |day: &DayHits| {
            let mut row = vec![day.date.to_string()];
            row.extend(values(day).map(|value| value.to_string()));
            row
        };
        let days = stats.with(|stats| stats.days.clone());
        ChartTable {
            head,
            rows: days.iter().map(row).collect(),
            csv: days.iter().map(plain).collect(),
        }
    });
    let metric =
        Signal::stored(Metric::new(texts.hits, texts.hits_formula).docs("links/get_link_stats"));
    view! {
        <ChartFigure title=texts.hits_by_class file="hits" metric table>
            <StackedBars label=texts.hits_by_class series=HitClass::ALL.map(class_name).to_vec() columns/>
        </ChartFigure>
    }
}

/// Crawlers and unfurlers that said who they are.
#[component]
pub fn AgentTable(stats: Signal<LinkStats>) -> impl IntoView {
    let texts = &text().links;
    let columns = vec![
        Column::new(
            "agent",
            texts.agent,
            |a: &AgentHits| user_text(&a.name),
            |a| a.name.clone(),
        ),
        Column::figures(
            "hits",
            texts.hits,
            |a: &AgentHits| count(a.hits).into_any(),
            |a| a.hits.to_string(),
        )
        .sorted(|a, b| a.hits.cmp(&b.hits)),
    ];
    view! {
        <DataTable
            name="agents"
            title=texts.agents
            rows=Signal::derive(move || stats.with(|stats| stats.agents.clone()))
            columns
            key=|agent| format!("{agent:?}")
            sort_parameter="agents"
            empty=move || view! { <Empty title=texts.no_agents_title detail=texts.no_agents_detail/> }
        />
    }
}

/// Each hit, newest first.
#[component]
pub fn HitTable(id: LinkId) -> impl IntoView {
    let (api, router, live) = (use_api(), use_router(), use_live());
    let texts = &text().links;
    let cursor = router.parameter("cursor");
    let events = Remote::new(
        move || cursor.get(),
        move |cursor| async move {
            let query = Query::new().and("link_id", id).and("type", "click");
            api.list_events(&query.with("cursor", cursor.as_deref()))
                .await
        },
    )
    .reload_on(move || live.data.get());
    let columns = vec![
        Column::<Event>::new(
            "at",
            texts.time,
            |e: &Event| view! { <TimeText at=e.occurred_at/> }.into_any(),
            |e| e.occurred_at.to_rfc3339(),
        )
        .sorted(|a, b| a.occurred_at.cmp(&b.occurred_at)),
        Column::<Event>::new("class", texts.class, class_tag, |e| class_id(e).to_owned())
            .sorted(|a, b| class_id(a).cmp(class_id(b))),
        Column::<Event>::new(
            "agent",
            texts.agent,
            |e| user_text_or_none(e.agent.as_ref()),
            |e| e.agent.clone().unwrap_or_default(),
        )
        .sorted(|a, b| a.agent.cmp(&b.agent)),
        Column::<Event>::new(
            "network",
            texts.network,
            |e| user_text_or_none(e.ip_prefix.as_ref()),
            |e| e.ip_prefix.clone().unwrap_or_default(),
        )
        .sorted(|a, b| a.ip_prefix.cmp(&b.ip_prefix)),
        Column::<Event>::new(
            "device",
            texts.device,
            |e| user_text_or_none(e.device_fingerprint.as_ref()),
            |e| e.device_fingerprint.clone().unwrap_or_default(),
        )
        .sorted(|a, b| a.device_fingerprint.cmp(&b.device_fingerprint)),
    ];
    view! {
        <ServerTable
            name="hits"
            title=texts.hits
            remote=events
            columns
            key=|event| event.id.to_string()
            empty=move || view! { <Empty title=texts.no_hits_title detail=texts.no_hits_detail/> }
        />
    }
}

/// The class as the API names it.
fn class_id(event: &Event) -> &'static str {
    event.class.map(HitClass::as_str).unwrap_or_default()
}

fn class_tag(event: &Event) -> AnyView {
    let Some(class) = event.class else {
        return ().into_any();
    };
    let tone = match class {
        HitClass::Human => Tone::Good,
        HitClass::Rejected => Tone::Watch,
        _ => Tone::Neutral,
    };
    let reason = event
        .reject_reason
        .clone()
        .map(|reason| format!(": {reason}"));
    view! { <span class=format!("tag {}", tone.class())>{class_name(class)} {reason}</span> }
        .into_any()
}
