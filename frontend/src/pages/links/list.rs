//! The list of links, with filters in the address.

use chrono::NaiveDate;
use leptos::prelude::*;
use viral_engine_api_types::links::{Channel, Link, LinkState};
use viral_engine_api_types::permissions::Permission;

use super::bulk::BulkBar;
use super::selection::{Selection, page_box, row_box};
use super::status::{status_name, status_tag};
use super::{channel_choices, channel_name};
use crate::api::use_api;
use crate::browser::intl::format_day;
use crate::components::empty::first_link_calls;
use crate::components::{
    Column, Empty, FilterBar, FilterSelect, FilterText, Ignored, Lead, ServerTable, TimeText,
    user_text,
};
use crate::format::count;
use crate::i18n::text;
use crate::live::use_live;
use crate::remote::Remote;
use crate::router::{Query, use_router};
use crate::session::use_session;
use crate::view::{View, use_view};
use crate::window::rfc3339;

/// Days of the address; the engine knows these filters as instants.
const DAYS: [&str; 2] = ["created_from", "created_to"];
const FILTERS: [&str; 8] = [
    "q", "source", "referrer", "campaign", "channel", "status", DAYS[0], DAYS[1],
];

/// The page.
pub fn view() -> AnyView {
    let (api, router, session, live) = (use_api(), use_router(), use_session(), use_live());
    let texts = &text().links;
    let view = use_view();
    let filters = Memo::new(move |_| {
        view.zone.track();
        router
            .query
            .with(|query| asked(&query.only(&FILTERS), view))
    });
    let unreadable = Signal::derive(move || {
        let vain = |query: &Query| {
            let vain =
                |name: &&'static str| query.get(name).is_some() && day(query, name).is_none();
            DAYS.into_iter().filter(vain).collect()
        };
        router.query.with(vain)
    });
    let cursor = router.parameter("cursor");
    let links = Remote::new(
        move || (filters.get(), cursor.get()),
        move |(query, cursor): (Query, Option<String>)| async move {
            api.list_links(&query.with("cursor", cursor.as_deref()))
                .await
        },
    )
    .reload_on(move || live.data.get());
    let selection = Selection::new();
    provide_context(selection);
    let choose_page = Callback::new(move |()| page_box(links, selection));
    let export = move || Some(filters.get().and("format", "csv").on("/v1/links/export"));
    view! {
        <Show when=move || session.may(Permission::LinksWrite)>
            <a class="btn btn-primary self-start" href=move || router.href("/links/new")>{texts.create}</a>
        </Show>
        <Filters/>
        <Ignored parameters=unreadable/>
        <BulkBar selection filters changed=Callback::new(move |()| links.reload())/>
        <ServerTable
            name="links"
            title=text().pages.links.title
            remote=links
            columns=columns()
            key=|link| format!("{}{}{}{}", link.id, link.version, link.hits, link.conversions)
            address=|link, router| router.href(&format!("/links/{}", link.id))
            lead=Lead { row: row_box, head: choose_page }
            export=Signal::derive(export)
            empty=move || empty(filters.with(Query::is_empty))
        />
    }
    .into_any()
}

fn day(query: &Query, name: &str) -> Option<NaiveDate> {
    query.get(name)?.parse().ok()
}

/// The filters as the engine reads them: from the start of the first day to the end of the last, in the zone in use.
fn asked(query: &Query, view: View) -> Query {
    let instant = |day: NaiveDate| rfc3339(view.day_start(day));
    let from = day(query, DAYS[0]).map(instant);
    let to = day(query, DAYS[1])
        .and_then(|day| day.succ_opt())
        .map(instant);
    query
        .clone()
        .with(DAYS[0], from.as_deref())
        .with(DAYS[1], to.as_deref())
}

