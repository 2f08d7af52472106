//! Pictures of a report: K beside the periods before, and by loop.

use std::collections::BTreeMap;

use leptos::prelude::*;
use viral_engine_api_types::reports::{LoopPerformance, Report, TopReferrer};

use super::history::{PeriodK, history};
use crate::api::use_api;
use crate::browser::intl::{format_day, format_short_day};
use crate::charts::{Bar, ChartFigure, ChartTable, HorizontalBars, StackedBars, stacked};
use crate::components::{Card, Column, DataTable, Empty, InfoTip, Metric, user_text, user_words};
use crate::format::{count, decimal, percent};
use crate::i18n::text;
use crate::remote::Remote;
use crate::router::Query;

/// Decimal places of K.
const K_PLACES: usize = 3;
/// Reports that are looked through for the periods before.
const LOOKED_THROUGH: u32 = 50;

/// K of this report's period and of those before it.
#[component]
pub fn KChart(report: Report) -> impl IntoView {
    let (api, words) = (use_api(), &text().reports);
    let kind = report.report_type;
    let others = Remote::new(
        || (),
        move |()| async move {
            let query = Query::new()
                .and("type", kind.as_str())
                .and("limit", LOOKED_THROUGH);
            Ok(api.list_reports(&query).await?.items)
        },
    );
    let report = StoredValue::new(report);
    let periods = Memo::new(move |_| {
        let others = others.data.get().unwrap_or_default();
        report.with_value(|report| history(report, &others))
    });
    let columns = Signal::derive(move || {
        let column = |period: &PeriodK| stacked::Column {
            label: format_short_day(period.last),
            name: name_of(period),
            values: vec![(period.k * 10_f64.powf(K_PLACES as f64)).round() as i64],
        };
        periods.with(|periods| periods.iter().map(column).collect::<Vec<_>>())
    });
    let table = Signal::derive(move || {
        let row = |period: &PeriodK| vec![name_of(period), decimal(period.k, K_PLACES)];
        let plain = |period: &PeriodK| {
            vec![
                period.first.to_string(),
                period.last.to_string(),
                format!("{:.3}", period.k),
            ]
        };
        periods.with(|periods| ChartTable {
            head: vec![words.days.to_owned(), words.k_factor.to_owned()],
            rows: periods.iter().map(row).collect(),
            csv: periods.iter().map(plain).collect(),
        })
    });
    let metric =
        Signal::stored(Metric::new(words.k_factor, words.k_formula).docs("reports/get_report"));
    view! {
        <ChartFigure title=words.k_chart file="k-factor" metric table>
            <StackedBars label=words.k_chart_label.to_owned() series=vec![words.k_factor] columns places=K_PLACES/>
        </ChartFigure>
    }
}

fn name_of(period: &PeriodK) -> String {
    let days = format!(
        "{} – {}",
        format_short_day(period.first),
        format_day(period.last)
    );
    match period.derived {
        true => (text().reports.derived)(&days),
        false => days,
    }
}

type Loop = (String, LoopPerformance);

/// What came without a link has no source.
fn loop_name(source: &str) -> AnyView {
    match source {
        "" => text().reports.without_link.into_any(),
        source => user_text(source),
    }
}

/// Each loop's figures, as bars and as a table.
#[component]
pub fn Loops(loops: BTreeMap<String, LoopPerformance>) -> impl IntoView {
    let words = &text().reports;
    let mut loops: Vec<Loop> = loops.into_iter().collect();
    loops.sort_by(|(_, a), (_, b)| b.k_factor.total_cmp(&a.k_factor));
    let bar = |(source, figures): &Loop| Bar {
        name: match source.as_str() {
            "" => words.without_link.to_owned(),
            source => source.to_owned(),
        },
        value: figures.k_factor,
        shown: decimal(figures.k_factor, K_PLACES),
    };
    let bars = Signal::stored(loops.iter().map(bar).collect::<Vec<_>>());
    let metric = Metric::new(words.loops, words.loops_formula).docs("reports/get_report");
    let tip = Signal::stored(metric.clone());
    let pictured = (!loops.is_empty()).then(|| {
        view! { <Card title=words.k_by_loop metric=metric><HorizontalBars bars/></Card> }
    });
    view! {
        <div class="grid gap-4 items-start xl:grid-cols-3">
            <div class="xl:col-span-2 min-w-0">
                <DataTable
                    name="report-loops"
                    title=words.loops
                    rows=Signal::stored(loops)
                    columns=loop_columns()
                    key=|(source, _)| source.clone()
                    sort_parameter="loops"
                    aside=move || view! { <InfoTip metric=tip/> }
                    empty=|| view! { <Empty title=text().reports.no_loops detail=text().reports.no_loops_detail/> }
                />
            </div>
            {pictured}
        </div>
    }
}

