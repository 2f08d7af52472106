//! A line over time, with an optional band around it and marks for what happened.

use chrono::{DateTime, Utc};
use leptos::html;
use leptos::prelude::*;

use super::layout::marks::mark_numbers;
use super::layout::path;
use super::layout::scale::{Scale, places};
use super::layout::time_axis::time_ticks;
use super::reading::{Readable, Reading};
use super::width::width_of;
use crate::browser::intl::{Shape, offset_minutes};
use crate::format::{decimal, short};
use crate::i18n::text;
use crate::view::use_view;

const HEIGHT: f64 = 220.0;
const TOP: f64 = 16.0;
const BOTTOM: f64 = 24.0;
const LEFT: f64 = 40.0;
const RIGHT: f64 = 12.0;
/// Room that the name of a tick needs.
const TICK_LABEL: f64 = 64.0;

/// The points of a line.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// First instant of the axis.
    pub from: DateTime<Utc>,
    /// Last instant of the axis.
    pub to: DateTime<Utc>,
    /// Time and value, oldest first.
    pub points: Vec<(DateTime<Utc>, f64)>,
    /// Low and high around each point; empty for none.
    pub band: Vec<(f64, f64)>,
    /// What happened.
    pub marks: Vec<Mark>,
    /// Values of the horizontal lines; the first and last are the ends of the axis.
    pub levels: Vec<f64>,
}

/// Something that happened, drawn as a vertical line.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// When.
    pub at: DateTime<Utc>,
    /// What, in words.
    pub label: String,
}

/// Room that the number of a mark needs.
const MARK_NUMBER: f64 = 22.0;
/// Most marks that are named below the chart.
const MARKS_NAMED: usize = 6;

struct Scales {
    x: Scale,
    y: Scale,
}

impl Line {
    /// The marks of the period, oldest first.
    fn inside(&self) -> Vec<&Mark> {
        let inside = |mark: &&Mark| mark.at >= self.from && mark.at <= self.to;
        let mut marks: Vec<_> = self.marks.iter().filter(inside).collect();
        marks.sort_by_key(|mark| mark.at);
        marks
    }

    fn scales(&self, width: f64) -> Scales {
        let ms = |at: DateTime<Utc>| at.timestamp_millis() as f64;
        let (low, high) = (
            self.levels.first().copied().unwrap_or(0.0),
            self.levels.last().copied().unwrap_or(1.0),
        );
        Scales {
            x: Scale {
                low: ms(self.from),
                high: ms(self.to),
                start: LEFT,
                end: width - RIGHT,
            },
            y: Scale {
                low,
                high,
                start: HEIGHT - BOTTOM,
                end: TOP,
            },
        }
    }
}

impl Scales {
    fn time(&self, at: DateTime<Utc>) -> f64 {
        self.x.at(at.timestamp_millis() as f64)
    }
}

/// The chart.
#[component]
pub fn LineChart(
    /// What it shows, for screen readers.
    #[prop(into)]
    label: Signal<String>,
    /// The line.
    #[prop(into)]
    line: Signal<Line>,
    /// A value in words.
    value: fn(f64) -> String,
) -> impl IntoView {
    let view = use_view();
    let node = NodeRef::<html::Div>::new();
    let width = width_of(node);
    let xs = Signal::derive(move || {
        let line = line.get();
        let scales = line.scales(width.get());
        line.points
            .iter()
            .map(|(at, _)| scales.time(*at))
            .collect::<Vec<_>>()
    });
    let reading = Reading::new(xs);
    let words = Signal::derive(move || {
        let line = line.get();
        if line.points.len() < 2 {
            let charts = &text().charts;
            return if line.points.is_empty() {
                charts.no_points
            } else {
                charts.too_few
            }
            .to_owned();
        }
        let point = reading
            .at
            .get()
            .and_then(|place| line.points.get(place).copied());
        let point = point.or_else(|| line.points.last().copied());
        point
            .map(|(at, shown)| format!("{}: {}", view.time(at, Shape::Exact), value(shown)))
            .unwrap_or_default()
    });
    view! {
        <Readable label reading words node>
            <svg height=HEIGHT viewBox=move || format!("0 0 {} {HEIGHT}", width.get()) role="presentation">
                {move || axes(&line.get(), width.get())}
                {move || shape(&line.get(), width.get())}
                {move || crosshair(&line.get(), width.get(), reading.at.get())}
            </svg>
        </Readable>
        {move || names(&line.get())}
    }
}

