//! The start page: is it spreading, and is it safe? Figures of the period, and what needs somebody.

mod charts;
mod safety;
mod shown;
mod stats;

use leptos::prelude::*;
use viral_engine_api_types::metrics::Overview;
use viral_engine_api_types::permissions::Permission;

use crate::api::use_api;
use crate::charts::{Bar, HorizontalBars};
use crate::components::empty::first_link_calls;
use crate::components::{Card, Empty, RemoteView, Shape};
use crate::format::count;
use crate::i18n::text;
use crate::live::use_live;
use crate::pages::alerts::desk::AlertDesk;
use crate::remote::Remote;
use crate::router::use_router;
use crate::routes::page_at;
use crate::session::use_session;
use crate::view::use_view;

use charts::{ConversionsChart, HitsChart};
use safety::Safety;
use shown::Shown;
use stats::Figures;

/// The page.
pub fn view() -> AnyView {
    view! { <OverviewPage/> }.into_any()
}

#[component]
fn OverviewPage() -> impl IntoView {
    let (api, live, view) = (use_api(), use_live(), use_view());
    let remote = Remote::new(
        move || view.api_query(),
        move |query| async move { api.get_overview(&query).await },
    )
    .reload_on(move || live.data.get());
    view! {
        <AlertDesk>
            <RemoteView remote name=text().overview.name shape=Shape::Overview let:overview>
                <Everything shown=Shown::new(overview, remote.answered)/>
            </RemoteView>
        </AlertDesk>
    }
}

#[component]
fn Everything(shown: Shown) -> impl IntoView {
    let quiet = move || shown.overview.with(nothing_happened);
    view! {
        <Figures shown/>
        <Safety/>
        <Show when=quiet fallback=move || view! { <Pictures shown/> }>
            <NothingYet/>
        </Show>
    }
}

fn nothing_happened(overview: &Overview) -> bool {
    overview.hits.current == 0 && overview.conversions.current == 0 && overview.invites.current == 0
}

/// What to do when there is nothing to show.
#[component]
fn NothingYet() -> impl IntoView {
    let (router, session) = (use_router(), use_session());
    let button = move || {
        let offered = session.may(Permission::LinksWrite) && page_at("/links/new").is_some();
        offered.then(|| view! { <a class="btn btn-primary btn-sm" href=router.href("/links/new")>{text().overview.new_link}</a> })
    };
    view! {
        <section class="card-box">
            <Empty
                title=text().overview.empty_title
                detail=text().overview.empty_detail
                curl=first_link_calls()
            >
                {button}
            </Empty>
        </section>
    }
}

#[component]
fn Pictures(shown: Shown) -> impl IntoView {
    view! {
        <div class="grid gap-4 xl:grid-cols-3">
            <div class="xl:col-span-2 min-w-0"><HitsChart shown/></div>
            <TopSources shown/>
        </div>
        <ConversionsChart shown/>
    }
}

#[component]
fn TopSources(shown: Shown) -> impl IntoView {
    let (words, overview) = (&text().overview, shown.overview);
    let metric = shown.metric(words.sources, words.sources_formula, |_, metric| metric);
    let bars = Signal::derive(move || {
        let bar = |source: &viral_engine_api_types::metrics::SourceFigures| Bar {
            name: source.source.clone(),
            value: source.clicks as f64,
            shown: (words.source_value)(&count(source.clicks), &count(source.conversions)),
        };
        overview.with(|overview| overview.top_sources.iter().map(bar).collect::<Vec<_>>())
    });
    view! {
        <Card title=words.sources metric>
            <Show when=move || bars.with(|bars| !bars.is_empty()) fallback=move || words.sources_none>
                <HorizontalBars bars/>
            </Show>
        </Card>
    }
}
