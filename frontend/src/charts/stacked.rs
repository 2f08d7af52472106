//! Columns over days, each a stack of parts.

use leptos::html;
use leptos::prelude::*;

use super::layout::scale::{Scale, TICKS_MAX};
use super::layout::stack::{label_step, middles, stack};
use super::reading::{Readable, Reading};
use super::width::width_of;
use crate::format::count;

const HEIGHT: f64 = 220.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 24.0;
const LEFT: f64 = 52.0;
const RIGHT: f64 = 8.0;
/// Room that the name of a column needs.
const LABEL: f64 = 56.0;
/// Categories of the palette that can be told apart.
const CATEGORIES: usize = 6;

/// A column.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Its short name, below it.
    pub label: String,
    /// Its whole name, when it is read.
    pub name: String,
    /// A value a series.
    pub values: Vec<i64>,
}

/// The chart, with a legend.
#[component]
pub fn StackedBars(
    /// What it shows, for screen readers.
    #[prop(into)]
    label: Signal<String>,
    /// The parts, from the bottom up.
    series: Vec<&'static str>,
    /// The columns.
    #[prop(into)]
    columns: Signal<Vec<Column>>,
) -> impl IntoView {
    let names = StoredValue::new(series.clone());
    let node = NodeRef::<html::Div>::new();
    let width = width_of(node);
    let places = Signal::derive(move || middles(columns.with(Vec::len), LEFT, width.get() - RIGHT));
    let reading = Reading::new(places);
    let words = Signal::derive(move || {
        let column = reading
            .at
            .get()
            .and_then(|place| columns.with(|columns| columns.get(place).cloned()));
        column
            .map(|column| names.with_value(|names| describe(names, &column)))
            .unwrap_or_default()
    });
    view! {
        <Readable label reading words node>
            <svg height=HEIGHT viewBox=move || format!("0 0 {} {HEIGHT}", width.get()) role="presentation">
                {move || drawing(&columns.get(), width.get(), reading.at.get())}
            </svg>
        </Readable>
        <ul class="flex flex-wrap gap-x-4 gap-y-1 text-xs">
            {legends(series)}
        </ul>
    }
}

/// The parts by colour; a single part needs no legend.
fn legends(series: Vec<&'static str>) -> impl IntoView {
    let named = if series.len() > 1 { series } else { Vec::new() };
    named
        .into_iter()
        .enumerate()
        .map(|(place, name)| legend(place, name))
        .collect_view()
}

fn legend(place: usize, name: &'static str) -> impl IntoView {
    view! {
        <li class="flex items-center gap-1.5" data-key="">
            <svg width="12" height="12" aria-hidden="true"><rect class=category(place) width="12" height="12" rx="2"></rect></svg>
            {name}
        </li>
    }
}

fn describe(series: &[&str], column: &Column) -> String {
    let parts = series
        .iter()
        .zip(&column.values)
        .map(|(name, value)| format!("{name} {}", count(*value)));
    format!("{}: {}", column.name, parts.collect::<Vec<_>>().join(", "))
}

fn category(place: usize) -> String {
    format!("cat-{}", place % CATEGORIES + 1)
}

fn drawing(columns: &[Column], width: f64, read: Option<usize>) -> impl IntoView + use<> {
    let values: Vec<Vec<f64>> = columns
        .iter()
        .map(|column| column.values.iter().map(|value| *value as f64).collect())
        .collect();
    let highest = values
        .iter()
        .map(|values| values.iter().sum())
        .fold(0.0, f64::max);
    let (scale, ticks) = Scale::of_counts(highest, HEIGHT - BOTTOM, TOP);
    let levels = ticks.into_iter().map(|tick| {
        let y = scale.at(tick);
        view! {
            <line class="grid" x1=LEFT x2=width - RIGHT y1=y y2=y></line>
            <text x=LEFT - 8.0 y=y + 4.0 text-anchor="end">{count(tick as i64)}</text>
        }
    });
    let parts = stack(&values, LEFT, width - RIGHT, &scale).into_iter().enumerate().map(|(place, parts)| {
        let dimmed = read.is_some_and(|read| read != place);
        let parts = parts.into_iter().map(|part| {
            // A hair of background between the parts tells them apart without colour.
            let height = (part.height - 1.0).max(0.5);
            view! { <rect class=category(part.series) x=part.x y=part.y width=part.width height=height></rect> }
        });
        view! { <g opacity=if dimmed { 0.4 } else { 1.0 }>{parts.collect_view()}</g> }
    });
    let room = (width - LEFT - RIGHT).min(TICKS_MAX as f64 * LABEL);
    let step = label_step(columns.len(), room, LABEL);
    let names = columns
        .iter()
        .zip(middles(columns.len(), LEFT, width - RIGHT))
        .step_by(step)
        .map(|(column, x)| {
            view! { <text x=x y=HEIGHT - 6.0 text-anchor="middle">{column.label.clone()}</text> }
        });
    view! { <g>{levels.collect_view()}{parts.collect_view()}{names.collect_view()}</g> }
}
