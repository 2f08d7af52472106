//! One report: being computed, failed, or with all it says.

use leptos::prelude::*;
use viral_engine_api_types::reports::{Report, ReportDeliveryStatus, ReportFormat, ReportStatus};
use viral_engine_api_types::{ErrorCode, ReportId};

use super::changes::Changes;
use super::charts::{KChart, Loops, Referrers, Sentences};
use super::deliver::Delivery;
use super::figures::Figures;
use super::progress::{Failure, Progress};
use super::{period, status_tag};
use crate::api::reports::report_file;
use crate::api::use_api;
use crate::components::{Icon, RemoteView, TimeText, icon};
use crate::i18n::text;
use crate::pages::not_found;
use crate::pulse::quick_while;
use crate::remote::Remote;
use crate::router::{use_params, use_router};

/// The page.
pub fn view() -> AnyView {
    // Going from one report to another keeps the page and changes its address.
    let params = use_params();
    let id =
        Memo::new(move |_| params.with(|params| params.get("id").and_then(|id| id.parse().ok())));
    let shown = move || match id.get() {
        Some(id) => view! { <Detail id/> }.into_any(),
        None => not_found::view(),
    };
    shown.into_any()
}

#[component]
fn Detail(id: ReportId) -> impl IntoView {
    let api = use_api();
    let remote = Remote::new(|| (), move |()| async move { api.get_report(id).await });
    let waits = move || {
        remote
            .data
            .with(|report| report.as_ref().is_some_and(is_under_way))
    };
    let beat = quick_while(waits);
    let remote = remote.reload_on(move || beat.get());
    let unknown = Memo::new(move |_| {
        let error = remote.error.get();
        error.is_some_and(|error| error.code() == Some(ErrorCode::NotFound))
    });
    let there = move || {
        view! {
            <RemoteView remote name=text().pages.report.title lines=10 let:report>
                <Everything report remote beat/>
            </RemoteView>
        }
    };
    move || match unknown.get() {
        true => not_found::view(),
        false => there().into_any(),
    }
}

#[component]
fn Everything(
    report: Signal<Report>,
    remote: Remote<Report>,
    beat: ReadSignal<u32>,
) -> impl IntoView {
    let status = Memo::new(move |_| report.with(|report| report.status));
    let content = move || match status.get() {
        ReportStatus::Generating => view! { <Progress report beat/> }.into_any(),
        ReportStatus::Failed => view! { <Failure report=report.get_untracked()/> }.into_any(),
        ReportStatus::Ready => ready(report, remote),
    };
    view! {
        <Head report status/>
        {content}
    }
}

/// What the report is about, and the ways to take it along.
#[component]
fn Head(report: Signal<Report>, status: Memo<ReportStatus>) -> impl IntoView {
    let (router, words) = (use_router(), &text().reports);
    let facts = move || {
        let report = report.get();
        let created = report.created_at;
        view! {
            <span class="text-lg font-semibold">{period(&report)}</span>
            {status_tag(status.get())}
            <span class="text-muted">
                {(words.kind)(report.report_type)} " · " {report.time_zone.clone()} " · "
                {words.asked_for} " " <TimeText at=created/>
            </span>
        }
    };
    let files = move || {
        let id = report.with_untracked(|report| report.id);
        let file = move |format: ReportFormat| {
            view! {
                <a class="btn btn-sm" href=report_file(id, format) download="">
                    {icon(Icon::Download)} {format.as_str().to_uppercase()}
                </a>
            }
        };
        (status.get() == ReportStatus::Ready).then(|| {
            view! {
                <span class="flex flex-wrap gap-2" role="group" aria-label=words.save_as>
                    {ReportFormat::ALL.map(file)}
                </span>
            }
        })
    };
    view! {
        <a class="link self-start" href=move || router.href("/reports")>{words.to_list}</a>
        <div class="flex flex-wrap items-center gap-x-3 gap-y-2">
            {facts}
            <span class="flex-1"></span>
            {files}
        </div>
    }
}

/// Whether it is being computed, or its emails are on their way.
fn is_under_way(report: &Report) -> bool {
    report.status == ReportStatus::Generating
        || report.delivery_status == Some(ReportDeliveryStatus::Queued)
}

/// The figures of a report that is ready never change, so that only its delivery follows the signal.
fn ready(shown: Signal<Report>, remote: Remote<Report>) -> AnyView {
    let words = &text().reports;
    let report = shown.get_untracked();
    let id = report.id;
    view! {
        <Figures report=report.clone()/>
        <div class="grid gap-4 items-start xl:grid-cols-2">
            <Sentences title=words.insights sentences=report.insights.clone().unwrap_or_default()/>
            <Sentences title=words.recommendations sentences=report.recommendations.clone().unwrap_or_default()/>
        </div>
        <KChart report=report.clone()/>
        <Loops loops=report.loop_performance.clone().unwrap_or_default()/>
        <Referrers referrers=report.top_referrers.unwrap_or_default()/>
        <div class="grid gap-4 items-start xl:grid-cols-2">
            <Delivery report=shown remote/>
            <Changes id/>
        </div>
    }
    .into_any()
}
