//! Title and purpose of the page, and the controls that change what its figures are about.

use leptos::prelude::*;

use super::Frame;
use super::live_dot::LiveDot;
use super::period_menu::PeriodMenu;
use super::zone_menu::ZoneMenu;
use crate::components::{Icon, icon};
use crate::i18n::text;
use crate::router::use_router;
use crate::routes::{Page, page_at};
use crate::view::use_view;

/// The top bar.
#[component]
pub fn TopBar() -> impl IntoView {
    let (router, frame, view) = (use_router(), expect_context::<Frame>(), use_view());
    let page = Memo::new(move |_| {
        router
            .path
            .with(|path| page_at(path))
            .map(|(page, _)| PageRef(page))
    });
    let title = move || {
        page.get()
            .map_or(text().frame.not_found_title, |PageRef(page)| {
                (page.text)().title
            })
    };
    let purpose = move || page.get().map(|PageRef(page)| (page.text)().purpose);
    let controls = move || {
        page.get()
            .map(|PageRef(page)| page.controls)
            .unwrap_or_default()
    };
    let compare = move || {
        controls().compare.then(|| {
            view! {
                <label class="flex items-center gap-2 min-h-8">
                    <input
                        type="checkbox"
                        class="checkbox checkbox-sm"
                        prop:checked=move || view.compare.get()
                        on:change=move |event| view.set_compare(event_target_checked(&event))
                    />
                    {text().frame.compare}
                </label>
            }
        })
    };
    view! {
        <header class="topbar">
            <button
                type="button"
                class="btn btn-ghost btn-square btn-sm lg:hidden"
                aria-label=text().frame.open_navigation
                on:click=move |_| frame.navigation.set(true)
            >
                {icon(Icon::Menu)}
            </button>
            <div class="flex-1 min-w-48">
                <h1 id="page-title" tabindex="-1" class="text-lg">{title}</h1>
                <p class="text-muted">{purpose}</p>
            </div>
            <div class="topbar-controls">
                {compare}
                <Show when=move || controls().period><PeriodMenu/></Show>
                <ZoneMenu/>
                <LiveDot/>
            </div>
        </header>
    }
}

/// A page, the same when its pattern is.
#[derive(Clone, Copy)]
struct PageRef(&'static Page);

impl PartialEq for PageRef {
    fn eq(&self, other: &Self) -> bool {
        self.0.pattern == other.0.pattern
    }
}
