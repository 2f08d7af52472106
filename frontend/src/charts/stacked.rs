//! Columns over days, each a stack of parts.

use leptos::html;
use leptos::prelude::*;

use super::layout::scale::{Scale, TICKS_MAX};
use super::layout::stack::{label_step, middles, stack};
use super::reading::{Readable, Reading};
use super::width::width_of;
use crate::components::field::new_id;
use crate::format::{count, decimal};

const HEIGHT: f64 = 220.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 24.0;
const LEFT: f64 = 52.0;
const RIGHT: f64 = 8.0;
/// Room that the name of a column needs.
const LABEL: f64 = 56.0;
/// Categories of the palette that can be told apart.
const CATEGORIES: usize = 6;
/// Side of a tile of the hatching.
const TILE: f64 = 6.0;
/// What is drawn over the colour of each category but the first, so that parts differ without colour: strokes that
/// go on into the next tile.
const HATCHES: [&str; CATEGORIES - 1] = [
    "M-1 1 1-1M0 6 6 0M5 7 7 5",
    "M3 3v.01",
    "M0 3h6",
    "M-1 5 1 7M0 0 6 6M5-1 7 1",
    "M3 0v6M0 3h6",
];

/// A column.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Its short name, below it.
    pub label: String,
    /// Its whole name, when it is read.
    pub name: String,
    /// A value a series, in units of the last decimal place that the chart shows.
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
    /// Decimal places of the values: with 3 they are thousandths.
    #[prop(optional)]
    places: usize,
) -> impl IntoView {
    let decimals = places;
    let names = StoredValue::new(series.clone());
    let hatched = (series.len() > 1).then(|| new_id("hatch"));
    let (own, tiles) = (
        StoredValue::new(hatched.clone()),
        hatched.clone().map(tiles),
    );
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
            .map(|column| names.with_value(|names| describe(names, &column, decimals)))
            .unwrap_or_default()
    });
    view! {
        <Readable label reading words node>
            <svg height=HEIGHT viewBox=move || format!("0 0 {} {HEIGHT}", width.get()) role="presentation">
                {tiles}
                {move || own.with_value(|own| drawing(&columns.get(), width.get(), reading.at.get(), own.as_deref(), decimals))}
            </svg>
        </Readable>
        <ul class="flex flex-wrap gap-x-4 gap-y-1 text-xs">
            {hatched.map(|hatched| legends(&series, &hatched))}
        </ul>
    }
}

/// The parts by colour and hatching; a single part needs no legend.
fn legends(series: &[&'static str], hatched: &str) -> impl IntoView + use<> {
    let named = series.iter().enumerate();
    named
        .map(|(place, name)| legend(place, name, hatch(hatched, place)))
        .collect_view()
}

fn legend(place: usize, name: &'static str, hatch: Option<String>) -> impl IntoView {
    let hatch = hatch.map(|fill| view! { <rect fill=fill width="16" height="12" rx="2"></rect> });
    view! {
        <li class="flex items-center gap-1.5" data-key="">
            <svg width="16" height="12" aria-hidden="true">
                <rect class=category(place) width="16" height="12" rx="2"></rect>
                {hatch}
            </svg>
            {name}
        </li>
    }
}

/// The hatchings of a chart, for its fills to name.
fn tiles(hatched: String) -> impl IntoView {
    let tile = |(place, strokes): (usize, &'static str)| {
        let id = format!("{hatched}-{place}");
        view! {
            <pattern id=id width=TILE height=TILE patternUnits="userSpaceOnUse">
                <path class="hatch" d=strokes></path>
            </pattern>
        }
    };
    view! { <defs>{HATCHES.into_iter().enumerate().map(tile).collect_view()}</defs> }
}

/// The fill that hatches a part; none for the first, which is plain.
fn hatch(hatched: &str, place: usize) -> Option<String> {
    let tile = (place % CATEGORIES).checked_sub(1)?;
    Some(format!("url(#{hatched}-{tile})"))
}

/// A value in words.
fn figure(value: i64, places: usize) -> String {
    match places {
        0 => count(value),
        places => decimal(value as f64 / 10_f64.powf(places as f64), places),
    }
}

fn describe(series: &[&str], column: &Column, places: usize) -> String {
    let parts = series
        .iter()
        .zip(&column.values)
        .map(|(name, value)| format!("{name} {}", figure(*value, places)));
    format!("{}: {}", column.name, parts.collect::<Vec<_>>().join(", "))
}

fn category(place: usize) -> String {
    format!("cat-{}", place % CATEGORIES + 1)
}

fn drawing(
    columns: &[Column],
    width: f64,
    read: Option<usize>,
    hatched: Option<&str>,
    decimals: usize,
) -> impl IntoView + use<> {
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
            <text x=LEFT - 8.0 y=y + 4.0 text-anchor="end">{figure(tick as i64, decimals)}</text>
        }
    });
    let parts = stack(&values, LEFT, width - RIGHT, &scale).into_iter().enumerate().map(|(place, parts)| {
        let dimmed = read.is_some_and(|read| read != place);
        let parts = parts.into_iter().map(|part| {
            // A hair of background between the parts tells them apart without colour.
            let height = (part.height - 1.0).max(0.5);
            let hatch = hatched.and_then(|hatched| hatch(hatched, part.series)).map(|fill| {
                view! { <rect fill=fill x=part.x y=part.y width=part.width height=height></rect> }
            });
            view! {
                <rect class=category(part.series) x=part.x y=part.y width=part.width height=height></rect>
                {hatch}
            }
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

#[cfg(test)]
mod tests {
    use super::figure;

    #[test]
    fn values_carry_their_decimal_places() {
        assert_eq!(figure(1_204, 0), "1,204");
        assert_eq!(figure(1_204, 3), "1.204");
    }
}
