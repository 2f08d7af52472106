//! Growth day by day: conversions, and the K-factor of seven days.

use leptos::prelude::*;
use viral_engine_api_types::growth::{GrowthDay, GrowthTimeline};

use super::{K_PLACES, asked_compared};
use crate::api::use_api;
use crate::browser::intl::{format_day, format_short_day};
use crate::charts::{ChartFigure, ChartTable, Column, Line, LineChart, StackedBars};
use crate::components::{Metric, RemoteView};
use crate::format::{count, decimal};
use crate::i18n::{growth, text};
use crate::live::use_live;
use crate::remote::Remote;
use crate::view::use_view;

/// Borders between the states of K, and the ends of its axis as long as it is below the last.
const LEVELS: [f64; 4] = [0.0, 0.8, 1.0, 1.2];

/// The two charts.
#[component]
pub fn Timeline() -> impl IntoView {
    let (api, live) = (use_api(), use_live());
    let remote = Remote::new(asked_compared, move |query| async move {
        api.get_growth_timeline(&query).await
    })
    .reload_on(move || live.data.get());
    view! {
        <RemoteView remote name=growth().timeline lines=8 let:timeline>
            <div class="grid gap-4 xl:grid-cols-2">
                <Conversions timeline/>
                <KLine timeline/>
            </div>
        </RemoteView>
    }
}

#[component]
fn Conversions(timeline: Signal<GrowthTimeline>) -> impl IntoView {
    let words = growth();
    let columns = Signal::derive(move || {
        let column = |day: &GrowthDay| Column {
            label: format_short_day(day.date),
            name: format_day(day.date),
            values: vec![day.conversions],
        };
        timeline.with(|it| it.days.iter().map(column).collect::<Vec<_>>())
    });
    let table = Signal::derive(move || timeline.with(table));
    let metric = metric(timeline, words.timeline, words.timeline_formula);
    view! {
        <ChartFigure title=words.timeline file="growth-by-day" metric table>
            <StackedBars label=words.timeline_label.to_owned() series=vec![words.conversions] columns/>
        </ChartFigure>
    }
}

fn metric(
    timeline: Signal<GrowthTimeline>,
    name: &'static str,
    formula: &'static str,
) -> Signal<Metric> {
    Signal::derive(move || {
        timeline.with(|it| {
            Metric::new(name, formula)
                .window(&it.window)
                .docs("growth/get_growth_timeline")
        })
    })
}

/// All figures of each day, beside those of as many days before when they are there.
fn table(timeline: &GrowthTimeline) -> ChartTable {
    let words = growth();
    let mut head = vec![
        text().overview.day,
        words.invites,
        words.clicks,
        words.conversions,
        words.k_line,
    ];
    if timeline.previous.is_some() {
        head.extend([words.conversions_before, words.k_before]);
    }
    let before = |index: usize| timeline.previous.as_ref().and_then(|days| days.get(index));
    let days = || timeline.days.iter().enumerate();
    let shown = |(index, day): (usize, &GrowthDay)| {
        let mut row = vec![
            format_day(day.date),
            count(day.invites),
            count(day.clicks),
            count(day.conversions),
            decimal(day.k_factor, K_PLACES),
        ];
        row.extend(before(index).into_iter().flat_map(|before| {
            [
                count(before.conversions),
                decimal(before.k_factor, K_PLACES),
            ]
        }));
        row
    };
    let plain = |(index, day): (usize, &GrowthDay)| {
        let mut row = vec![
            day.date.to_string(),
            day.invites.to_string(),
            day.clicks.to_string(),
            day.conversions.to_string(),
            day.k_factor.to_string(),
        ];
        row.extend(
            before(index)
                .into_iter()
                .flat_map(|before| [before.conversions.to_string(), before.k_factor.to_string()]),
        );
        row
    };
    ChartTable {
        head: head.into_iter().map(str::to_owned).collect(),
        rows: days().map(shown).collect(),
        csv: days().map(plain).collect(),
    }
}

#[component]
fn KLine(timeline: Signal<GrowthTimeline>) -> impl IntoView {
    let (words, view) = (growth(), use_view());
    let line = Signal::derive(move || {
        timeline.with(|it| {
            let points: Vec<_> = it
                .days
                .iter()
                .map(|day| (view.day_start(day.date), day.k_factor))
                .collect();
            let highest = points.iter().map(|(_, k)| *k).fold(0.0, f64::max);
            let above = (highest > 1.2).then(|| highest.ceil());
            Line {
                from: points.first().map_or(it.window.from, |(at, _)| *at),
                to: it.window.to,
                points,
                band: Vec::new(),
                marks: Vec::new(),
                levels: LEVELS.into_iter().chain(above).collect(),
            }
        })
    });
    let table = Signal::derive(move || timeline.with(table));
    let metric = metric(timeline, words.k_line, words.k_line_formula);
    view! {
        <ChartFigure title=words.k_line file="k-factor" metric table>
            <LineChart
                label=words.k_line_label.to_owned()
                line
                value=|k| (growth().k_of)(&decimal(k, K_PLACES))
            />
        </ChartFigure>
    }
}
