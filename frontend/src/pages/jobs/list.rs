//! Every job there is, with filters in the address.

use leptos::prelude::*;
use viral_engine_api_types::jobs::{Job, JobState, QueueName};

use super::desk::{Desk, job_controls};
use super::{progress_words, state_tag};
use crate::api::use_api;
use crate::components::{
    Column, EmptyList, FilterBar, FilterSelect, FilterText, InfoTip, Metric, ServerTable, TimeText,
};
use crate::format::number::NONE;
use crate::i18n::text;
use crate::pulse::steady;
use crate::remote::Remote;
use crate::router::use_router;

/// Filters of the address that the API knows too.
const FILTERS: [&str; 4] = ["queue", "state", "kind", "cursor"];

/// The table with its filters.
#[component]
pub fn JobTable() -> impl IntoView {
    let (api, router, desk) = (use_api(), use_router(), expect_context::<Desk>());
    let beat = steady();
    let remote = Remote::new(
        move || router.query.with(|query| query.only(&FILTERS)),
        move |query| async move { api.list_jobs(&query).await },
    )
    .reload_on(move || (beat.get(), desk.changed.get()));
    let metric =
        Signal::stored(Metric::new(text().jobs.jobs, text().jobs.jobs_help).docs("jobs/list_jobs"));
    view! {
        <Filters/>
        <ServerTable
            name="jobs"
            title=text().jobs.jobs
            remote
            columns=columns()
            key=|job| format!("{}{:?}{}{}{:?}", job.id, job.state, job.attempt, job.cancel_requested, job.progress)
            address=|job, router| router.query.get().on(&format!("/jobs/{}", job.id))
            controls=job_controls
            aside=move || view! { <InfoTip metric/> }
            empty=|| {
                let words = &text().jobs;
                let none = (words.empty_title, words.empty_detail);
                let none_match = (words.none_match_title, words.none_match_detail);
                view! { <EmptyList filters=&FILTERS none none_match/> }
            }
        />
    }
}

#[component]
fn Filters() -> impl IntoView {
    let words = &text().jobs;
    let queue = |value: &str| {
        let known = QueueName::ALL
            .into_iter()
            .find(|name| name.as_str() == value);
        known.map_or_else(
            || value.to_owned(),
            |name| (text().jobs.queue_name)(name).to_owned(),
        )
    };
    let state = |value: &str| {
        let known = JobState::ALL
            .into_iter()
            .find(|state| state.as_str() == value);
        known.map_or_else(
            || value.to_owned(),
            |state| (text().jobs.state)(state).to_owned(),
        )
    };
    view! {
        <FilterBar named=vec![
            ("queue", words.queue, queue),
            ("state", words.state_head, state),
            ("kind", words.kind, str::to_owned),
        ]>
            <FilterSelect
                parameter="queue"
                label=words.queue
                choices=QueueName::ALL.map(|name| (name.as_str(), (words.queue_name)(name))).to_vec()
            />
            <FilterSelect
                parameter="state"
                label=words.state_head
                choices=JobState::ALL.map(|state| (state.as_str(), (words.state)(state))).to_vec()
            />
            <FilterText parameter="kind" label=words.kind/>
        </FilterBar>
    }
}

fn columns() -> Vec<Column<Job>> {
    let words = &text().jobs;
    vec![
        Column::<Job>::new(
            "kind",
            words.kind,
            |job| view! { <code>{job.kind.clone()}</code> }.into_any(),
            |job| job.kind.clone(),
        )
        .sorted(|a, b| a.kind.cmp(&b.kind)),
        Column::<Job>::new(
            "queue",
            words.queue,
            |job| (text().jobs.queue_name)(job.queue).into_any(),
            |job| job.queue.as_str().to_owned(),
        )
        .sorted(|a, b| a.queue.as_str().cmp(b.queue.as_str())),
        Column::<Job>::new("state", words.state_head, state_tag, |job| {
            job.state.as_str().to_owned()
        })
        .sorted(|a, b| a.state.as_str().cmp(b.state.as_str())),
        Column::<Job>::figures(
            "attempt",
            words.attempts,
            |job| (text().jobs.attempt_of)(job.attempt, job.max_attempts).into_any(),
            |job| job.attempt.to_string(),
        )
        .sorted(|a, b| a.attempt.cmp(&b.attempt)),
        Column::<Job>::figures(
            "progress",
            words.progress,
            |job| {
                progress_words(job)
                    .unwrap_or_else(|| NONE.to_owned())
                    .into_any()
            },
            |job| {
                job.progress
                    .map(|progress| progress.done.to_string())
                    .unwrap_or_default()
            },
        ),
        Column::<Job>::new(
            "run_at",
            words.due_at,
            |job| view! { <TimeText at=job.run_at/> }.into_any(),
            |job| job.run_at.to_rfc3339(),
        )
        .sorted(|a, b| a.run_at.cmp(&b.run_at)),
        Column::<Job>::new(
            "created_at",
            words.created,
            |job| view! { <TimeText at=job.created_at/> }.into_any(),
            |job| job.created_at.to_rfc3339(),
        )
        .sorted(|a, b| a.created_at.cmp(&b.created_at)),
    ]
}
