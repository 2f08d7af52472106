//! The charts of the overview.

use leptos::prelude::*;
use viral_engine_api_types::events::HitClass;
use viral_engine_api_types::links::DayHits;

use super::shown::Shown;
use crate::browser::intl::{format_day, format_short_day};
use crate::charts::{ChartFigure, ChartTable, Column, StackedBars};
use crate::format::count;
use crate::i18n::text;

/// Names of the classes, from the bottom of a column up.
fn class_names() -> Vec<&'static str> {
    HitClass::ALL
        .iter()
        .map(|class| (text().events.class)(*class))
        .collect()
}

/// The one part of a column of conversions.
fn conversion_names() -> Vec<&'static str> {
    vec![text().overview.conversions]
}

/// Hits of each day by class.
#[component]
pub fn HitsChart(shown: Shown) -> impl IntoView {
    let (words, overview) = (&text().overview, shown.overview);
    let columns = Signal::derive(move || {
        overview.with(|it| {
            it.days
                .iter()
                .map(|day| column(day, classes(day).to_vec()))
                .collect::<Vec<_>>()
        })
    });
    let table = Signal::derive(move || {
        overview.with(|it| table_of(&class_names(), &columns.get(), &it.days))
    });
    let metric = shown.metric(words.hits_chart, words.hits_formula, |it, metric| {
        metric.fact(words.sample, count(it.hits.current))
    });
    view! {
        <ChartFigure title=words.hits_chart file="hits-by-class" metric table>
            <StackedBars label=words.hits_label.to_owned() series=class_names() columns/>
        </ChartFigure>
    }
}

/// Conversions of each day.
#[component]
pub fn ConversionsChart(shown: Shown) -> impl IntoView {
    let (words, overview) = (&text().overview, shown.overview);
    let columns = Signal::derive(move || {
        overview.with(|it| {
            let days = it.days.iter().zip(&it.conversions_by_day);
            days.map(|(day, conversions)| column(day, vec![*conversions]))
                .collect::<Vec<_>>()
        })
    });
    let table = Signal::derive(move || {
        overview.with(|it| table_of(&conversion_names(), &columns.get(), &it.days))
    });
    let metric = shown.metric(
        words.conversions_chart,
        words.conversions_formula,
        |it, metric| metric.fact(words.sample, count(it.conversions.current)),
    );
    view! {
        <ChartFigure title=words.conversions_chart file="conversions-by-day" metric table>
            <StackedBars label=words.conversions_label.to_owned() series=conversion_names() columns/>
        </ChartFigure>
    }
}

fn classes(day: &DayHits) -> [i64; 6] {
    [
        day.human,
        day.duplicate,
        day.bot,
        day.preview,
        day.prefetch,
        day.rejected,
    ]
}

fn column(day: &DayHits, values: Vec<i64>) -> Column {
    Column {
        label: format_short_day(day.date),
        name: format_day(day.date),
        values,
    }
}

fn table_of(series: &[&'static str], columns: &[Column], days: &[DayHits]) -> ChartTable {
    let head = [text().overview.day]
        .into_iter()
        .chain(series.iter().copied());
    let plain = |(day, column): (&DayHits, &Column)| {
        let values = column.values.iter().map(ToString::to_string);
        [day.date.to_string()].into_iter().chain(values).collect()
    };
    let row = |column: &Column| {
        let values = column.values.iter().map(|value| count(*value));
        [column.name.clone()].into_iter().chain(values).collect()
    };
    ChartTable {
        head: head.map(str::to_owned).collect(),
        rows: columns.iter().map(row).collect(),
        csv: days.iter().zip(columns).map(plain).collect(),
    }
}
