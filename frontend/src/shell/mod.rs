//! The frame around every page: side bar, top bar, palette, shortcuts.

mod account_menu;
mod live_dot;
pub mod palette;
mod period_menu;
mod shortcuts;
mod side_bar;
pub mod title;
mod top_bar;
mod zone_menu;

use leptos::html;
use leptos::prelude::*;

use crate::components::dialog::{modal, on_backdrop};
use crate::components::{Ignored, Tone, use_toasts};
use crate::i18n::text;
use crate::live::use_live;
use crate::router::use_router;
use crate::view::use_view;

use palette::PaletteDialog;
use shortcuts::{ShortcutHelp, listen};
use side_bar::SideBar;
use top_bar::TopBar;

/// What of the frame is open.
#[derive(Clone, Copy)]
pub struct Frame {
    /// The side bar as a drawer, on narrow screens.
    navigation: RwSignal<bool>,
    /// The command palette.
    palette: RwSignal<bool>,
    /// The list of shortcuts.
    help: RwSignal<bool>,
}

/// The frame, with a page inside.
#[component]
pub fn Shell(children: Children) -> impl IntoView {
    let frame = Frame {
        navigation: RwSignal::new(false),
        palette: RwSignal::new(false),
        help: RwSignal::new(false),
    };
    provide_context(frame);
    let (view, path) = (use_view(), use_router().path);
    let ignored = Signal::derive(move || {
        let page = path.with(|path| crate::routes::page_at(path));
        view.ignored(page.is_some_and(|(page, _)| page.controls.period))
    });
    listen(frame);
    announce_alerts();
    focus_heading_after_navigation(frame);
    view! {
        <a class="skip-link" href="#content">{text().frame.skip_to_content}</a>
        <div class="shell">
            <aside class="shell-side" aria-label=text().frame.product><SideBar/></aside>
            <div class="min-w-0">
                <TopBar/>
                <main id="content" class="page" tabindex="-1"><Ignored parameters=ignored/> {children()}</main>
            </div>
        </div>
        <NavigationDrawer frame/>
        <PaletteDialog open=frame.palette/>
        <ShortcutHelp open=frame.help/>
    }
}

/// The side bar on narrow screens.
#[component]
fn NavigationDrawer(frame: Frame) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    modal(node, frame.navigation.into());
    view! {
        <dialog
            node_ref=node
            class="drawer-box"
            data-side="left"
            aria-label=text().frame.main_navigation
            on:close=move |_| frame.navigation.set(false)
            on:click=move |event| {
                if on_backdrop(&event, node) {
                    frame.navigation.set(false);
                }
            }
        >
            <Show when=move || frame.navigation.get()>
                <div class="flex flex-col gap-2 p-3 min-h-full"><SideBar closes=frame.navigation/></div>
            </Show>
        </dialog>
    }
}

/// An alert that opens while the operator looks elsewhere is worth a word.
fn announce_alerts() {
    let (live, toasts) = (use_live(), use_toasts());
    Effect::new(move |_| {
        if let Some(alert) = live.pushed_alert.get() {
            toasts.show(Tone::Info, (text().frame.alert_opened)(&alert.message));
        }
    });
}

/// After going to another page the focus stands on its heading, so that screen readers read it and Tab goes on
/// from there.
fn focus_heading_after_navigation(frame: Frame) {
    let path = use_router().path;
    Effect::new(move |before: Option<Option<&'static str>>| {
        let page = path
            .with(|path| crate::routes::page_at(path))
            .map(|(page, _)| page.pattern);
        if before.is_some_and(|before| before != page) {
            frame.navigation.set(false);
            crate::browser::focus_soon("page-title");
        }
        page
    });
}
