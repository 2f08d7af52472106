//! The side bar: only what the operator's role may see.

use leptos::prelude::*;
use viral_engine_api_types::alerts::AlertStatus;
use viral_engine_api_types::permissions::Permission;

use super::Frame;
use super::account_menu::AccountMenu;
use crate::api::use_api;
use crate::components::{Icon, icon};
use crate::i18n::text;
use crate::live::use_live;
use crate::parts::Maker;
use crate::remote::Remote;
use crate::router::use_router;
use crate::routes::{Group, PAGES, Page, page_at};
use crate::session::use_session;

/// Name of the product, search, pages by group, account.
#[component]
pub fn SideBar(
    /// Set to false when the operator has chosen a page.
    #[prop(optional)]
    closes: Option<RwSignal<bool>>,
) -> impl IntoView {
    let frame: Frame = expect_context();
    let open_alerts = open_alert_count();
    let search = move |_| {
        if let Some(closes) = closes {
            closes.set(false);
        }
        frame.palette.set(true);
    };
    let prepare = move || Maker::Palette(frame.palette).prepare();
    view! {
        <a href="/" class="flex items-center gap-2 px-2 py-1 font-semibold text-lg">
            <Mark/>
            {text().frame.product}
        </a>
        <button
            type="button"
            class="btn btn-sm justify-start font-normal"
            on:click=search
            on:pointerenter=move |_| prepare()
            on:focus=move |_| prepare()
        >
            {icon(Icon::Search)} {text().frame.search} <kbd class="ml-auto">"Ctrl K"</kbd>
        </button>
        <nav aria-label=text().frame.main_navigation class="flex-1">
            {Group::ALL.into_iter().map(|group| view! { <NavGroup group open_alerts closes/> }).collect_view()}
        </nav>
        <AccountMenu/>
    }
}

#[component]
fn NavGroup(
    group: Group,
    open_alerts: Signal<i64>,
    closes: Option<RwSignal<bool>>,
) -> impl IntoView {
    let session = use_session();
    let pages = move || {
        let seen = |page: &&Page| page.permission.is_none_or(|needed| session.may(needed));
        let of_group = |page: &&Page| page.nav.is_some_and(|nav| nav.group == group);
        PAGES
            .iter()
            .filter(of_group)
            .filter(seen)
            .collect::<Vec<_>>()
    };
    move || {
        let pages = pages();
        (!pages.is_empty()).then(|| {
            view! {
                <p class="nav-group">{group.name()}</p>
                <ul>
                    {pages.into_iter().map(|page| view! { <NavLink page open_alerts closes/> }).collect_view()}
                </ul>
            }
        })
    }
}

#[component]
fn NavLink(
    page: &'static Page,
    open_alerts: Signal<i64>,
    closes: Option<RwSignal<bool>>,
) -> impl IntoView {
    let router = use_router();
    let current = move || {
        let here = router
            .path
            .with(|path| page_at(path))
            .map(|(page, _)| page.path());
        let inside = here.is_some_and(|here| here == page.path());
        inside.then_some("page")
    };
    let counts = page.permission == Some(Permission::AlertsRead);
    let count = move || {
        let open = open_alerts.get();
        (counts && open > 0).then(|| {
            view! { <span class="nav-count num"><span class="sr-only">", "</span>{open}<span class="sr-only">" open"</span></span> }
        })
    };
    let close = move |_| {
        if let Some(closes) = closes {
            closes.set(false);
        }
    };
    view! {
        <li>
            <a
                class="nav-link"
                href=move || router.href(page.path())
                aria-current=current
                on:click=close
                on:pointerenter=move |_| page.view.prepare()
                on:focus=move |_| page.view.prepare()
            >
                {page.nav.map(|nav| icon(nav.icon))}
                {(page.text)().title}
                {count}
            </a>
        </li>
    }
}

/// Number of open alerts, kept fresh by the stream.
fn open_alert_count() -> Signal<i64> {
    let (api, session, live) = (use_api(), use_session(), use_live());
    let alerts = Remote::new(
        move || session.may(Permission::AlertsRead),
        move |may| async move {
            if !may {
                return Ok(0);
            }
            let current = api.get_current_alerts().await?;
            Ok(current
                .alerts
                .iter()
                .filter(|alert| alert.status == AlertStatus::Open)
                .count() as i64)
        },
    )
    .reload_on(move || live.alerts.get());
    Signal::derive(move || alerts.data.get().unwrap_or(0))
}

/// The mark of the product: one node that reaches two.
#[component]
fn Mark() -> impl IntoView {
    view! {
        <svg width="24" height="24" viewBox="0 0 32 32" aria-hidden="true" class="text-primary shrink-0">
            <g fill="none" stroke="currentColor" stroke-width="2.5" stroke-linecap="round">
                <path d="M8 16 22 8M8 16l14 8"></path>
            </g>
            <g fill="currentColor">
                <circle cx="8" cy="16" r="4.500"></circle>
                <circle cx="23" cy="7.500" r="3.500"></circle>
                <circle cx="23" cy="24.500" r="3.500"></circle>
            </g>
        </svg>
    }
}
