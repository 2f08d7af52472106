//! The keyboard: Ctrl or Cmd and K, `g` and a letter, `/`, `?`.

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::Frame;
use crate::browser::{is_typing, now_ms};
use crate::components::{Dialog, Toasts, Tone, use_toasts};
use crate::i18n::text;
use crate::prefs::use_preferences;
use crate::router::{Router, use_router};
use crate::routes::{PAGES, Page};
use crate::session::{Session, use_session};

/// The letter must follow the `g` within this time.
const SEQUENCE_MS: f64 = 1_500.0;

/// Listens for shortcuts.
pub fn listen(frame: Frame) {
    let (router, session, preferences) = (use_router(), use_session(), use_preferences());
    let toasts = use_toasts();
    let pressed_g = StoredValue::new(0.0_f64);
    let handle = window_event_listener(ev::keydown, move |event| {
        let command = event.ctrl_key() || event.meta_key();
        if command && !event.alt_key() && event.key().eq_ignore_ascii_case("k") {
            event.prevent_default();
            frame.palette.update(|open| *open = !*open);
            return;
        }
        let busy = command
            || event.alt_key()
            || event.default_prevented()
            || is_typing(&event)
            || modal_open();
        if busy || !untrack(|| preferences.single_keys()) {
            return;
        }
        let after_g = now_ms() - pressed_g.get_value() < SEQUENCE_MS;
        pressed_g.set_value(0.0);
        match event.key().as_str() {
            "/" => focus_filter(&event, toasts),
            "?" => frame.help.set(true),
            key if after_g => go_by_letter(key, router, session, &event),
            "g" => pressed_g.set_value(now_ms()),
            _ => {}
        }
    });
    on_cleanup(move || handle.remove());
}

/// Pages with a letter that the operator may see.
pub fn pages_in_reach(session: Session) -> Vec<(&'static Page, char)> {
    let allowed = |page: &&Page| page.permission.is_none_or(|needed| session.may(needed));
    PAGES
        .iter()
        .filter(allowed)
        .filter_map(|page| page.nav.map(|nav| (page, nav.letter)))
        .collect()
}

fn go_by_letter(key: &str, router: Router, session: Session, event: &web_sys::KeyboardEvent) {
    let reach = untrack(|| pages_in_reach(session));
    if let Some((page, _)) = reach
        .into_iter()
        .find(|(_, letter)| key.chars().eq([*letter]))
    {
        event.prevent_default();
        router.go_to(page.path());
    }
}

fn modal_open() -> bool {
    document()
        .query_selector("dialog[open]")
        .ok()
        .flatten()
        .is_some()
}

fn focus_filter(event: &web_sys::KeyboardEvent, toasts: Toasts) {
    let filter = document().query_selector("[data-filter]").ok().flatten();
    if let Some(filter) = filter.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok())
    {
        event.prevent_default();
        // A filter that is hidden keeps the focus where it is.
        let _ = filter.focus();
    } else {
        toasts.show(Tone::Info, text().frame.nothing_to_filter);
    }
}

/// The list of shortcuts.
#[component]
pub fn ShortcutHelp(open: RwSignal<bool>) -> impl IntoView {
    let (session, preferences) = (use_session(), use_preferences());
    let frame = &text().frame;
    let row = |keys: String, what: String| {
        let keys = keys
            .split(' ')
            .map(|key| view! { <kbd>{key.to_owned()}</kbd>" " })
            .collect_view();
        view! { <dt>{keys}</dt><dd>{what}</dd> }
    };
    let content = move || {
        let go = pages_in_reach(session)
            .into_iter()
            .map(|(page, letter)| {
                row(
                    format!("g {letter}"),
                    (frame.shortcut_go_to)((page.text)().title),
                )
            })
            .collect_view();
        view! {
            <section>
                <h3 class="mb-2">{frame.shortcuts_everywhere}</h3>
                <dl class="facts">
                    {row("Ctrl K".to_owned(), frame.shortcut_palette.to_owned())}
                    {row("/".to_owned(), frame.shortcut_filter.to_owned())}
                    {row("?".to_owned(), frame.shortcut_help.to_owned())}
                    {row("Esc".to_owned(), frame.shortcut_escape.to_owned())}
                    {row("← →".to_owned(), frame.shortcut_crosshair.to_owned())}
                </dl>
            </section>
            <label class="flex items-center gap-2">
                <input
                    type="checkbox"
                    class="checkbox checkbox-sm"
                    prop:checked=move || preferences.single_keys()
                    on:change=move |event| preferences.set_single_keys(event_target_checked(&event))
                />
                {frame.shortcuts_single}
            </label>
            <section>
                <h3 class="mb-2">{frame.shortcuts_go}</h3>
                <dl class="facts">{go}</dl>
            </section>
        }
    };
    view! {
        <Dialog open on_close=Callback::new(move |()| open.set(false)) title=Signal::stored(frame.shortcuts_title.to_owned())>
            {content()}
        </Dialog>
    }
}
