//! The list of reports.

use leptos::prelude::*;
use viral_engine_api_types::permissions::Permission;
use viral_engine_api_types::reports::{Report, ReportStatus, ReportType};

use super::change::{change_note, note_view};
use super::generate::GenerateDialog;
use super::subscriptions::Subscriptions;
use super::{period, status_tag};
use crate::api::use_api;
use crate::components::dialog::open_by_address;
use crate::components::{
    Column, EmptyList, FilterBar, FilterSelect, InfoTip, Metric, ServerTable, TimeText,
};
use crate::format::number::NONE;
use crate::format::{count, decimal, score};
use crate::i18n::text;
use crate::pulse::quick_while;
use crate::remote::Remote;
use crate::router::use_router;
use crate::session::use_session;

/// Filters of the address that the API knows too.
const FILTERS: [&str; 2] = ["type", "cursor"];

/// The page.
pub fn view() -> AnyView {
    let (api, router, session) = (use_api(), use_router(), use_session());
    let texts = &text().reports;
    let reports = Remote::new(
        move || router.query.with(|query| query.only(&FILTERS)),
        move |query| async move { api.list_reports(&query).await },
    );
    let waits = move || {
        reports.data.with(|page| {
            let waits = |report: &Report| report.status == ReportStatus::Generating;
            page.as_ref()
                .is_some_and(|page| page.items.iter().any(waits))
        })
    };
    let beat = quick_while(waits);
    let reports = reports.reload_on(move || beat.get());
    let generating = RwSignal::new(false);
    open_by_address(generating);
    let metric = Signal::derive(|| {
        Metric::new(text().pages.reports.title, text().reports.help).docs("reports/list_reports")
    });
    view! {
        <Show when=move || session.may(Permission::ReportsWrite)>
            <button type="button" class="btn btn-primary self-start" on:click=move |_| generating.set(true)>
                {texts.generate}
            </button>
        </Show>
        <Filters/>
        <ServerTable
            name="reports"
            title=text().pages.reports.title
            remote=reports
            columns=columns()
            key=|report| format!("{}{:?}", report.id, report.status)
            address=|report, router| router.href(&format!("/reports/{}", report.id))
            aside=move || view! { <InfoTip metric/> }
            empty=|| {
                let words = &text().reports;
                let none = (words.empty_title, words.empty_detail);
                let none_match = (words.none_match_title, words.none_match_detail);
                view! { <EmptyList filters=&FILTERS none none_match/> }
            }
        />
        <Subscriptions/>
        <GenerateDialog open=generating/>
    }
    .into_any()
}

#[component]
fn Filters() -> impl IntoView {
    let texts = &text().reports;
    let kind = |value: &str| {
        let known = ReportType::ALL
            .into_iter()
            .find(|kind| kind.as_str() == value);
        known.map_or_else(
            || value.to_owned(),
            |kind| (text().reports.kind)(kind).to_owned(),
        )
    };
    view! {
        <FilterBar named=vec![("type", texts.kind_head, kind)]>
            <FilterSelect
                parameter="type"
                label=texts.kind_head
                choices=ReportType::ALL.map(|kind| (kind.as_str(), (texts.kind)(kind))).to_vec()
            />
        </FilterBar>
    }
}

fn columns() -> Vec<Column<Report>> {
    let texts = &text().reports;
    vec![
        Column::<Report>::new(
            "period",
            texts.days,
            |r| period(r).into_any(),
            |r| format!("{}/{}", r.report_period_start, r.report_period_end),
        )
        .sorted(|a, b| a.report_period_start.cmp(&b.report_period_start)),
        Column::<Report>::new(
            "type",
            texts.kind_head,
            |r| (text().reports.kind)(r.report_type).into_any(),
            |r| r.report_type.as_str().to_owned(),
        )
        .sorted(|a, b| a.report_type.as_str().cmp(b.report_type.as_str())),
        Column::<Report>::new(
            "status",
            texts.status_head,
            |r| status_tag(r.status),
            |r| (text().reports.status)(r.status).to_owned(),
        ),
        Column::<Report>::figures(
            "k_factor",
            texts.k_factor,
            |r| shown(r.k_factor, |k| decimal(k, 3)).into_any(),
            |r| plain(r.k_factor),
        )
        .sorted(|a, b| order(a.k_factor, b.k_factor)),
        Column::<Report>::new(
            "k_factor_change_pct",
            texts.change,
            |r| note_view(change_note(r.k_factor_trend, r.k_factor_change_pct)),
            |r| plain(r.k_factor_change_pct),
        )
        .sorted(|a, b| order(a.k_factor_change_pct, b.k_factor_change_pct)),
        Column::<Report>::figures(
            "total_conversions",
            texts.conversions,
            |r| shown(r.total_conversions, count).into_any(),
            |r| plain(r.total_conversions),
        )
        .sorted(|a, b| a.total_conversions.cmp(&b.total_conversions)),
        Column::<Report>::figures(
            "health_score",
            texts.health,
            |r| shown(r.health_score, score).into_any(),
            |r| plain(r.health_score),
        )
        .sorted(|a, b| order(a.health_score, b.health_score)),
        Column::<Report>::new(
            "created_at",
            texts.created,
            |r| view! { <TimeText at=r.created_at/> }.into_any(),
            |r| r.created_at.to_rfc3339(),
        )
        .sorted(|a, b| a.created_at.cmp(&b.created_at)),
    ]
}

fn shown<T>(figure: Option<T>, words: fn(T) -> String) -> String {
    figure.map_or_else(|| NONE.to_owned(), words)
}

fn plain<T: ToString>(figure: Option<T>) -> String {
    figure.map(|figure| figure.to_string()).unwrap_or_default()
}

/// Reports without the figure come first.
fn order(a: Option<f64>, b: Option<f64>) -> std::cmp::Ordering {
    let value = |figure: Option<f64>| figure.unwrap_or(f64::NEG_INFINITY);
    value(a).total_cmp(&value(b))
}
