//! The queues with what waits and runs in each, read again every few seconds.

use chrono::TimeDelta;
use leptos::prelude::*;
use viral_engine_api_types::jobs::{Queue, QueueList, QueueName};
use viral_engine_api_types::permissions::Permission;

use super::desk::Desk;
use crate::api::use_api;
use crate::components::{
    InfoTip, Metric, RemoteView, Submit, TimeText, Tone, tag, use_toasts, user_words,
};
use crate::format::count;
use crate::format::number::NONE;
use crate::format::time::duration;
use crate::i18n::text;
use crate::pulse::steady;
use crate::remote::Remote;
use crate::router::{Query, use_router};
use crate::session::use_session;

/// All queues. Cells follow the figures one by one, so that the focus stays on a button while the counts run.
#[component]
pub fn Queues() -> impl IntoView {
    let (api, desk, words) = (use_api(), expect_context::<Desk>(), &text().jobs);
    let beat = steady();
    let remote = Remote::new(|| (), move |()| async move { api.list_queues().await })
        .reload_on(move || (beat.get(), desk.changed.get()));
    let metric =
        Signal::stored(Metric::new(words.queues, words.queues_help).docs("jobs/list_queues"));
    view! {
        <section class="card-box">
            <div class="card-head"><h2>{words.queues}</h2> <InfoTip metric/></div>
            <RemoteView remote name=words.queues lines=8 let:queues>
                <Table queues/>
            </RemoteView>
        </section>
    }
}

#[component]
fn Table(queues: Signal<QueueList>) -> impl IntoView {
    let words = &text().jobs;
    let names = Memo::new(move |_| {
        queues.with(|list| {
            list.items
                .iter()
                .map(|queue| queue.name)
                .collect::<Vec<_>>()
        })
    });
    let head = |name: &'static str, class: &'static str| {
        view! { <th scope="col" role="columnheader" class=class>{name}</th> }
    };
    view! {
        <div class="table-scroll" tabindex="0" role="region" aria-label=words.queues>
            <table class="data" role="table">
                <caption class="sr-only">{words.queues}</caption>
                <thead role="rowgroup">
                    <tr role="row">
                        {head(words.queue, "")} {head(words.state_head, "")} {head(words.due, "right")}
                        {head(words.running, "right")} {head(words.later, "right")} {head(words.discarded, "right")}
                        {head(words.lag, "right")} <td role="cell"></td>
                    </tr>
                </thead>
                <tbody role="rowgroup">
                    <For each=move || names.get() key=|name| *name let:name><Row queues name/></For>
                </tbody>
            </table>
        </div>
    }
}

#[component]
fn Row(queues: Signal<QueueList>, name: QueueName) -> impl IntoView {
    let (router, words) = (use_router(), &text().jobs);
    let queue = Memo::new(move |_| {
        queues.with(|list| list.items.iter().find(|queue| queue.name == name).cloned())
    });
    let of = move |read: fn(&Queue) -> String| {
        move || queue.with(|queue| queue.as_ref().map(read).unwrap_or_default())
    };
    let jobs = move || router.href_with("/jobs", &Query::new().and("queue", name.as_str()));
    let discarded = move || {
        let number = queue.with(|queue| queue.as_ref().map_or(0, |queue| queue.discarded));
        let query = Query::new()
            .and("queue", name.as_str())
            .and("state", "discarded");
        match number {
            0 => count(0).into_any(),
            number => view! {
                <a class="link tone-bad font-medium" href=router.href_with("/jobs", &query)>
                    {count(number)} <span class="sr-only">" " {words.discarded}</span>
                </a>
            }
            .into_any(),
        }
    };
    let cell = |head: &'static str, figure: AnyView| {
        view! { <td role="cell" class="right" data-label=head>{figure}</td> }
    };
    // On a narrow screen seven queues of nothing but zeros would hide the jobs below them.
    let quiet_cell = move |head: &'static str, figure: AnyView, nothing: fn(&Queue) -> bool| {
        let quiet = move || {
            queue
                .with(|queue| queue.as_ref().is_none_or(nothing))
                .to_string()
        };
        view! { <td role="cell" class="right" data-label=head data-quiet=quiet>{figure}</td> }
    };
    view! {
        <tr role="row">
            <td role="cell" data-label=words.queue>
                <a class="link" href=jobs>{(words.queue_name)(name)}</a>
            </td>
            <td role="cell" data-label=words.state_head><State queue/></td>
            {cell(words.due, of(|queue| count(queue.due)).into_any())}
            {cell(words.running, of(|queue| {
                (text().jobs.running_of)(&count(queue.running), &count(i64::from(queue.concurrency)))
            }).into_any())}
            {quiet_cell(words.later, of(|queue| count(queue.later)).into_any(), |queue| queue.later == 0)}
            {quiet_cell(words.discarded, discarded.into_any(), |queue| queue.discarded == 0)}
            {quiet_cell(words.lag, of(lag).into_any(), |queue| queue.due == 0)}
            <td role="cell" class="right"><Switch queue name/></td>
        </tr>
    }
}

/// How long the longest waits already.
fn lag(queue: &Queue) -> String {
    match queue.due {
        0 => NONE.to_owned(),
        _ => duration(TimeDelta::seconds(queue.lag_seconds as i64)),
    }
}

#[component]
fn State(queue: Memo<Option<Queue>>) -> impl IntoView {
    let words = &text().jobs;
    let paused = Memo::new(move |_| {
        queue.with(|queue| {
            let queue = queue.as_ref()?;
            Some((queue.paused_at?, queue.paused_by.clone()))
        })
    });
    move || match paused.get() {
        None => tag(Tone::Good, words.open),
        Some((at, by)) => view! {
            <span class="flex flex-wrap items-center gap-x-2">
                {tag(Tone::Watch, words.paused)}
                <span class="text-xs text-muted">
                    <TimeText at/> {by.map(|by| view! { ", " {user_words(&by)} })}
                </span>
            </span>
        }
        .into_any(),
    }
}

/// Pauses the queue, or lets it go on.
#[component]
fn Switch(queue: Memo<Option<Queue>>, name: QueueName) -> impl IntoView {
    let (api, session, toasts) = (use_api(), use_session(), use_toasts());
    let (desk, words) = (expect_context::<Desk>(), &text().jobs);
    let paused = Memo::new(move |_| {
        queue.with(|queue| {
            queue
                .as_ref()
                .is_some_and(|queue| queue.paused_at.is_some())
        })
    });
    let submit = Submit::new(
        move |pause: bool| async move {
            match pause {
                true => api.pause_queue(name).await,
                false => api.resume_queue(name).await,
            }
        },
        move |_| desk.touch(),
    );
    Effect::new(move |_| {
        if let Some(error) = submit.error.get() {
            desk.touch();
            toasts.show_error(&error);
        }
    });
    let label = move || match paused.get() {
        true => words.resume,
        false => words.pause,
    };
    view! {
        <Show when=move || session.may(Permission::JobsWrite)>
            <button
                type="button"
                class="btn btn-xs"
                aria-label=move || format!("{}: {}", label(), (words.queue_name)(name))
                disabled=move || submit.pending.get()
                on:click=move |_| submit.run(!paused.get_untracked())
            >
                {label}
            </button>
        </Show>
    }
}
