//! How far the recaps of a week are. Which job makes them stands in the address, so that one can leave and come back.

use leptos::prelude::*;
use viral_engine_api_types::JobId;
use viral_engine_api_types::jobs::{JobDetails, JobState};
use viral_engine_api_types::permissions::Permission;

use crate::api::use_api;
use crate::components::Card;
use crate::format::count;
use crate::i18n::text;
use crate::pulse::quick_while;
use crate::remote::Remote;
use crate::router::{Visit, use_router};
use crate::session::use_session;

/// Parameter of the address that keeps the job.
pub const JOB: &str = "job";

/// The card, while the address names a job that the role may see. `made` grows as the job goes on.
#[component]
pub fn Generation(made: RwSignal<u32>) -> impl IntoView {
    let (router, session) = (use_router(), use_session());
    let wish = router.parameter(JOB);
    let job = Memo::new(move |_| {
        let may = session.may(Permission::JobsRead);
        wish.get()?.parse::<JobId>().ok().filter(|_| may)
    });
    move || job.get().map(|id| view! { <Progress id made/> })
}

#[component]
fn Progress(id: JobId, made: RwSignal<u32>) -> impl IntoView {
    let (api, router, words) = (use_api(), use_router(), &text().recaps);
    let remote = Remote::new(|| (), move |()| async move { api.get_job(id).await });
    let alive =
        |details: &JobDetails| matches!(details.job.state, JobState::Waiting | JobState::Running);
    let beat = quick_while(move || {
        remote
            .data
            .with(|details| details.as_ref().is_some_and(alive))
    });
    let remote = remote.reload_on(move || beat.get());
    Effect::new(move |before: Option<()>| {
        remote.data.track();
        if before.is_some() {
            made.update(|made| *made += 1);
        }
    });
    let bar = move || {
        let progress = remote.data.with(|details| details.as_ref()?.job.progress);
        let total = progress.and_then(|progress| progress.total);
        view! {
            <progress
                class="progress progress-primary w-full"
                aria-label=words.generating
                max=total.map(|total| total.max(1).to_string())
                value=total.and(progress).map(|progress| progress.done.to_string())
            ></progress>
        }
    };
    let said = move || {
        remote.data.with(|details| {
            let job = &details.as_ref()?.job;
            let done = job
                .progress
                .map(|progress| progress.done)
                .unwrap_or_default();
            Some(
                match (job.state, job.progress.and_then(|progress| progress.total)) {
                    (JobState::Succeeded, _) => (words.generated)(done),
                    (JobState::Discarded | JobState::Cancelled, _) => {
                        words.not_generated.to_owned()
                    }
                    (_, Some(total)) => (words.parents_of)(&count(done), &count(total)),
                    (_, None) => words.generating.to_owned(),
                },
            )
        })
    };
    let is_alive = Memo::new(move |_| {
        remote
            .data
            .with(|details| details.as_ref().is_none_or(alive))
    });
    let href = move || router.href(&format!("/jobs/{id}"));
    view! {
        <Card title=words.generation>
            <div class="flex flex-col gap-2">
                <Show when=move || is_alive.get()>{bar}</Show>
                <p class="num" role="status">{said}</p>
                <div class="flex flex-wrap items-center gap-3">
                    <a class="link" href=href>{words.see_job}</a>
                    <Show when=move || !is_alive.get()>
                        <button type="button" class="btn btn-ghost btn-xs" on:click=move |_| router.set(&[(JOB, None)], Visit::Replace)>
                            {text().actions.close}
                        </button>
                    </Show>
                </div>
            </div>
        </Card>
    }
}
