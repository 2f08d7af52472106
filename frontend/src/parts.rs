//! The parts of the app that are loaded when they are first visited, so that the first page is there soon.
//!
//! `cargo xtask frontend` cuts the compiled app at the functions of `cuts`: what only one part needs goes into a
//! file of its own, what all need stays in the first. A page of a part must be named there alone.

use std::future::ready;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use leptos::prelude::*;
use leptos::reactive::computed::ScopedFuture;
use leptos::task::spawn_local;
use leptos::wasm_split::SplitLoaderError;

use crate::components::{Icon, Shape, Skeleton, icon};
use crate::i18n::text;

/// A part that takes longer than this is waited for visibly.
const SLOW: Duration = Duration::from_millis(150);

/// How a page is made.
#[derive(Clone, Copy)]
pub enum Maker {
    /// It is in the first part.
    First(fn() -> AnyView),
    /// It is in the part of growth, links and users.
    Growth(Growth),
    /// It is in the part of guardrails, alerts and the audit trail.
    Safety(Safety),
    /// It is in the part of consents, notices and data requests.
    Compliance(Compliance),
    /// It is in the part of reports and recaps.
    Reports(Reports),
    /// It is in the part of jobs, schedules, mail and webhooks.
    Operations(Operations),
    /// It is in the part of operators, keys, settings, features and account.
    Settings(Settings),
    /// What stands in the command palette, which is open while the signal says so.
    Palette(RwSignal<bool>),
}

/// Pages about growth, links and users.
#[derive(Clone, Copy)]
pub enum Growth {
    KFactor,
    Funnel,
    Attribution,
    Conversions,
    Conversion,
    Links,
    LinkNew,
    Link,
    Users,
    User,
}

/// Pages about guardrails, alerts and the audit trail.
#[derive(Clone, Copy)]
pub enum Safety {
    Guardrails,
    Alerts,
    Audit,
}

/// Pages about consents, notices and data requests.
#[derive(Clone, Copy)]
pub enum Compliance {
    Consents,
    Consent,
    ConsentRequest,
    UserConsents,
    Verifications,
    Notices,
    Notice,
    NoticeDraft,
    DataRequests,
    DataRequest,
    Disclosures,
    Report,
}

/// Pages about reports and recaps.
#[derive(Clone, Copy)]
pub enum Reports {
    Reports,
    Report,
    Recaps,
}

/// Pages about what the engine does by itself.
#[derive(Clone, Copy)]
pub enum Operations {
    Jobs,
    Schedules,
    Outbox,
    Webhooks,
    Webhook,
}

/// Pages about the engine and who may use it.
#[derive(Clone, Copy)]
pub enum Settings {
    Operators,
    ApiKeys,
    Thresholds,
    Flags,
    Account,
    About,
}

type Loading<T> = LocalBoxFuture<'static, Result<T, SplitLoaderError>>;

impl Maker {
    /// Makes the page; it appears once its part is loaded.
    pub fn make(self) -> AnyView {
        match self {
            Self::First(view) => view(),
            _ => later(self),
        }
    }

    /// Loads the part of the page, so that it is there when the operator goes there.
    pub fn prepare(self) {
        // Should it fail, the visit tries again and says so.
        spawn_local(self.load().map(drop));
    }

    fn load(self) -> Loading<()> {
        match self {
            Self::First(_) => ready(Ok(())).boxed_local(),
            Self::Growth(_) => cuts::load_growth().boxed_local(),
            Self::Safety(_) => cuts::load_safety().boxed_local(),
            Self::Compliance(_) => cuts::load_compliance().boxed_local(),
            Self::Reports(_) => cuts::load_reports().boxed_local(),
            Self::Operations(_) => cuts::load_operations().boxed_local(),
            Self::Settings(_) => cuts::load_settings().boxed_local(),
            Self::Palette(_) => cuts::load_palette().boxed_local(),
        }
    }

