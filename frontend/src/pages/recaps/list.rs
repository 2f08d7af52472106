//! The list of recaps, with filters in the address.

use leptos::prelude::*;
use viral_engine_api_types::recaps::Recap;

use super::week;
use crate::api::use_api;
use crate::browser::intl::format_day;
use crate::components::{
    Column, EmptyList, FilterBar, FilterText, InfoTip, Metric, ServerTable, TimeText, Tone, tag,
    user_text,
};
use crate::format::count;
use crate::i18n::text;
use crate::live::use_live;
use crate::remote::Remote;
use crate::router::use_router;

/// Filters of the address that the API knows too.
const FILTERS: [&str; 4] = ["parent", "child", "week", "cursor"];

/// The table; `made` grows when there may be more.
#[component]
pub fn RecapTable(made: RwSignal<u32>) -> impl IntoView {
    let (api, router, live) = (use_api(), use_router(), use_live());
    let remote = Remote::new(
        move || router.query.with(|query| query.only(&FILTERS)),
        move |query| async move { api.list_recaps(&query).await },
    )
    .reload_on(move || (live.data.get(), made.get()));
    let metric = Signal::stored(
        Metric::new(text().pages.recaps.title, text().recaps.help).docs("recaps/list_recaps"),
    );
    view! {
        <Filters/>
        <ServerTable
            name="recaps"
            title=text().pages.recaps.title
            remote
            columns=columns()
            key=|recap| format!("{}{}{:?}", recap.id, recap.updated_at, recap.email_id)
            address=|recap, router| router.query.get().on(&format!("/recaps/{}", recap.id))
            aside=move || view! { <InfoTip metric/> }
            empty=|| {
                let words = &text().recaps;
                let none = (words.empty_title, words.empty_detail);
                let none_match = (words.none_match_title, words.none_match_detail);
                view! { <EmptyList filters=&FILTERS none none_match/> }
            }
        />
    }
}

#[component]
fn Filters() -> impl IntoView {
    let words = &text().recaps;
    let day = |value: &str| value.parse().map_or_else(|_| value.to_owned(), format_day);
    view! {
        <FilterBar named=vec![
            ("parent", words.parent, str::to_owned),
            ("child", words.child, str::to_owned),
            ("week", words.monday, day),
        ]>
            <FilterText parameter="parent" label=words.parent/>
            <FilterText parameter="child" label=words.child/>
            <FilterText parameter="week" label=words.monday kind="date"/>
        </FilterBar>
    }
}

fn columns() -> Vec<Column<Recap>> {
    let words = &text().recaps;
    vec![
        Column::<Recap>::new(
            "week",
            words.week,
            |it| week(it).into_any(),
            |it| it.week.to_string(),
        )
        .sorted(|a, b| a.week.cmp(&b.week)),
        Column::<Recap>::new(
            "parent",
            words.parent,
            |it| user_text(&it.parent),
            |it| it.parent.clone(),
        )
        .sorted(|a, b| a.parent.cmp(&b.parent)),
        Column::<Recap>::new(
            "child",
            words.child,
            |it| user_text(&it.child),
            |it| it.child.clone(),
        )
        .sorted(|a, b| a.child.cmp(&b.child)),
        Column::<Recap>::figures(
            "sessions",
            words.sessions,
            |it| count(it.sessions.into()).into_any(),
            |it| it.sessions.to_string(),
        )
        .sorted(|a, b| a.sessions.cmp(&b.sessions)),
        Column::<Recap>::figures(
            "minutes",
            words.minutes,
            |it| count(it.minutes.into()).into_any(),
            |it| it.minutes.to_string(),
        )
        .sorted(|a, b| a.minutes.cmp(&b.minutes)),
        Column::<Recap>::new("email_id", words.mail, mail, |it| {
            it.email_id.map(|id| id.to_string()).unwrap_or_default()
        }),
        Column::<Recap>::new(
            "created_at",
            words.made,
            |it| view! { <TimeText at=it.created_at/> }.into_any(),
            |it| it.created_at.to_rfc3339(),
        )
        .sorted(|a, b| a.created_at.cmp(&b.created_at)),
    ]
}

fn mail(recap: &Recap) -> AnyView {
    match recap.email_id {
        Some(_) => tag(Tone::Good, text().recaps.mailed),
        None => tag(Tone::Neutral, text().recaps.not_mailed),
    }
}
