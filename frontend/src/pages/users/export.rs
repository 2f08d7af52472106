//! All users that match as CSV. The engine has no export of users, so the list is read page by page; personal fields
//! are not in it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use viral_engine_api_types::users::User;

use crate::api::{all, use_api};
use crate::components::{Column, Icon, Tone, icon, save_items, use_toasts};
use crate::format::count;
use crate::i18n::text;
use crate::router::Query;

/// Most users of an export: 100 calls.
const MOST: usize = 10_000;

/// The button; while users are read it says how many, and ends it.
#[component]
pub fn ExportUsers(
    /// The filters of the list.
    filters: Memo<Query>,
    /// Columns of the list.
    columns: fn() -> Vec<Column<User>>,
) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let texts = &text().tables;
    let read = RwSignal::new(None::<usize>);
    let stop = RwSignal::new(false);
    let export = move || {
        let query = filters.get_untracked();
        read.set(Some(0));
        stop.set(false);
        // The page may be gone while users are read; then there is nobody to save them for.
        let go_on = move |here: usize| {
            let left = read.try_set(Some(here)).is_some();
            !left && stop.try_get_untracked() == Some(false)
        };
        spawn_local(async move {
            let load = move |query: Query| async move { api.list_users(&query).await };
            let users = all::all(&query, MOST, load, go_on).await;
            let stopped = stop.try_get_untracked() != Some(false);
            read.try_set(None);
            match users {
                Ok(_) if stopped => {}
                Ok(users) => {
                    save_items("users", &columns(), &users.items);
                    if users.more {
                        toasts.show(Tone::Watch, (texts.export_cut)(&count(MOST as i64)));
                    }
                }
                Err(error) => toasts.show_error(&error),
            }
        });
    };
    view! {
        <Show
            when=move || read.get().is_some()
            fallback=move || view! {
                <button type="button" class="btn btn-ghost btn-xs" on:click=move |_| export()>
                    {icon(Icon::Download)} {texts.export_all}
                </button>
            }
        >
            <span class="text-xs text-muted num" role="status">
                {move || (texts.export_read)(read.get().unwrap_or_default() as i64)}
            </span>
            <button type="button" class="btn btn-xs" on:click=move |_| stop.set(true)>{text().actions.stop}</button>
        </Show>
    }
}
