//! One link: what it is, how to pass it on, and who followed it.

use leptos::prelude::*;
use viral_engine_api_types::links::{Link, LinkStats};
use viral_engine_api_types::{ErrorCode, LinkId};

use super::actions::Actions;
use super::channel_name;
use super::hits::{AgentTable, HitChart, HitTable};
use super::status::status_tag;
use crate::api::{Tagged, use_api};
use crate::components::{Card, CopyButton, RemoteView, TimeText, user_words};
use crate::format::count;
use crate::format::name::visible;
use crate::i18n::text;
use crate::live::use_live;
use crate::pages::not_found;
use crate::remote::Remote;
use crate::router::use_params;
use crate::view::use_view;

/// The page.
pub fn view() -> AnyView {
    let id = use_params().with_untracked(|params| params.get("id").and_then(|id| id.parse().ok()));
    match id {
        Some(id) => view! { <Detail id/> }.into_any(),
        None => not_found::view(),
    }
}

#[component]
fn Detail(id: LinkId) -> impl IntoView {
    let (api, live, view) = (use_api(), use_live(), use_view());
    let texts = &text().links;
    let link = Remote::new(|| (), move |()| async move { api.get_link(id).await })
        .reload_on(move || live.data.get());
    let stats = Remote::new(
        move || view.api_query(),
        move |query| async move { api.get_link_stats(id, &query).await },
    )
    .reload_on(move || live.data.get());
    // Of a link that is not there neither address nor hits are shown, as if they could come yet.
    let unknown = Memo::new(move |_| {
        let error = link.error.get();
        error.is_some_and(|error| error.code() == Some(ErrorCode::NotFound))
    });
    let there = move || {
        view! {
            <RemoteView remote=link name=texts.link lines=8 let:link_data>
                <div class="grid gap-4 lg:grid-cols-[minmax(0,1fr)_18rem] items-start">
                    <Facts link=link_data remote=link/>
                    <PassOn link=link_data/>
                </div>
            </RemoteView>
            <RemoteView remote=stats name=texts.hits lines=8 let:stats>
                <Stats stats/>
            </RemoteView>
            <HitTable id/>
        }
    };
    move || match unknown.get() {
        true => not_found::view(),
        false => there().into_any(),
    }
}

#[component]
fn Facts(link: Signal<Tagged<Link>>, remote: Remote<Tagged<Link>>) -> impl IntoView {
    let texts = &text().links;
    let of = move |read: fn(&Link) -> String| move || link.with(|link| read(&link.value));
    let words =
        move |read: fn(&Link) -> &String| move || link.with(|link| user_words(read(&link.value)));
    let disabled_at = move || {
        link.with(|link| link.value.disabled_at)
            .map(|at| view! { <dt>{texts.disabled_since}</dt> <dd><TimeText at/></dd> })
    };
    let utm = move || {
        let words = link.with(|link| {
            let link = &link.value;
            let medium = link.utm_medium.as_ref()?;
            Some((texts.utm)(&link.source, medium, &link.campaign))
        });
        words.map(|words| view! { <dt>{texts.utm_medium}</dt> <dd>{words}</dd> })
    };
    let metadata = move || {
        let notes = link.with(|link| serde_json::to_string_pretty(&link.value.metadata).ok());
        let notes = notes.filter(|notes| notes != "{}");
        notes.map(|notes| {
            let shown = notes.lines().map(visible).collect::<Vec<_>>().join("\n");
            view! { <dt>{texts.metadata}</dt> <dd><code class="whitespace-pre-wrap">{shown}</code></dd> }
        })
    };
    view! {
        <Card title=texts.link aside=move || view! { {move || status_tag(link.with(|link| link.value.status))} }>
            <dl class="facts">
                <dt>{texts.referrer}</dt> <dd>{words(|link| &link.referrer)}</dd>
                <dt>{texts.source}</dt> <dd>{words(|link| &link.source)}</dd>
                <dt>{texts.target_url}</dt> <dd><code>{words(|link| &link.target_url)}</code></dd>
                <dt>{texts.channel}</dt> <dd>{of(|link| channel_name(link.channel).to_owned())}</dd>
                <dt>{texts.campaign}</dt> <dd>{words(|link| &link.campaign)}</dd>
                {utm} {metadata}
                <dt>{texts.clicks}</dt> <dd class="num">{of(|link| count(link.clicks))}</dd>
                <dt>{texts.hits}</dt> <dd class="num">{of(|link| count(link.hits))}</dd>
                <dt>{texts.conversions}</dt> <dd class="num">{of(|link| count(link.conversions))}</dd>
                <dt>{texts.max_clicks}</dt>
                <dd class="num">{of(|link| link.max_clicks.map_or_else(|| text().links.no_limit.to_owned(), count))}</dd>
                <dt>{texts.created}</dt> <dd>{move || view! { <TimeText at=link.with(|l| l.value.created_at)/> }}</dd>
                <dt>{texts.expires}</dt> <dd>{move || view! { <TimeText at=link.with(|l| l.value.expires_at)/> }}</dd>
                {disabled_at}
            </dl>
            <Actions link remote/>
        </Card>
    }
}

/// The address to pass on, and its QR code.
#[component]
fn PassOn(link: Signal<Tagged<Link>>) -> impl IntoView {
    let texts = &text().links;
    let url = Signal::derive(move || link.with(|link| link.value.url.clone()));
    let qr = move |format: &'static str| {
        move || link.with(|link| format!("/v1/links/{}/qr?format={format}", link.value.id))
    };
    view! {
        <Card title=texts.pass_on>
            <div class="flex flex-col gap-3">
                <div class="code-line">
                    <code>{move || url.get()}</code>
                    <CopyButton value=url label=texts.link/>
                </div>
                <img class="w-full max-w-56 bg-white p-2 rounded" width="224" height="224" alt=texts.qr_alt src=qr("svg")/>
                <div class="flex gap-2">
                    <a class="btn btn-sm" href=qr("svg") download="link.svg">"SVG"</a>
                    <a class="btn btn-sm" href=qr("png") download="link.png">"PNG"</a>
                </div>
            </div>
        </Card>
    }
}

#[component]
fn Stats(stats: Signal<LinkStats>) -> impl IntoView {
    view! {
        <div class="grid gap-4 lg:grid-cols-[minmax(0,1fr)_18rem] items-start">
            <HitChart stats/>
            <AgentTable stats/>
        </div>
    }
}
