//! Every entry, with filters in the address.

use leptos::prelude::*;
use viral_engine_api_types::audit::{ActorKind, AuditEntry};

use super::detail::entry_detail;
use crate::api::use_api;
use crate::components::{
    Column, DayEnd, Drawer, EmptyList, FilterBar, FilterDay, FilterSelect, FilterText, InfoTip,
    Metric, ServerTable, TimeText, user_text,
};
use crate::format::count;
use crate::format::number::NONE;
use crate::i18n::text;
use crate::remote::Remote;
use crate::router::use_router;

/// Filters of the address that the API knows too.
const FILTERS: [&str; 9] = [
    "action",
    "object_kind",
    "object_id",
    "actor_kind",
    "actor_id",
    "request_id",
    "from",
    "to",
    "cursor",
];

/// Kinds of callers, as the address names them.
const ACTORS: [(&str, ActorKind); 4] = [
    ("operator", ActorKind::Operator),
    ("api_key", ActorKind::ApiKey),
    ("guardian", ActorKind::Guardian),
    ("system", ActorKind::System),
];

/// The table with its filters.
#[component]
pub fn Entries() -> impl IntoView {
    let (api, router) = (use_api(), use_router());
    let words = &text().audit;
    let remote = Remote::new(
        move || router.query.with(|query| query.only(&FILTERS)),
        move |query| async move { api.list_audit_entries(&query).await },
    );
    let metric = Signal::stored(
        Metric::new(words.entries, words.entries_help).docs("audit/list_audit_entries"),
    );
    let opened = RwSignal::new(None::<AuditEntry>);
    view! {
        <Filters/>
        <ServerTable
            name="audit"
            title=words.entries
            remote
            columns=columns()
            key=|entry| format!("{}{:?}", entry.id, entry.seq)
            open=Callback::new(move |entry| opened.set(Some(entry)))
            aside=move || view! { <InfoTip metric/> }
            empty=|| {
                let words = &text().audit;
                let none = (words.empty_title, words.empty_detail);
                let none_match = (words.none_match_title, words.none_match_detail);
                view! { <EmptyList filters=&FILTERS none none_match/> }
            }
        />
        <Drawer
            open=Signal::derive(move || opened.with(Option::is_some))
            on_close=Callback::new(move |()| opened.set(None))
            title=Signal::stored(words.entry.to_owned())
        >
            {move || opened.get().map(|entry| entry_detail(&entry))}
        </Drawer>
    }
}

#[component]
fn Filters() -> impl IntoView {
    let words = &text().audit;
    let actor = |value: &str| {
        let known = ACTORS.into_iter().find(|(name, _)| *name == value);
        known.map_or_else(
            || value.to_owned(),
            |(_, kind)| (text().audit.actor_kind)(kind).to_owned(),
        )
    };
    view! {
        <FilterBar named=vec![
            ("action", words.action, str::to_owned),
            ("object_kind", words.object_kind, str::to_owned),
            ("object_id", words.object_id, str::to_owned),
            ("actor_kind", words.actor, actor),
            ("actor_id", words.actor_id, str::to_owned),
            ("request_id", words.request, str::to_owned),
            ("from", words.from, |time| day(DayEnd::First, time)),
            ("to", words.until, |time| day(DayEnd::Last, time)),
        ]>
            <FilterText parameter="action" label=words.action/>
            <FilterText parameter="object_kind" label=words.object_kind/>
            <FilterText parameter="object_id" label=words.object_id/>
            <FilterSelect
                parameter="actor_kind"
                label=words.actor
                choices=ACTORS.map(|(name, kind)| (name, (words.actor_kind)(kind))).to_vec()
            />
            <FilterText parameter="actor_id" label=words.actor_id/>
            <FilterText parameter="request_id" label=words.request/>
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

fn columns() -> Vec<Column<AuditEntry>> {
    let words = &text().audit;
    vec![
        Column::<AuditEntry>::new(
            "action",
            words.action,
            |entry| view! { <code>{entry.action.clone()}</code> }.into_any(),
            |entry| entry.action.clone(),
        ),
        Column::<AuditEntry>::new(
            "object",
            words.object,
            |entry| user_text(&format!("{} {}", entry.object_kind, entry.object_id)),
            |entry| format!("{} {}", entry.object_kind, entry.object_id),
        ),
        Column::<AuditEntry>::new(
            "actor",
            words.actor,
            |entry| (text().audit.actor_kind)(entry.actor_kind).into_any(),
            |entry| (text().audit.actor_kind)(entry.actor_kind).to_owned(),
        ),
        Column::<AuditEntry>::new(
            "at",
            words.at,
            |entry| view! { <TimeText at=entry.at/> }.into_any(),
            |entry| entry.at.to_rfc3339(),
        ),
        Column::<AuditEntry>::figures(
            "seq",
            words.seq,
            |entry| entry.seq.map_or_else(|| NONE.to_owned(), count).into_any(),
            |entry| entry.seq.map(|seq| seq.to_string()).unwrap_or_default(),
        ),
    ]
}
