//! A request that is not done: how far it is, or why it was given up.

use chrono::TimeDelta;
use leptos::prelude::*;
use viral_engine_api_types::JobId;
use viral_engine_api_types::data_requests::{DataRequest, DataRequestState, StoreRows};
use viral_engine_api_types::permissions::Permission;

use crate::api::use_api;
use crate::browser::now;
use crate::components::{
    Card, Column, DataTable, Icon, Submit, Tone, error_panel, icon, use_toasts, user_words,
};
use crate::format::count;
use crate::format::time::duration;
use crate::i18n::compliance;
use crate::remote::Remote;
use crate::session::use_session;

/// Longer than this something is in the way: the queue is paused, or no worker runs.
const USUAL: TimeDelta = TimeDelta::seconds(30);

/// While it waits or is done; `beat` says when to look at the clock.
#[component]
pub fn Progress(request: Signal<DataRequest>, beat: ReadSignal<u32>) -> impl IntoView {
    let words = &compliance().data_requests;
    let since = move || {
        beat.track();
        now() - request.with(|it| it.created_at)
    };
    let late = Memo::new(move |_| since() > USUAL);
    let said = move || match request.with(|it| it.state) {
        DataRequestState::Waiting => words.waiting,
        _ => words.running,
    };
    view! {
        <section class="card-box">
            <div class="card-body flex flex-col gap-3" role="status">
                <p class="font-semibold">{said}</p>
                <progress class="progress progress-primary w-full" aria-label=said></progress>
                <p class="text-muted">{move || (words.running_since)(&duration(since()))}</p>
                <Show when=move || late.get()><p class="tone-watch">{words.late}</p></Show>
            </div>
        </section>
    }
}

/// Why it was given up, and another try.
#[component]
pub fn Failure(request: Signal<DataRequest>, remote: Remote<DataRequest>) -> impl IntoView {
    let (api, session, toasts) = (use_api(), use_session(), use_toasts());
    let words = &compliance().data_requests;
    let retry = Submit::new(
        move |id: JobId| async move { api.retry_job(id).await.map(drop) },
        move |()| {
            toasts.show(Tone::Good, words.retried);
            remote.reload();
        },
    );
    let job = Memo::new(move |_| request.with(|it| it.job_id));
    let why = move || request.with(|it| it.failure.as_deref().map(user_words));
    view! {
        <div class="notice" data-tone="bad" role="alert">
            <p class="font-semibold flex items-center gap-2">{icon(Icon::Alert)} {words.failed}</p>
            <p>{why}</p>
            <p class="text-muted">{words.failed_help}</p>
            <Show when=move || job.get().is_some() && session.may(Permission::JobsWrite)>
                <button
                    type="button"
                    class="btn btn-sm"
                    disabled=move || retry.pending.get()
                    on:click=move |_| {
                        if let Some(id) = job.get_untracked() {
                            retry.run(id);
                        }
                    }
                >
                    {words.retry}
                </button>
            </Show>
            {move || retry.error.get().map(|error| error_panel(&error))}
        </div>
    }
}

/// Rows by store, as far as it is: words and no table, which would stand still under the pointer.
#[component]
pub fn SoFar(request: Signal<DataRequest>) -> impl IntoView {
    let words = &compliance().data_requests;
    let stores = Memo::new(move |_| request.with(|it| it.progress.clone()));
    let found = move || {
        let line = |it: &StoreRows| {
            view! { <dt><code>{it.store.clone()}</code></dt> <dd class="num">{count(it.rows)}</dd> }
        };
        stores.with(|stores| {
            let found = stores.iter().filter(|it| it.rows > 0);
            found.map(line).collect_view()
        })
    };
    let any = move || stores.with(|stores| stores.iter().any(|it| it.rows > 0));
    view! {
        <Card title=words.so_far>
            <p class="text-muted num">{move || (words.stores_done)(stores.with(Vec::len) as i64)}</p>
            <Show when=any fallback=move || view! { <p class="text-muted">{words.no_rows}</p> }>
                <dl class="facts mt-2">{found}</dl>
            </Show>
        </Card>
    }
}

/// Rows by store.
#[component]
pub fn StoreTable(
    /// The rows.
    rows: Signal<Vec<StoreRows>>,
    /// Heading.
    title: &'static str,
    /// What to say where there are none.
    empty: &'static str,
) -> impl IntoView {
    view! {
        <DataTable<StoreRows>
            name="data-request-stores"
            title
            top=true
            rows
            columns=columns()
            key=|it| format!("{}{}", it.store, it.rows)
            find_parameter="find"
            empty=move || view! { <p class="text-muted p-4">{empty}</p> }
        />
    }
}

fn columns() -> Vec<Column<StoreRows>> {
    let words = &compliance().data_requests;
    vec![
        Column::<StoreRows>::new(
            "store",
            words.store,
            |it| view! { <code>{it.store.clone()}</code> }.into_any(),
            |it| it.store.clone(),
        )
        .sorted(|a, b| a.store.cmp(&b.store)),
        Column::<StoreRows>::figures(
            "rows",
            words.rows,
            |it| count(it.rows).into_any(),
            |it| it.rows.to_string(),
        )
        .sorted(|a, b| a.rows.cmp(&b.rows)),
    ]
}
