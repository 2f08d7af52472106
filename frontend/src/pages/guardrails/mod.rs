//! Guardrails: is the spread real, and is it safe? Score and trend, why, and the evidence behind each figure.

mod cards;
pub mod desk;
mod events;
mod health;
mod opened;
mod overrides;
mod tabs;
mod thresholds;
pub mod tones;

use leptos::prelude::*;
use viral_engine_api_types::guardrails::GuardrailsOverview;
use viral_engine_api_types::permissions::Permission;

use crate::api::use_api;
use crate::components::{Icon, RemoteView, Shape, icon};
use crate::i18n::text;
use crate::live::use_live;
use crate::pages::alerts::desk::AlertDesk;
use crate::remote::Remote;
use crate::router::use_router;
use crate::session::use_session;
use crate::view::use_view;

use cards::Cards;
use desk::SafetyDesk;
use events::EventsDrawer;
use health::{Deductions, HealthCard, HealthChart, OpenAlerts};
use overrides::{OVERRIDES, OverrideNotice};
use tabs::GuardrailTabs;
use thresholds::ThresholdDrawer;

/// The figures of the page, for its parts.
pub type Figures = Signal<GuardrailsOverview>;

/// The page.
pub fn view() -> AnyView {
    view! { <GuardrailsPage/> }.into_any()
}

#[component]
fn GuardrailsPage() -> impl IntoView {
    let (api, live, view, router) = (use_api(), use_live(), use_view(), use_router());
    let asked = move || {
        view.api_query()
            .merged(&router.query.with(|query| query.only(&OVERRIDES)))
    };
    let remote = Remote::new(asked, move |query| async move {
        api.get_guardrails_overview(&query).await
    })
    .reload_on(move || (live.data.get(), live.alerts.get()));
    let history = Remote::new(
        move || view.api_query(),
        move |query| async move { api.get_health_history(&query).await },
    )
    .reload_on(move || live.data.get());
    let trying = RwSignal::new(false);
    view! {
        <AlertDesk>
            <SafetyDesk>
                <div class="flex flex-wrap items-center gap-2 empty:hidden">
                    <OverrideNotice/>
                    <ThresholdButton trying/>
                </div>
                <RemoteView remote name=text().guardrails.name shape=Shape::Guardrails let:figures>
                    <div class="grid gap-4 lg:grid-cols-3 xl:grid-cols-[auto_1fr]">
                        <HealthCard figures history=history.data/>
                        <div class="lg:col-span-2 xl:col-span-1 min-w-0"><Cards figures history=history.data/></div>
                    </div>
                    <div class="grid gap-4 items-start xl:grid-cols-3">
                        <div class="xl:col-span-2 min-w-0 flex flex-col gap-4">
                            <HealthChart figures history=history.data/>
                            <Deductions figures/>
                        </div>
                        <OpenAlerts figures/>
                    </div>
                    <GuardrailTabs figures/>
                    <EventsDrawer figures/>
                </RemoteView>
                <ThresholdDrawer open=trying/>
            </SafetyDesk>
        </AlertDesk>
    }
}

#[component]
fn ThresholdButton(trying: RwSignal<bool>) -> impl IntoView {
    let session = use_session();
    view! {
        <Show when=move || session.may(Permission::SettingsRead)>
            <button type="button" class="btn btn-sm ml-auto" on:click=move |_| trying.set(true)>
                {icon(Icon::Sliders)} {text().guardrails.thresholds.open}
            </button>
        </Show>
    }
}
