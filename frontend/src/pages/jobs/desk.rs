//! What an operator does with jobs: try again, cancel, delete. The page stands inside the desk, so that there is one
//! dialog, wherever its button is.

use leptos::prelude::*;
use viral_engine_api_types::JobId;
use viral_engine_api_types::jobs::{Job, JobState};
use viral_engine_api_types::permissions::Permission;

use crate::api::use_api;
use crate::components::{ConfirmDialog, Submit, Tone, use_toasts};
use crate::i18n::text;
use crate::session::use_session;

/// What is done with jobs on this page.
#[derive(Clone, Copy)]
pub struct Desk {
    /// Grows when a job or a queue was changed here.
    pub changed: RwSignal<u32>,
    deleting: RwSignal<Option<Job>>,
    retry: Submit<JobId, ()>,
    cancel: Submit<JobId, ()>,
}

impl Desk {
    /// What was changed is to be read again.
    pub fn touch(&self) {
        self.changed.update(|changed| *changed += 1);
    }
}

/// Room for what shows jobs. `gone` is called when a job was deleted.
#[component]
pub fn JobDesk(gone: Callback<()>, children: Children) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let words = &text().jobs;
    let (changed, deleting) = (RwSignal::new(0), RwSignal::new(None::<Job>));
    let done = move |message: &'static str| {
        changed.update(|changed| *changed += 1);
        toasts.show(Tone::Good, message);
    };
    let retry = Submit::new(
        move |id: JobId| async move { api.retry_job(id).await.map(drop) },
        move |()| done(words.retried),
    );
    let cancel = Submit::new(
        move |id: JobId| async move { api.cancel_job(id).await.map(drop) },
        move |()| done(words.cancel_asked),
    );
    let delete = Submit::new(
        move |()| async move {
            match deleting.with_untracked(|job| job.as_ref().map(|job| job.id)) {
                Some(id) => api.delete_job(id).await,
                None => Ok(()),
            }
        },
        move |()| {
            deleting.set(None);
            gone.run(());
            done(words.deleted);
        },
    );
    for submit in [retry, cancel] {
        Effect::new(move |_| {
            if let Some(error) = submit.error.get() {
                // It may be over, or deleted, by now: what is shown was older than it.
                changed.update(|changed| *changed += 1);
                toasts.show_error(&error);
            }
        });
    }
    provide_context(Desk {
        changed,
        deleting,
        retry,
        cancel,
    });
    let kind = Signal::derive(move || {
        deleting.with(|job| job.as_ref().map(|job| job.kind.clone()).unwrap_or_default())
    });
    view! {
        {children()}
        <ConfirmDialog
            open=Signal::derive(move || deleting.with(Option::is_some))
            on_close=Callback::new(move |()| deleting.set(None))
            title=Signal::derive(move || (words.delete_title)(&kind.get()))
            consequence=words.delete_help.to_owned()
            word=kind
            action=words.delete
            submit=delete
        />
    }
}

/// The buttons of a job, as far as the role and the job's life allow.
pub fn job_controls(job: &Job) -> AnyView {
    let (desk, session) = (expect_context::<Desk>(), use_session());
    let words = &text().jobs;
    let (id, state) = (job.id, job.state);
    let over = matches!(state, JobState::Discarded | JobState::Cancelled);
    let alive = matches!(state, JobState::Waiting | JobState::Running) && !job.cancel_requested;
    let named = |deed: &str| format!("{deed}: {}", job.kind);
    let labels = StoredValue::new((named(words.retry), named(words.cancel), named(words.delete)));
    let job = StoredValue::new(job.clone());
    let retry = move || {
        over.then(|| {
            view! {
                <button
                    type="button"
                    class="btn btn-xs"
                    aria-label=labels.with_value(|labels| labels.0.clone())
                    disabled=move || desk.retry.pending.get()
                    on:click=move |_| desk.retry.run(id)
                >
                    {words.retry}
                </button>
            }
        })
    };
    let cancel = move || {
        alive.then(|| {
            view! {
                <button
                    type="button"
                    class="btn btn-ghost btn-xs"
                    aria-label=labels.with_value(|labels| labels.1.clone())
                    disabled=move || desk.cancel.pending.get()
                    on:click=move |_| desk.cancel.run(id)
                >
                    {words.cancel}
                </button>
            }
        })
    };
    let delete = move || {
        (state == JobState::Discarded).then(|| {
            view! {
                <button
                    type="button"
                    class="btn btn-ghost btn-xs"
                    aria-label=labels.with_value(|labels| labels.2.clone())
                    on:click=move |_| desk.deleting.set(Some(job.get_value()))
                >
                    {words.delete}
                </button>
            }
        })
    };
    view! { <Show when=move || session.may(Permission::JobsWrite)>{retry} {cancel} {delete}</Show> }
        .into_any()
}
