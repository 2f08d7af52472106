//! The start page: is it spreading, and is it safe? Figures of the period, and what needs somebody.

mod charts;
mod stats;

use leptos::prelude::*;
use viral_engine_api_types::alerts::Alert;
use viral_engine_api_types::guardrails::CurrentAlerts;
use viral_engine_api_types::metrics::Overview;
use viral_engine_api_types::permissions::Permission;

use crate::api::use_api;
use crate::charts::{Bar, Gauge, HorizontalBars};
use crate::components::empty::first_link_calls;
use crate::components::{Card, Empty, Metric, RemoteView, Shape};
use crate::format::{count, score};
use crate::i18n::text;
use crate::live::use_live;
use crate::pages::alerts::AlertCards;
use crate::pages::alerts::desk::AlertDesk;
use crate::pages::guardrails::tones::health_tone;
use crate::remote::Remote;
use crate::router::use_router;
use crate::routes::page_at;
use crate::session::use_session;
use crate::view::use_view;

use charts::{ConversionsChart, HitsChart};
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
                <Figures overview/>
                <Safety/>
                <Show when=move || overview.with(nothing_happened) fallback=move || view! { <Pictures overview/> }>
                    <NothingYet/>
                </Show>
            </RemoteView>
        </AlertDesk>
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
fn Pictures(overview: Signal<Overview>) -> impl IntoView {
    view! {
        <div class="grid gap-4 xl:grid-cols-3">
            <div class="xl:col-span-2 min-w-0"><HitsChart overview/></div>
            <TopSources overview/>
        </div>
        <ConversionsChart overview/>
    }
}

#[component]
fn TopSources(overview: Signal<Overview>) -> impl IntoView {
    let words = &text().overview;
    let metric = Signal::derive(move || {
        overview.with(|overview| {
            Metric::new(words.sources, words.sources_formula).window(&overview.window)
        })
    });
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

/// Health score and open alerts.
#[component]
fn Safety() -> impl IntoView {
    let (api, live, router) = (use_api(), use_live(), use_router());
    let words = &text().overview;
    let remote = Remote::new(
        || (),
        move |()| async move { api.get_current_alerts().await },
    )
    .reload_on(move || (live.alerts.get(), live.data.get()));
    view! {
        <div class="grid gap-4 md:grid-cols-3">
            <Card
                title=words.health
                aside=move || view! { <a class="link text-xs" href=move || router.href("/guardrails")>{words.health_link}</a> }
            >
                <RemoteView remote name=words.health lines=3 let:current>
                    <Score current/>
                </RemoteView>
            </Card>
            <div class="md:col-span-2 min-w-0">
                <Card
                    title=words.alerts
                    aside=move || view! { <a class="link text-xs" href=move || router.href("/alerts")>{words.alerts_link}</a> }
                >
                    <RemoteView remote name=words.alerts lines=3 let:current>
                        <AlertCards alerts=Signal::derive(move || current.with(|current| current.alerts.clone()) as Vec<Alert>)/>
                    </RemoteView>
                </Card>
            </div>
        </div>
    }
}

#[component]
fn Score(current: Signal<CurrentAlerts>) -> impl IntoView {
    let status = move || current.with(|current| current.health_status);
    view! {
        <div class="flex h-full items-center justify-center">
            <Gauge
                value=Signal::derive(move || current.with(|current| current.health_score))
                shown=Signal::derive(move || score(current.with(|current| current.health_score)))
                word=Signal::derive(move || (text().guardrails.health.status)(status()).to_owned())
                tone=Signal::derive(move || health_tone(status()).class())
            />
        </div>
    }
}