    fn view(self) -> Loading<AnyView> {
        match self {
            Self::First(view) => ready(Ok(view())).boxed_local(),
            Self::Growth(page) => cuts::growth(page).boxed_local(),
            Self::Safety(page) => cuts::safety(page).boxed_local(),
            Self::Compliance(page) => cuts::compliance(page).boxed_local(),
            Self::Reports(page) => cuts::reports(page).boxed_local(),
            Self::Operations(page) => cuts::operations(page).boxed_local(),
            Self::Settings(page) => cuts::settings(page).boxed_local(),
            Self::Palette(open) => cuts::palette(open).boxed_local(),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Loading,
    Slow,
    Failed,
    There,
}

/// A page that appears once its part is loaded.
fn later(maker: Maker) -> AnyView {
    let state = RwSignal::new(State::Loading);
    let page = StoredValue::new_local(None::<AnyView>);
    // The page is made in the name of this place, so that it finds what everything shares and ends with it.
    let place = Owner::current().unwrap_or_default();
    let visit = move || {
        let arrival = async move {
            let loaded = maker.load().await;
            // The operator may be elsewhere by now; a page that nobody sees is to ask the engine for nothing.
            if state.try_get_untracked().is_none() {
                return;
            }
            let made = match loaded {
                Ok(()) => maker.view().await.ok(),
                Err(_) => None,
            };
            let arrived = if made.is_some() {
                State::There
            } else {
                State::Failed
            };
            page.try_update_value(|page| *page = made);
            state.try_set(arrived);
        };
        place.with(|| spawn_local(ScopedFuture::new_untracked(arrival)));
        set_timeout(
            move || {
                if state.try_get_untracked() == Some(State::Loading) {
                    state.set(State::Slow);
                }
            },
            SLOW,
        );
    };
    visit();
    let again = move || {
        state.set(State::Loading);
        visit();
    };
    let shown = move || match state.get() {
        State::There => page.try_update_value(Option::take).flatten().into_any(),
        State::Failed => failure(again.clone()),
        waiting => {
            let visible = Signal::stored(waiting == State::Slow);
            view! { <Skeleton shape=Shape::Lines(8) visible/> }.into_any()
        }
    };
    shown.into_any()
}

/// A part did not come: the engine is out of reach, or it serves a newer app that has other parts.
fn failure(again: impl Fn() + 'static) -> AnyView {
    let words = &text().states;
    view! {
        <div class="notice" data-tone="bad" role="alert">
            <p class="font-semibold flex items-center gap-2">{icon(Icon::Alert)} {words.part_failed_title}</p>
            <p>{words.part_failed_detail}</p>
            <div class="flex flex-wrap gap-2">
                <button type="button" class="btn btn-sm" on:click=move |_| again()>
                    {icon(Icon::Refresh)} {text().actions.retry}
                </button>
                <button type="button" class="btn btn-sm" on:click=move |_| reload()>{words.reload}</button>
            </div>
        </div>
    }
    .into_any()
}

fn reload() {
    // A browser that refuses leaves the page as it is, with its own way to reload.
    let _ = window().location().reload();
}

/// Where the app is cut. The names of the parts are those of their files.
mod cuts {
    use leptos::prelude::{AnyView, RwSignal};
    use leptos::wasm_split::{SplitLoaderError, wasm_split};

    use super::{Compliance, Growth, Operations, Reports, Safety, Settings};
    use crate::{pages, shell};

    #[wasm_split(palette, fallible, preload(load_palette), wasm_split_path = ::leptos::wasm_split)]
    pub fn palette(open: RwSignal<bool>) -> Result<AnyView, SplitLoaderError> {
        Ok(shell::palette::body(open))
    }

    #[wasm_split(growth, fallible, preload(load_growth), wasm_split_path = ::leptos::wasm_split)]
    pub fn growth(page: Growth) -> Result<AnyView, SplitLoaderError> {
        Ok(match page {
            Growth::KFactor => pages::growth::k_factor_view(),
            Growth::Funnel => pages::growth::funnel_view(),
            Growth::Attribution => pages::attribution::credit_view(),
            Growth::Conversions => pages::attribution::list_view(),
            Growth::Conversion => pages::attribution::explain_view(),
            Growth::Links => pages::links::list_view(),
            Growth::LinkNew => pages::links::create_view(),
            Growth::Link => pages::links::detail_view(),
            Growth::Users => pages::users::list_view(),
            Growth::User => pages::users::detail_view(),
        })
    }

    #[wasm_split(safety, fallible, preload(load_safety), wasm_split_path = ::leptos::wasm_split)]
    pub fn safety(page: Safety) -> Result<AnyView, SplitLoaderError> {
        Ok(match page {
            Safety::Guardrails => pages::guardrails::view(),
            Safety::Alerts => pages::alerts::view(),
            Safety::Audit => pages::audit::view(),
        })
    }

    #[wasm_split(compliance, fallible, preload(load_compliance), wasm_split_path = ::leptos::wasm_split)]
    pub fn compliance(page: Compliance) -> Result<AnyView, SplitLoaderError> {
        Ok(match page {
            Compliance::Consents => pages::consents::list_view(),
            Compliance::Consent => pages::consents::detail_view(),
            Compliance::ConsentRequest => pages::consents::request_view(),
            Compliance::UserConsents => pages::consents::user_view(),
            Compliance::Verifications => pages::verifications::view(),
            Compliance::Notices => pages::notices::list_view(),
            Compliance::Notice => pages::notices::version_view(),
            Compliance::NoticeDraft => pages::notices::draft_view(),
            Compliance::DataRequests => pages::data_requests::list_view(),
            Compliance::DataRequest => pages::data_requests::detail_view(),
            Compliance::Disclosures => pages::disclosures::view(),
            Compliance::Report => pages::compliance::view(),
        })
    }

    #[wasm_split(reports, fallible, preload(load_reports), wasm_split_path = ::leptos::wasm_split)]
    pub fn reports(page: Reports) -> Result<AnyView, SplitLoaderError> {
        Ok(match page {
            Reports::Reports => pages::reports::list_view(),
            Reports::Report => pages::reports::detail_view(),
            Reports::Recaps => pages::recaps::view(),
        })
    }

    #[wasm_split(operations, fallible, preload(load_operations), wasm_split_path = ::leptos::wasm_split)]
    pub fn operations(page: Operations) -> Result<AnyView, SplitLoaderError> {
        Ok(match page {
            Operations::Jobs => pages::jobs::view(),
            Operations::Schedules => pages::schedules::view(),
            Operations::Outbox => pages::outbox::view(),
            Operations::Webhooks => pages::webhooks::list_view(),
            Operations::Webhook => pages::webhooks::detail_view(),
        })
    }

    #[wasm_split(settings, fallible, preload(load_settings), wasm_split_path = ::leptos::wasm_split)]
    pub fn settings(page: Settings) -> Result<AnyView, SplitLoaderError> {
        Ok(match page {
            Settings::Operators => pages::operators::view(),
            Settings::ApiKeys => pages::api_keys::view(),
            Settings::Thresholds => pages::settings::view(),
            Settings::Flags => pages::flags::view(),
            Settings::Account => pages::account::view(),
            Settings::About => pages::about::view(),
        })
    }
}
