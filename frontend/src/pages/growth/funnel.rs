//! How far people come.

use leptos::prelude::*;
use viral_engine_api_types::growth::{FunnelStep, GrowthFunnel};

use super::{asked_compared, interval};
use crate::api::use_api;
use crate::charts::{Bar, ChartFigure, ChartTable, HorizontalBars};
use crate::components::{Metric, RemoteView};
use crate::format::count;
use crate::format::number::percent_or_none;
use crate::i18n::growth;
use crate::live::use_live;
use crate::remote::Remote;

/// The chart.
#[component]
pub fn Funnel() -> impl IntoView {
    let (api, live) = (use_api(), use_live());
    let remote = Remote::new(asked_compared, move |query| async move {
        api.get_growth_funnel(&query).await
    })
    .reload_on(move || live.data.get());
    view! {
        <RemoteView remote name=growth().funnel lines=4 let:funnel>
            <Chart funnel/>
        </RemoteView>
    }
}

#[component]
fn Chart(funnel: Signal<GrowthFunnel>) -> impl IntoView {
    let words = growth();
    let bars = Signal::derive(move || {
        let bar = |step: &FunnelStep| Bar {
            name: (words.stage)(step.stage).to_owned(),
            value: step.count as f64,
            shown: match step.rate {
                Some(_) => (words.step)(&count(step.count), &rate(step)),
                None => count(step.count),
            },
        };
        funnel.with(|it| it.steps.iter().map(bar).collect::<Vec<_>>())
    });
    let table = Signal::derive(move || funnel.with(table));
    let metric = Signal::derive(move || {
        funnel.with(|it| {
            Metric::new(words.funnel, words.funnel_formula)
                .window(&it.window)
                .docs("growth/get_growth_funnel")
        })
    });
    view! {
        <ChartFigure title=words.funnel file="funnel" metric table>
            <HorizontalBars bars/>
        </ChartFigure>
    }
}

/// The rate with its interval.
fn rate(step: &FunnelStep) -> String {
    let rate = percent_or_none(step.rate);
    match step.rate_interval {
        Some(wilson) => format!("{rate} {}", interval(wilson, 1)),
        None => rate,
    }
}

fn table(funnel: &GrowthFunnel) -> ChartTable {
    let words = growth();
    let mut head = vec![
        words.stage_head,
        words.people,
        words.step_rate,
        words.overall,
    ];
    head.extend(funnel.previous.as_ref().map(|_| words.before));
    let before = |index: usize| funnel.previous.as_ref().and_then(|steps| steps.get(index));
    let steps = || funnel.steps.iter().enumerate();
    let shown = |(index, step): (usize, &FunnelStep)| {
        let mut row = vec![
            (words.stage)(step.stage).to_owned(),
            count(step.count),
            rate(step),
            percent_or_none(step.overall),
        ];
        row.extend(before(index).map(|before| count(before.count)));
        row
    };
    let plain = |(index, step): (usize, &FunnelStep)| {
        let figure = |figure: Option<f64>| figure.map(|it| it.to_string()).unwrap_or_default();
        let mut row = vec![
            (words.stage)(step.stage).to_owned(),
            step.count.to_string(),
            figure(step.rate),
            figure(step.overall),
        ];
        row.extend(before(index).map(|before| before.count.to_string()));
        row
    };
    ChartTable {
        head: head.into_iter().map(str::to_owned).collect(),
        rows: steps().map(shown).collect(),
        csv: steps().map(plain).collect(),
    }
}
