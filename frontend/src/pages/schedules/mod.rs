//! Schedules: what is asked for by the clock, when it was last and will be next.

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use viral_engine_api_types::jobs::{JobDetails, Schedule};
use viral_engine_api_types::permissions::Permission;

use crate::api::use_api;
use crate::browser::intl::Shape;
use crate::components::{
    Column, DataTable, Empty, InfoTip, Metric, RemoteView, Submit, TimeText, Tone, tag, use_toasts,
};
use crate::format::number::NONE;
use crate::i18n::text;
use crate::pulse::steady;
use crate::remote::Remote;
use crate::router::use_router;
use crate::session::use_session;
use crate::view::use_view;

/// What is done with a schedule.
#[derive(Clone, Copy)]
enum Deed {
    Run,
    Pause,
    Resume,
}

/// What the rows ask the page for.
#[derive(Clone, Copy)]
struct Desk(Submit<(String, Deed), Option<JobDetails>>);

/// The page.
pub fn view() -> AnyView {
    let api = use_api();
    let beat = steady();
    let remote = Remote::new(|| (), move |()| async move { api.list_schedules().await })
        .reload_on(move || beat.get());
    let reload = Callback::new(move |()| remote.reload());
    provide_context(desk(reload));
    let metric = Signal::stored(
        Metric::new(text().pages.schedules.title, text().schedules.help)
            .docs("jobs/list_schedules"),
    );
    view! {
        <RemoteView remote name=text().pages.schedules.title lines=12 let:list>
            <DataTable
                name="schedules"
                title=text().pages.schedules.title
                top=true
                rows=Signal::derive(move || list.with(|list| list.items.clone()))
                columns=columns()
                key=|it| format!("{}{:?}{:?}{:?}", it.name, it.last_run_at, it.next_run_at, it.paused_at)
                find_parameter="find"
                controls
                aside=move || view! { <InfoTip metric/> }
                empty=|| view! { <Empty title=text().schedules.empty_title detail=text().schedules.empty_detail/> }
            />
        </RemoteView>
    }
    .into_any()
}

fn desk(reload: Callback<()>) -> Desk {
    let (api, toasts, words) = (use_api(), use_toasts(), &text().schedules);
    let submit = Submit::new(
        move |(name, deed): (String, Deed)| async move {
            match deed {
                Deed::Run => api.run_schedule(&name).await.map(Some),
                Deed::Pause => api.pause_schedule(&name).await.map(|_| None),
                Deed::Resume => api.resume_schedule(&name).await.map(|_| None),
            }
        },
        move |job: Option<JobDetails>| {
            reload.run(());
            if let Some(details) = job {
                toasts.show(Tone::Good, (words.enqueued)(&details.job.kind));
            }
        },
    );
    Effect::new(move |_| {
        if let Some(error) = submit.error.get() {
            reload.run(());
            toasts.show_error(&error);
        }
    });
    Desk(submit)
}

fn columns() -> Vec<Column<Schedule>> {
    let words = &text().schedules;
    vec![
        Column::<Schedule>::new("name", words.name, name, |it| it.name.clone())
            .sorted(|a, b| a.name.cmp(&b.name)),
        Column::<Schedule>::new(
            "cron",
            words.calendar,
            |it| {
                view! {
                    <span>
                        <code class="whitespace-nowrap">{it.cron.clone()}</code>
                        " "
                        <span class="text-xs text-muted">{it.time_zone.clone()}</span>
                    </span>
                }
                .into_any()
            },
            |it| format!("{} {}", it.cron, it.time_zone),
        ),
        Column::<Schedule>::new("last_run_at", words.last, last, |it| rfc(it.last_run_at))
            .sorted(|a, b| a.last_run_at.cmp(&b.last_run_at)),
        Column::<Schedule>::new("next_run_at", words.next, next, |it| rfc(it.next_run_at))
            .sorted(|a, b| a.next_run_at.cmp(&b.next_run_at)),
    ]
}

fn rfc(at: Option<DateTime<Utc>>) -> String {
    at.map(|at| at.to_rfc3339()).unwrap_or_default()
}

fn name(schedule: &Schedule) -> AnyView {
    view! {
        <span class="flex flex-col">
            <code>{schedule.name.clone()}</code>
            <span class="text-xs text-muted">{schedule.purpose.clone()}</span>
        </span>
    }
    .into_any()
}

/// In words and exactly, one under the other.
fn both(at: DateTime<Utc>) -> AnyView {
    let view = use_view();
    view! {
        <span class="flex flex-col">
            <TimeText at/>
            <span class="text-xs text-muted num whitespace-nowrap">{move || view.time(at, Shape::DayClock)}</span>
        </span>
    }
    .into_any()
}

/// The last slot, which leads to its job for who may see jobs.
fn last(schedule: &Schedule) -> AnyView {
    let router = use_router();
    let Some(at) = schedule.last_run_at else {
        return text().schedules.never.into_any();
    };
    match schedule.last_job_id {
        Some(id) => {
            let href = move || router.href(&format!("/jobs/{id}"));
            view! { <a class="link inline-block" href=href>{both(at)}</a> }.into_any()
        }
        None => both(at),
    }
}

fn next(schedule: &Schedule) -> AnyView {
    let words = &text().schedules;
    match (schedule.paused_at, schedule.next_run_at) {
        (Some(at), _) => {
            let by = schedule.paused_by.clone();
            view! {
                <span class="flex flex-col items-start">
                    {tag(Tone::Watch, words.paused)}
                    <span class="text-xs text-muted"><TimeText at/> {by.map(|by| format!(", {by}"))}</span>
                </span>
            }
            .into_any()
        }
        (None, Some(at)) => both(at),
        (None, None) => NONE.into_any(),
    }
}

fn controls(schedule: &Schedule) -> AnyView {
    let (session, Desk(submit)) = (use_session(), expect_context::<Desk>());
    let words = &text().schedules;
    let (toggle, deed) = match schedule.paused_at {
        Some(_) => (words.resume, Deed::Resume),
        None => (words.pause, Deed::Pause),
    };
    let schedule = StoredValue::new(schedule.name.clone());
    let button = move |word: &'static str, class: &'static str, deed: Deed| {
        view! {
            <button
                type="button"
                class=class
                aria-label=schedule.with_value(|name| format!("{word}: {name}"))
                disabled=move || submit.pending.get()
                on:click=move |_| submit.run((schedule.get_value(), deed))
            >
                {word}
            </button>
        }
    };
    view! {
        <Show when=move || session.may(Permission::JobsWrite)>
            {button(words.run, "btn btn-xs", Deed::Run)}
            {button(toggle, "btn btn-ghost btn-xs", deed)}
        </Show>
    }
    .into_any()
}