fn loop_columns() -> Vec<Column<Loop>> {
    let words = &text().reports;
    vec![
        Column::<Loop>::new(
            "source",
            words.source,
            |(source, _)| loop_name(source),
            |(source, _)| source.clone(),
        )
        .sorted(|a, b| a.0.cmp(&b.0)),
        Column::<Loop>::figures(
            "invites",
            words.invites,
            |(_, it)| count(it.invites).into_any(),
            |(_, it)| it.invites.to_string(),
        )
        .sorted(|a, b| a.1.invites.cmp(&b.1.invites)),
        Column::<Loop>::figures(
            "conversions",
            words.conversions,
            |(_, it)| count(it.conversions).into_any(),
            |(_, it)| it.conversions.to_string(),
        )
        .sorted(|a, b| a.1.conversions.cmp(&b.1.conversions)),
        Column::<Loop>::figures(
            "k_factor",
            words.k_factor,
            |(_, it)| decimal(it.k_factor, K_PLACES).into_any(),
            |(_, it)| it.k_factor.to_string(),
        )
        .sorted(|a, b| a.1.k_factor.total_cmp(&b.1.k_factor)),
        Column::<Loop>::figures(
            "conversion_rate",
            words.rate,
            |(_, it)| percent(it.conversion_rate).into_any(),
            |(_, it)| it.conversion_rate.to_string(),
        )
        .sorted(|a, b| a.1.conversion_rate.total_cmp(&b.1.conversion_rate)),
    ]
}

/// Who brought most conversions.
#[component]
pub fn Referrers(referrers: Vec<TopReferrer>) -> impl IntoView {
    let words = &text().reports;
    let metric = Signal::stored(
        Metric::new(words.referrers, words.referrers_formula).docs("reports/get_report"),
    );
    view! {
        <DataTable
            name="report-referrers"
            title=words.referrers
            rows=Signal::stored(referrers)
            columns=referrer_columns()
            key=|referrer| referrer.referrer.clone()
            sort_parameter="referrers"
            aside=move || view! { <InfoTip metric/> }
            empty=|| view! { <Empty title=text().reports.no_referrers detail=text().reports.no_referrers_detail/> }
        />
    }
}

fn referrer_columns() -> Vec<Column<TopReferrer>> {
    let words = &text().reports;
    vec![
        Column::<TopReferrer>::new(
            "referrer",
            words.referrer,
            |it| user_text(&it.referrer),
            |it| it.referrer.clone(),
        )
        .sorted(|a, b| a.referrer.cmp(&b.referrer)),
        Column::<TopReferrer>::figures(
            "invites",
            words.invites,
            |it| count(it.invites).into_any(),
            |it| it.invites.to_string(),
        )
        .sorted(|a, b| a.invites.cmp(&b.invites)),
        Column::<TopReferrer>::figures(
            "conversions",
            words.conversions,
            |it| count(it.conversions).into_any(),
            |it| it.conversions.to_string(),
        )
        .sorted(|a, b| a.conversions.cmp(&b.conversions)),
        Column::<TopReferrer>::figures(
            "k_contribution",
            words.contribution,
            |it| decimal(it.k_contribution, K_PLACES).into_any(),
            |it| it.k_contribution.to_string(),
        )
        .sorted(|a, b| a.k_contribution.total_cmp(&b.k_contribution)),
        Column::<TopReferrer>::figures(
            "conversion_rate",
            words.rate,
            |it| percent(it.conversion_rate).into_any(),
            |it| it.conversion_rate.to_string(),
        )
        .sorted(|a, b| a.conversion_rate.total_cmp(&b.conversion_rate)),
    ]
}

/// Sentences, one under the other.
#[component]
pub fn Sentences(title: &'static str, sentences: Vec<String>) -> impl IntoView {
    let item = |sentence: String| view! { <li>{user_words(&sentence)}</li> };
    view! {
        <Card title=title>
            <ul class="list-disc pl-5 flex flex-col gap-2 max-w-prose">{sentences.into_iter().map(item).collect_view()}</ul>
        </Card>
    }
}
