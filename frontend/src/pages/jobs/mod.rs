//! Jobs: the queues they wait in, all there are, and one of them in a drawer with everything that went wrong.

mod desk;
mod detail;
mod list;
mod queues;

use leptos::prelude::*;
use viral_engine_api_types::jobs::{Job, JobState};

use crate::components::{Drawer, Tone, tag};
use crate::format::count;
use crate::i18n::text;
use crate::router::{Visit, use_params, use_router};

use desk::JobDesk;
use detail::JobDetail;
use list::JobTable;
use queues::Queues;

/// The page.
pub fn view() -> AnyView {
    let (router, params) = (use_router(), use_params());
    let chosen = Memo::new(move |_| params.with(|params| params.get("id").map(str::to_owned)));
    let close = Callback::new(move |()| {
        if chosen.get_untracked().is_some() {
            router.go(&router.query.get_untracked().on("/jobs"), Visit::Push);
        }
    });
    view! {
        <JobDesk gone=close>
            <Queues/>
            <JobTable/>
            <Drawer
                open=Signal::derive(move || chosen.with(Option::is_some))
                on_close=close
                title=Signal::stored(text().jobs.detail_title.to_owned())
            >
                {move || chosen.get().map(|id| view! { <JobDetail id/> })}
            </Drawer>
        </JobDesk>
    }
    .into_any()
}

/// Where a job is in its life.
fn state_tag(job: &Job) -> AnyView {
    let words = &text().jobs;
    let tone = match job.state {
        JobState::Waiting => Tone::Neutral,
        JobState::Running => Tone::Info,
        JobState::Succeeded => Tone::Good,
        JobState::Discarded => Tone::Bad,
        JobState::Cancelled => Tone::Watch,
    };
    match job.cancel_requested && job.state == JobState::Running {
        true => tag(Tone::Watch, words.cancelling),
        false => tag(tone, (words.state)(job.state)),
    }
}

/// How much is done, in words; none for a job that does not say.
fn progress_words(job: &Job) -> Option<String> {
    let progress = job.progress?;
    Some(match progress.total {
        Some(total) => (text().jobs.done_of)(&count(progress.done), &count(total)),
        None => (text().jobs.done)(progress.done),
    })
}
