//! A report that is not there yet: how long it takes already, or why it will not come.

use chrono::TimeDelta;
use leptos::prelude::*;
use viral_engine_api_types::permissions::Permission;
use viral_engine_api_types::reports::{CreateReport, Report, ReportType};

use crate::api::use_api;
use crate::browser::now;
use crate::components::{Icon, Submit, error_panel, icon};
use crate::format::time::duration;
use crate::i18n::text;
use crate::router::{Query, use_router};
use crate::session::use_session;

/// Longer than this something is in the way: the queue is paused, or no worker runs.
const USUAL: TimeDelta = TimeDelta::seconds(30);

/// While it is being computed; `beat` says when to look at the clock.
#[component]
pub fn Progress(report: Signal<Report>, beat: ReadSignal<u32>) -> impl IntoView {
    let words = &text().reports;
    let since = move || {
        beat.track();
        now() - report.with(|report| report.created_at)
    };
    let late = Memo::new(move |_| since() > USUAL);
    view! {
        <section class="card-box">
            <div class="card-body flex flex-col gap-3" role="status">
                <p class="font-semibold">{words.computing}</p>
                <progress class="progress progress-primary w-full" aria-label=words.computing></progress>
                <p class="text-muted">{move || (words.computing_since)(&duration(since()))}</p>
                <Show when=move || late.get()>
                    <p class="tone-watch">{words.computing_late}</p>
                    <JobsLink/>
                </Show>
            </div>
        </section>
    }
}

/// Why it failed, and another try over the same days.
#[component]
pub fn Failure(report: Report) -> impl IntoView {
    let (api, router, session) = (use_api(), use_router(), use_session());
    let words = &text().reports;
    // A week or a month is asked for by its days, as that of today may be another by now.
    let again = CreateReport {
        report_type: ReportType::Custom,
        from: Some(report.report_period_start),
        to: Some(report.report_period_end),
        time_zone: Some(report.time_zone.clone()),
    };
    let submit = Submit::new(
        move |report: CreateReport| async move { api.create_report(&report).await },
        move |report: Report| router.go_to(&format!("/reports/{}", report.id)),
    );
    let again = StoredValue::new(again);
    view! {
        <div class="notice" data-tone="bad" role="alert">
            <p class="font-semibold flex items-center gap-2">{icon(Icon::Alert)} {words.failed}</p>
            <p>{report.failure}</p>
            <div class="flex flex-wrap items-center gap-3">
                <Show when=move || session.may(Permission::ReportsWrite)>
                    <button
                        type="button"
                        class="btn btn-sm"
                        disabled=move || submit.pending.get()
                        on:click=move |_| submit.run(again.get_value())
                    >
                        {words.generate_again}
                    </button>
                </Show>
                <JobsLink/>
            </div>
            {move || submit.error.get().map(|error| error_panel(&error))}
        </div>
    }
}

/// To the jobs that compute reports, for who may see them.
#[component]
fn JobsLink() -> impl IntoView {
    let (router, session) = (use_router(), use_session());
    let href = move || router.href_with("/jobs", &Query::new().and("queue", "reports"));
    view! {
        <Show when=move || session.may(Permission::JobsRead)>
            <a class="link" href=href>{text().reports.see_jobs}</a>
        </Show>
    }
}