#[component]
fn Filters() -> impl IntoView {
    let texts = &text().links;
    let same = |value: &str| value.to_owned();
    let channel = |value: &str| {
        let known = Channel::ALL
            .into_iter()
            .find(|channel| channel.as_str() == value);
        known.map_or_else(
            || value.to_owned(),
            |channel| channel_name(channel).to_owned(),
        )
    };
    let status = |value: &str| {
        let known = LinkState::ALL
            .into_iter()
            .find(|state| state.as_str() == value);
        known.map_or_else(
            || value.to_owned(),
            |state| status_name(state.status()).to_owned(),
        )
    };
    let shown_day = |value: &str| {
        let day = value.parse();
        day.map_or_else(|_| value.to_owned(), format_day)
    };
    view! {
        <FilterBar named=vec![
            ("q", texts.token_or_alias, same),
            ("source", texts.source, same),
            ("referrer", texts.referrer, same),
            ("campaign", texts.campaign, same),
            ("channel", texts.channel, channel),
            ("status", texts.status, status),
            (DAYS[0], texts.created_from, shown_day),
            (DAYS[1], texts.created_to, shown_day),
        ]>
            <FilterText parameter="q" label=texts.token_or_alias/>
            <FilterText parameter="source" label=texts.source/>
            <FilterText parameter="referrer" label=texts.referrer/>
            <FilterText parameter="campaign" label=texts.campaign/>
            <FilterSelect parameter="channel" label=texts.channel choices=channel_choices()/>
            <FilterSelect
                parameter="status"
                label=texts.status
                choices=LinkState::ALL.map(|state| (state.as_str(), status_name(state.status()))).to_vec()
            />
            <FilterText parameter=DAYS[0] label=texts.created_from kind="date"/>
            <FilterText parameter=DAYS[1] label=texts.created_to kind="date"/>
        </FilterBar>
    }
}

fn empty(unfiltered: bool) -> AnyView {
    let texts = &text().links;
    if unfiltered {
        view! { <Empty title=texts.empty_title detail=texts.empty_detail curl=first_link_calls()/> }
            .into_any()
    } else {
        view! { <Empty title=texts.none_match_title detail=texts.none_match_detail/> }.into_any()
    }
}

/// What a link is called: its alias, else its token.
pub fn name(link: &Link) -> &str {
    link.alias.as_deref().unwrap_or(&link.token)
}

/// Columns of the list.
pub fn columns() -> Vec<Column<Link>> {
    let texts = &text().links;
    vec![
        Column::<Link>::new(
            "link",
            texts.link,
            |link| view! { <code>{name(link).to_owned()}</code> }.into_any(),
            |link| link.url.clone(),
        )
        .sorted(|a, b| name(a).cmp(name(b))),
        Column::<Link>::new(
            "referrer",
            texts.referrer,
            |link| user_text(&link.referrer),
            |link| link.referrer.clone(),
        )
        .sorted(|a, b| a.referrer.cmp(&b.referrer)),
        Column::<Link>::new(
            "source",
            texts.source,
            |link| link.source.clone().into_any(),
            |link| link.source.clone(),
        )
        .sorted(|a, b| a.source.cmp(&b.source)),
        Column::<Link>::new(
            "campaign",
            texts.campaign,
            |link| link.campaign.clone().into_any(),
            |link| link.campaign.clone(),
        )
        .sorted(|a, b| a.campaign.cmp(&b.campaign)),
        Column::<Link>::new(
            "channel",
            texts.channel,
            |link| channel_name(link.channel).into_any(),
            |link| link.channel.as_str().to_owned(),
        )
        .sorted(|a, b| a.channel.as_str().cmp(b.channel.as_str())),
        Column::<Link>::new(
            "status",
            texts.status,
            |link| status_tag(link.status),
            |link| link.status.as_str().to_owned(),
        )
        .sorted(|a, b| a.status.as_str().cmp(b.status.as_str())),
        Column::<Link>::figures(
            "clicks",
            texts.clicks,
            |link| count(link.clicks).into_any(),
            |link| link.clicks.to_string(),
        )
        .sorted(|a, b| a.clicks.cmp(&b.clicks)),
        Column::<Link>::figures(
            "hits",
            texts.hits,
            |link| count(link.hits).into_any(),
            |link| link.hits.to_string(),
        )
        .sorted(|a, b| a.hits.cmp(&b.hits)),
        Column::<Link>::figures(
            "conversions",
            texts.conversions,
            |link| count(link.conversions).into_any(),
            |link| link.conversions.to_string(),
        )
        .sorted(|a, b| a.conversions.cmp(&b.conversions)),
        Column::<Link>::new(
            "created",
            texts.created,
            |link| view! { <TimeText at=link.created_at/> }.into_any(),
            |link| link.created_at.to_rfc3339(),
        )
        .sorted(|a, b| a.created_at.cmp(&b.created_at)),
    ]
}
