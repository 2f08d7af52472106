//! How many users there may be.

use chrono::TimeDelta;
use leptos::prelude::*;
use viral_engine_api_types::growth::{ForecastDay, GrowthForecast};

use super::{K_PLACES, asked, k_interval};
use crate::api::use_api;
use crate::charts::layout::scale::ticks;
use crate::charts::{ChartFigure, ChartTable, Line, LineChart};
use crate::components::{Card, Metric, RemoteView};
use crate::format::number::NONE;
use crate::format::{count, decimal};
use crate::i18n::{growth, text};
use crate::live::use_live;
use crate::remote::Remote;
use crate::view::use_view;

/// The chart, or why there is none.
#[component]
pub fn Forecast() -> impl IntoView {
    let (api, live, words) = (use_api(), use_live(), growth());
    let remote = Remote::new(asked, move |query| async move {
        api.get_growth_forecast(&query).await
    })
    .reload_on(move || live.data.get());
    view! {
        <RemoteView remote name=words.forecast lines=6 let:forecast>
            <Show
                when=move || forecast.with(|it| !it.days.is_empty())
                fallback=move || view! { <Card title=words.forecast><p>{words.forecast_none}</p></Card> }
            >
                <Chart forecast/>
            </Show>
        </RemoteView>
    }
}

#[component]
fn Chart(forecast: Signal<GrowthForecast>) -> impl IntoView {
    let (words, view) = (growth(), use_view());
    let line = Signal::derive(move || {
        let now = view.now.get();
        forecast.with(|it| {
            let at = |day: &ForecastDay| now + TimeDelta::days(day.day.into());
            let band: Option<Vec<_>> = it
                .days
                .iter()
                .map(|day| day.interval.map(|it| (it.low, it.high)))
                .collect();
            let band = band.unwrap_or_default();
            let highest = it.days.iter().map(|day| day.users);
            let highest = highest
                .chain(band.iter().map(|(_, high)| *high))
                .fold(0.0, f64::max);
            Line {
                from: now,
                to: it.days.last().map_or(now, at),
                points: it.days.iter().map(|day| (at(day), day.users)).collect(),
                band,
                marks: Vec::new(),
                levels: ticks(0.0, highest.max(1.0)),
            }
        })
    });
    let table = Signal::derive(move || forecast.with(table));
    let metric = Signal::derive(move || {
        forecast.with(|it| {
            let k = decimal(it.k_factor, K_PLACES);
            let k_interval = k_interval(it.k_interval, it.k_interval_is_rough);
            let hours = it
                .cycle_hours
                .map_or_else(String::new, |it| (words.hours)(&decimal(it, 1)));
            let metric = Metric::new(words.forecast, words.forecast_formula)
                .fact(words.k_factor, format!("{k} {k_interval}"))
                .fact(words.cycle, hours)
                .window(&it.window)
                .docs("growth/get_growth_forecast");
            match it.immature {
                true => metric.fact(words.matured, words.immature),
                false => metric,
            }
        })
    });
    view! {
        <ChartFigure title=words.forecast file="growth-forecast" metric table>
            <LineChart
                label=words.forecast_label.to_owned()
                line
                value=|users| (growth().users_of)(&count(users as i64))
            />
        </ChartFigure>
    }
}

fn table(forecast: &GrowthForecast) -> ChartTable {
    let words = growth();
    let head = [text().overview.day, words.users, words.low, words.high];
    let shown = |day: &ForecastDay| {
        let end = |end: Option<f64>| end.map_or_else(|| NONE.to_owned(), |end| count(end as i64));
        vec![
            (words.day)(&day.day.to_string()),
            count(day.users as i64),
            end(day.interval.map(|it| it.low)),
            end(day.interval.map(|it| it.high)),
        ]
    };
    let plain = |day: &ForecastDay| {
        let end = |end: Option<f64>| end.map(|end| end.to_string()).unwrap_or_default();
        vec![
            day.day.to_string(),
            day.users.to_string(),
            end(day.interval.map(|it| it.low)),
            end(day.interval.map(|it| it.high)),
        ]
    };
    ChartTable {
        head: head.into_iter().map(str::to_owned).collect(),
        rows: forecast.days.iter().map(shown).collect(),
        csv: forecast.days.iter().map(plain).collect(),
    }
}
