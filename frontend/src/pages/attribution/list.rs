//! Every conversion, newest first.

use leptos::prelude::*;
use viral_engine_api_types::events::Event;

use crate::api::use_api;
use crate::components::{
    Column, DayEnd, EmptyList, FilterBar, FilterDay, FilterText, InfoTip, Metric, ServerTable,
    TimeText, Tone, tag, user_text_or_none,
};
use crate::i18n::growth;
use crate::live::use_live;
use crate::remote::Remote;
use crate::router::{Router, use_router};

/// Filters of the address that the API knows too.
const FILTERS: [&str; 4] = ["referrer", "from", "to", "cursor"];

/// The page.
pub fn view() -> AnyView {
    let (api, router, live) = (use_api(), use_router(), use_live());
    let words = &growth().attribution;
    let remote = Remote::new(
        move || router.query.with(|query| query.only(&FILTERS)),
        move |query| async move { api.list_events(&query.and("type", "conversion")).await },
    )
    .reload_on(move || live.data.get());
    let export = move || {
        let query = router.query.with(|query| query.only(&FILTERS[..3]));
        let query = query.and("type", "conversion").and("format", "csv");
        Some(query.on("/v1/events/export"))
    };
    let metric =
        Signal::stored(Metric::new(words.list, words.list_help).docs("events/list_events"));
    view! {
        <Filters/>
        <ServerTable
            name="conversions"
            title=words.list
            remote
            columns=columns()
            key=|event| event.id.to_string()
            address=address
            export=Signal::derive(export)
            aside=move || view! { <InfoTip metric/> }
            empty=|| {
                let words = &growth().attribution;
                let none = (words.empty_title, words.empty_detail);
                let none_match = (words.none_match_title, words.none_match_detail);
                view! { <EmptyList filters=&FILTERS none none_match/> }
            }
        />
    }
    .into_any()
}

#[component]
fn Filters() -> impl IntoView {
    let words = &growth().attribution;
    view! {
        <FilterBar named=vec![
            ("referrer", words.referrer, str::to_owned),
            ("from", words.from, |time| day(DayEnd::First, time)),
            ("to", words.until, |time| day(DayEnd::Last, time)),
        ]>
            <FilterText parameter="referrer" label=words.referrer/>
            <FilterDay parameter="from" label=words.from end=DayEnd::First/>
            <FilterDay parameter="to" label=words.until end=DayEnd::Last/>
        </FilterBar>
    }
}

/// How the time of a filter reads.
fn day(end: DayEnd, time: &str) -> String {
    let day = end.day(time);
    day.map_or_else(|| time.to_owned(), |day| day.to_string())
}

fn address(event: &Event, router: Router) -> String {
    router.href(&format!("/conversions/{}", event.id))
}

fn columns() -> Vec<Column<Event>> {
    let words = &growth().attribution;
    vec![
        Column::<Event>::new(
            "occurred_at",
            words.converted,
            |it| view! { <TimeText at=it.occurred_at/> }.into_any(),
            |it| it.occurred_at.to_rfc3339(),
        ),
        Column::<Event>::new(
            "referee",
            words.referee,
            |it| user_text_or_none(it.referee.as_ref()),
            |it| it.referee.clone().unwrap_or_default(),
        ),
        Column::<Event>::new(
            "referrer",
            words.referrer,
            |it| user_text_or_none(it.referrer.as_ref()),
            |it| it.referrer.clone().unwrap_or_default(),
        ),
        Column::<Event>::new("counts", words.counts, counts, |it| {
            it.reject_reason.clone().unwrap_or_default()
        }),
    ]
}

/// Whether it counts, or why not.
fn counts(it: &Event) -> AnyView {
    let words = &growth().attribution;
    match &it.reject_reason {
        None => tag(Tone::Good, words.does_count),
        Some(reason) => {
            let name = reason.clone();
            view! { <span class=format!("tag {}", Tone::Watch.class())>{name}</span> }.into_any()
        }
    }
}
