//! Referrers who convert more than people do.

use std::cmp::Ordering;

use leptos::prelude::*;
use viral_engine_api_types::guardrails::{ConversionRateKind, ReferrerDay, ReferrerRate};

use super::{day, figures};
use crate::components::{Column, DataTable, Empty, InfoTip, Metric, Tone, tag, user_text};
use crate::format::number::percent_or_none;
use crate::format::{count, percent};
use crate::i18n::text;
use crate::pages::guardrails::events::Evidence;

/// The tab.
pub fn view() -> AnyView {
    let figures = figures();
    let words = &text().guardrails.conversions;
    let found =
        Memo::new(move |_| figures.with(|it| it.health.components.conversion_anomalies.clone()));
    let days = Signal::derive(move || {
        found.with(|it| {
            Metric::new(
                words.days_title,
                (words.days_formula)(&count(it.threshold_used)),
            )
            .docs("guardrails/get_conversion_anomalies")
            .window(&it.window)
        })
    });
    let rates = Signal::derive(move || {
        found.with(|it| {
            Metric::new(
                words.rates_title,
                (words.rates_formula)(&percent(it.rate_threshold_used)),
            )
            .docs("guardrails/get_conversion_anomalies")
            .window(&it.window)
        })
    });
    let none = move || view! { <Empty title=words.none_title detail=words.none_detail/> };
    view! {
        <DataTable
            name="conversion-rates"
            title=words.rates_title
            rows=Signal::derive(move || found.with(|it| it.high_conversion_rate_referrers.clone()))
            columns=rate_columns()
            key=|it| format!("{} {} {}", it.referrer, it.total_clicks, it.total_conversions)
            sort_parameter="rates_sort"
            find_parameter="rates_find"
            address=|it, router| Evidence::Referrer(it.referrer.clone()).address(router)
            aside=move || view! { <InfoTip metric=rates/> }
            empty=none
        />
        <DataTable
            name="conversion-days"
            title=words.days_title
            rows=Signal::derive(move || found.with(|it| it.suspicious_referrers.clone()))
            columns=day_columns()
            key=|it| format!("{} {} {}", it.date, it.referrer, it.conversion_count)
            find_parameter="find"
            address=|it, router| Evidence::ReferrerDay(it.date, it.referrer.clone()).address(router)
            aside=move || view! { <InfoTip metric=days/> }
            empty=none
        />
    }
    .into_any()
}

fn rate_columns() -> Vec<Column<ReferrerRate>> {
    let words = &text().guardrails.conversions;
    vec![
        Column::<ReferrerRate>::new(
            "referrer",
            words.referrer,
            |it| user_text(&it.referrer),
            |it| it.referrer.clone(),
        )
        .sorted(|a, b| a.referrer.cmp(&b.referrer)),
        Column::<ReferrerRate>::figures(
            "total_clicks",
            words.clicks,
            |it| count(it.total_clicks).into_any(),
            |it| it.total_clicks.to_string(),
        )
        .sorted(|a, b| a.total_clicks.cmp(&b.total_clicks)),
        Column::<ReferrerRate>::figures(
            "total_conversions",
            words.conversions,
            |it| count(it.total_conversions).into_any(),
            |it| it.total_conversions.to_string(),
        )
        .sorted(|a, b| a.total_conversions.cmp(&b.total_conversions)),
        Column::<ReferrerRate>::figures(
            "conversion_rate",
            words.rate,
            |it| percent_or_none(it.conversion_rate).into_any(),
            |it| plain(it.conversion_rate),
        )
        .sorted(|a, b| by_rate(a.conversion_rate, b.conversion_rate)),
        Column::<ReferrerRate>::figures(
            "wilson_low",
            words.wilson,
            |it| percent_or_none(it.wilson_low).into_any(),
            |it| plain(it.wilson_low),
        )
        .sorted(|a, b| by_rate(a.wilson_low, b.wilson_low)),
        Column::<ReferrerRate>::new(
            "kind",
            words.why,
            |it| tag(Tone::Watch, (text().guardrails.conversions.kind)(it.kind)),
            |it| kind_name(it.kind).to_owned(),
        ),
    ]
}

fn plain(rate: Option<f64>) -> String {
    rate.map(|rate| rate.to_string()).unwrap_or_default()
}

/// No rate is less than any rate.
fn by_rate(a: Option<f64>, b: Option<f64>) -> Ordering {
    a.unwrap_or(-1.0).total_cmp(&b.unwrap_or(-1.0))
}

/// The kind as the API names it.
fn kind_name(kind: ConversionRateKind) -> &'static str {
    match kind {
        ConversionRateKind::HighConversionRate => "high_conversion_rate",
        ConversionRateKind::ConversionsWithoutClicks => "conversions_without_clicks",
    }
}

fn day_columns() -> Vec<Column<ReferrerDay>> {
    let words = &text().guardrails.conversions;
    vec![
        Column::<ReferrerDay>::new(
            "referrer",
            words.referrer,
            |it| user_text(&it.referrer),
            |it| it.referrer.clone(),
        )
        .sorted(|a, b| a.referrer.cmp(&b.referrer)),
        Column::<ReferrerDay>::new(
            "date",
            words.day,
            |it| day(it.date),
            |it| it.date.to_string(),
        )
        .sorted(|a, b| a.date.cmp(&b.date)),
        Column::<ReferrerDay>::figures(
            "conversion_count",
            words.conversions,
            |it| count(it.conversion_count).into_any(),
            |it| it.conversion_count.to_string(),
        )
        .sorted(|a, b| a.conversion_count.cmp(&b.conversion_count)),
    ]
}
