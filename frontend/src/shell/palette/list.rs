//! What stands in the palette: a combobox over a list, by the keyboard alone if one likes.

use std::time::Duration;

use leptos::html;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;

use super::entries::{Entry, Reach, found, known, newest, perform};
use crate::api::use_api;
use crate::components::{icon, use_toasts};
use crate::format::name::visible;
use crate::i18n::text;
use crate::prefs::use_preferences;
use crate::remote::Remote;
use crate::router::use_router;
use crate::session::use_session;
use crate::view::use_view;

/// The engine is asked once the operator pauses.
const PAUSE: Duration = Duration::from_millis(200);
/// Shorter words find too much.
const SEARCH_FROM: usize = 2;

/// What stands in the palette.
#[component]
pub fn PaletteBody(open: RwSignal<bool>) -> impl IntoView {
    let reach = Reach {
        api: use_api(),
        session: use_session(),
        router: use_router(),
        view: use_view(),
        preferences: use_preferences(),
        toasts: use_toasts(),
    };
    // It comes after the dialog has opened, so it takes the focus by itself.
    let field = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if let Some(field) = field.get() {
            // A field that is gone already needs no focus.
            let _ = field.focus();
        }
    });
    let typed = RwSignal::new(String::new());
    let asked = paused(typed);
    let remote = Remote::new(
        move || asked.get(),
        move |typed| async move {
            if typed.chars().count() < SEARCH_FROM {
                Ok(Vec::new())
            } else {
                found(reach, typed).await
            }
        },
    );
    let recent = Remote::new(|| (), move |()| newest(reach));
    let entries = Memo::new(move |_| {
        let typed = typed.get();
        let mut entries = known(reach, &typed);
        if typed.trim().chars().count() < SEARCH_FROM {
            return entries;
        }
        let mut names = recent.data.with(|recent| {
            let beginning = recent.as_ref().map(|recent| recent.beginning_with(&typed));
            beginning.unwrap_or_default()
        });
        for whole in remote.data.get().unwrap_or_default() {
            if !names.contains(&whole) {
                names.push(whole);
            }
        }
        // Links stand with links, whichever way they were found.
        names.sort_by_key(|entry| entry.section != text().palette.links);
        entries.extend(names);
        entries
    });
    let chosen = RwSignal::new(0_usize);
    Effect::new(move |_| {
        typed.track();
        chosen.set(0);
    });
    let run = move |entry: Entry| {
        open.set(false);
        perform(reach, entry.deed);
    };
    let key = move |event: web_sys::KeyboardEvent| {
        let count = entries.with_untracked(Vec::len);
        let step = |by: usize| chosen.update(|chosen| *chosen = (*chosen + by) % count.max(1));
        match event.key().as_str() {
            "ArrowDown" => step(1),
            "ArrowUp" => step(count.saturating_sub(1)),
            "Enter" => {
                if let Some(entry) =
                    entries.with_untracked(|entries| entries.get(chosen.get_untracked()).cloned())
                {
                    run(entry);
                }
            }
            _ => return,
        }
        event.prevent_default();
    };
    let count = move || {
        if remote.slow.get() {
            text().palette.searching.to_owned()
        } else {
            (text().palette.results)(entries.with(Vec::len) as i64)
        }
    };
    view! {
        <div class="p-2">
            <input
                node_ref=field
                class="input w-full"
                type="text"
                autocomplete="off"
                role="combobox"
                aria-expanded="true"
                aria-controls="palette-list"
                aria-activedescendant=move || format!("palette-{}", chosen.get())
                aria-label=text().palette.title
                placeholder=text().palette.placeholder
                bind:value=typed
                on:keydown=key
            />
            <p class="sr-only" role="status">{count}</p>
            <Show when=move || entries.with(Vec::is_empty)>
                <p class="p-4 text-muted">{text().palette.nothing}</p>
            </Show>
            <ul id="palette-list" role="listbox" aria-label=text().palette.title class="mt-2 max-h-96 overflow-auto">
                {move || rows(entries.get(), chosen, run)}
            </ul>
        </div>
    }
}

fn rows(
    entries: Vec<Entry>,
    chosen: RwSignal<usize>,
    run: impl Fn(Entry) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let mut section = "";
    let rows = entries.into_iter().enumerate().map(|(place, entry)| {
        let heading = (entry.section != section).then(|| {
            section = entry.section;
            view! { <li role="presentation" class="nav-group">{entry.section}</li> }
        });
        let (mark, label, hint) = (entry.icon, visible(&entry.label), visible(&entry.hint));
        let node = NodeRef::<html::Li>::new();
        Effect::new(move |_| {
            if let (true, Some(row)) = (chosen.get() == place, node.get()) {
                let options = web_sys::ScrollIntoViewOptions::new();
                options.set_block(web_sys::ScrollLogicalPosition::Nearest);
                row.scroll_into_view_with_scroll_into_view_options(&options);
            }
        });
        view! {
            {heading}
            <li
                node_ref=node
                id=format!("palette-{place}")
                role="option"
                class="menu-item"
                aria-selected=move || (chosen.get() == place).to_string()
                on:click=move |_| run(entry.clone())
                on:pointermove=move |_| {
                    if chosen.get_untracked() != place {
                        chosen.set(place);
                    }
                }
            >
                {icon(mark)}
                <bdi class="flex-1 min-w-0 truncate">{label}</bdi>
                <span class="text-muted text-xs">{hint}</span>
            </li>
        }
    });
    rows.collect_view()
}

/// Follows `typed` once it has been still for a moment.
fn paused(typed: RwSignal<String>) -> RwSignal<String> {
    let settled = RwSignal::new(String::new());
    let timer = StoredValue::new_local(None::<TimeoutHandle>);
    Effect::new(move |_| {
        let now = typed.get().trim().to_owned();
        if let Some(timer) = timer.get_value() {
            timer.clear();
        }
        let late = set_timeout_with_handle(
            move || {
                // The palette may be closed by now.
                let _ = settled.try_set(now.clone());
            },
            PAUSE,
        );
        timer.set_value(late.ok());
    });
    settled
}
