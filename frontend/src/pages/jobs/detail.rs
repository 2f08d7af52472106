//! One job: where it is, how far, what it is about, and what went wrong in each attempt.

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use viral_engine_api_types::JobId;
use viral_engine_api_types::jobs::{Job, JobDetails, JobError, JobState};

use super::desk::{Desk, job_controls};
use super::{progress_words, state_tag};
use crate::api::use_api;
use crate::browser::intl::Shape;
use crate::components::{RemoteView, TimeText, empty::Empty, user_words};
use crate::format::name::visible;
use crate::i18n::text;
use crate::pulse::quick_while;
use crate::remote::Remote;
use crate::view::use_view;

/// The job with an id.
#[component]
pub fn JobDetail(id: String) -> impl IntoView {
    let (api, desk) = (use_api(), expect_context::<Desk>());
    let Ok(id) = id.parse::<JobId>() else {
        let frame = &text().frame;
        return view! { <Empty title=frame.not_found_title detail=frame.not_found_detail/> }
            .into_any();
    };
    let remote = Remote::new(move || id, move |id| async move { api.get_job(id).await });
    let alive = move || {
        remote.data.with(|details| {
            details.as_ref().is_some_and(|details| {
                matches!(details.job.state, JobState::Waiting | JobState::Running)
            })
        })
    };
    let beat = quick_while(alive);
    let remote = remote.reload_on(move || (beat.get(), desk.changed.get()));
    view! {
        <RemoteView remote name=text().jobs.detail_title let:details>
            {move || detail(&details.get())}
        </RemoteView>
    }
    .into_any()
}

fn detail(details: &JobDetails) -> AnyView {
    let (job, words) = (&details.job, &text().jobs);
    let payload = serde_json::to_string_pretty(&job.payload).unwrap_or_default();
    let payload = payload.lines().map(visible).collect::<Vec<_>>().join("\n");
    view! {
        <div class="flex flex-wrap items-center gap-2">
            <code class="text-base font-semibold">{job.kind.clone()}</code>
            {state_tag(job)}
            <span class="text-muted">{(words.queue_name)(job.queue)} " · " {(words.priority)(job.priority)}</span>
        </div>
        {progress(job)}
        <div class="flex flex-wrap items-center gap-2 empty:hidden">{job_controls(job)}</div>
        <section>
            <h3 class="mb-2">{words.life}</h3>
            <dl class="facts">{life(job)}</dl>
        </section>
        <section>
            <h3 class="mb-2">{words.errors}</h3>
            {errors(&details.errors)}
        </section>
        <section>
            <h3 class="mb-2">{words.payload}</h3>
            <pre class="code-line" tabindex="0" aria-label=words.payload><code>{payload}</code></pre>
        </section>
    }
    .into_any()
}

fn progress(job: &Job) -> Option<AnyView> {
    let words = progress_words(job)?;
    let progress = job.progress?;
    let label = words.clone();
    Some(
        view! {
            <div class="flex flex-col gap-1">
                <progress
                    class="progress progress-primary w-full"
                    aria-label=label
                    max=progress.total.map(|total| total.max(1).to_string())
                    value=progress.total.map(|_| progress.done.to_string())
                ></progress>
                <p class="text-muted num">{words}</p>
            </div>
        }
        .into_any(),
    )
}

fn life(job: &Job) -> impl IntoView + use<> {
    let words = &text().jobs;
    let time = |name: &'static str, at: Option<DateTime<Utc>>| {
        at.map(|at| view! { <dt>{name}</dt> <dd>{both(at)}</dd> })
    };
    let worker = job
        .worker
        .map(|worker| view! { <dt>{words.worker}</dt> <dd><code>{worker.to_string()}</code></dd> });
    view! {
        <dt>{words.id}</dt> <dd><code>{job.id.to_string()}</code></dd>
        <dt>{words.attempts}</dt> <dd class="num">{(words.attempt_of)(job.attempt, job.max_attempts)}</dd>
        {time(words.created, Some(job.created_at))}
        {time(words.due_at, Some(job.run_at))}
        {time(words.started, job.started_at)}
        {time(words.finished, job.finished_at)}
        {worker}
    }
}

/// In words, and exactly.
fn both(at: DateTime<Utc>) -> AnyView {
    let view = use_view();
    view! { <TimeText at/> " " <span class="text-muted num">{move || view.time(at, Shape::Exact)}</span> }
        .into_any()
}

fn errors(errors: &[JobError]) -> AnyView {
    let words = &text().jobs;
    if errors.is_empty() {
        return view! { <p class="text-muted">{words.no_errors}</p> }.into_any();
    }
    let error = |error: &JobError| {
        let at = error.at;
        view! {
            <li>
                <p class="font-medium">{(words.attempt_failed)(error.attempt)} " · " <TimeText at/></p>
                <p class="break-words whitespace-pre-wrap">{user_words(&error.message)}</p>
            </li>
        }
    };
    view! { <ol class="life">{errors.iter().map(error).collect_view()}</ol> }.into_any()
}