/// What stands beside a level; a million and more does not fit in full.
fn level_text(level: f64, places: usize) -> String {
    match level.abs() >= 1e6 {
        true => short(level),
        false => decimal(level, places),
    }
}

fn axes(line: &Line, width: f64) -> impl IntoView + use<> {
    let view = use_view();
    let scales = line.scales(width);
    let places = places(&line.levels);
    let levels = line.levels.iter().map(|level| {
        let y = scales.y.at(*level);
        view! {
            <line class="grid" x1=LEFT x2=width - RIGHT y1=y y2=y></line>
            <text x=LEFT - 8.0 y=y + 4.0 text-anchor="end">{level_text(*level, places)}</text>
        }
    });
    let offset = offset_minutes(line.from, &view.zone.get());
    let (ticks, days) = time_ticks(line.from, line.to, offset);
    let shape = if days { Shape::Day } else { Shape::Clock };
    let fit = ((width - LEFT - RIGHT) / TICK_LABEL).max(1.0) as usize;
    let ticks = ticks
        .clone()
        .into_iter()
        .step_by(ticks.len().div_ceil(fit).max(1))
        .map(|at| {
            let x = scales.time(at);
            // The last name would be cut by the edge of the chart.
            let anchor = if x > width - TICK_LABEL / 2.0 {
                "end"
            } else {
                "middle"
            };
            view! {
                <line class="axis" x1=x x2=x y1=HEIGHT - BOTTOM y2=HEIGHT - BOTTOM + 4.0></line>
                <text x=x y=HEIGHT - 6.0 text-anchor=anchor>{view.time(at, shape)}</text>
            }
        });
    view! { <g>{levels.collect_view()}{ticks.collect_view()}</g> }
}

fn shape(line: &Line, width: f64) -> impl IntoView + use<> {
    let scales = line.scales(width);
    let points: Vec<_> = line
        .points
        .iter()
        .map(|(at, value)| (scales.time(*at), scales.y.at(*value)))
        .collect();
    let band: Vec<_> = points
        .iter()
        .zip(&line.band)
        .map(|((x, _), (low, high))| (*x, scales.y.at(*low), scales.y.at(*high)))
        .collect();
    let last = points
        .last()
        .map(|(x, y)| view! { <circle class="point" cx=*x cy=*y r=3></circle> });
    let marks = line.inside();
    let xs: Vec<_> = marks.iter().map(|mark| scales.time(mark.at)).collect();
    let numbers = mark_numbers(&xs, MARK_NUMBER)
        .into_iter()
        .map(|(x, number)| view! { <text x=x y=TOP - 2.0 text-anchor="middle">{number}</text> });
    let numbers = numbers.collect_view();
    let marks = marks.into_iter().zip(xs).map(|(mark, x)| {
        view! { <line class="mark-line" x1=x x2=x y1=TOP y2=HEIGHT - BOTTOM><title>{mark.label.clone()}</title></line> }
    });
    view! {
        <g>
            {marks.collect_view()}
            {numbers}
            <path class="band" d=path::band(&band)></path>
            <path class="series" d=path::line(&points)></path>
            {last}
        </g>
    }
}

/// What the numbers of the marks stand for.
fn names(line: &Line) -> Option<impl IntoView + use<>> {
    let view = use_view();
    let marks = line.inside();
    let hidden = marks.len().saturating_sub(MARKS_NAMED);
    // The newest are named, as they matter most.
    let named = marks.iter().enumerate().skip(hidden).map(|(place, mark)| {
        let when = view.time(mark.at, Shape::DayClock);
        let name = format!("{} {when}: {}", place + 1, mark.label);
        view! { <li data-key="">{name}</li> }
    });
    let earlier = (hidden > 0)
        .then(|| view! { <li data-key="">{(text().charts.earlier_marks)(hidden as i64)}</li> });
    (!marks.is_empty()).then(|| {
        view! { <ul class="flex flex-wrap gap-x-4 gap-y-1 text-xs text-muted">{earlier}{named.collect_view()}</ul> }
    })
}

fn crosshair(line: &Line, width: f64, place: Option<usize>) -> Option<impl IntoView + use<>> {
    let (at, value) = *line.points.get(place?)?;
    let scales = line.scales(width);
    let (x, y) = (scales.time(at), scales.y.at(value));
    Some(view! {
        <g>
            <line class="crosshair" x1=x x2=x y1=TOP y2=HEIGHT - BOTTOM></line>
            <circle class="point" cx=x cy=y r=4></circle>
        </g>
    })
}
