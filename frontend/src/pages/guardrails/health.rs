//! The score: gauge with trend, its course over time with the alerts, and the deductions in words.

use chrono::{DurationRound, TimeDelta};
use leptos::prelude::*;
use viral_engine_api_types::guardrails::{HealthExplanation, HealthHistory, HealthSnapshot};

use super::Figures;
use super::opened::marks_since;
use super::tones::health_tone;
use crate::browser::intl::Shape;
use crate::charts::{ChartFigure, ChartTable, Gauge, Line, LineChart, Mark};
use crate::components::{Card, Icon, InfoTip, Metric, Tone, icon};
use crate::format::{decimal, score};
use crate::i18n::text;
use crate::pages::alerts::AlertCards;
use crate::view::use_view;
use crate::window::rfc3339;

/// Borders between the states of the score, and the ends of its axis.
const LEVELS: [f64; 6] = [0.0, 40.0, 60.0, 75.0, 90.0, 100.0];

/// Stored scores, once they are loaded.
pub type History = RwSignal<Option<HealthHistory>>;

/// Gauge with trend.
#[component]
pub fn HealthCard(figures: Figures, history: History) -> impl IntoView {
    let words = &text().guardrails.health;
    let view = use_view();
    let health =
        Memo::new(move |_| figures.with(|it| (it.health.health_score, it.health.health_status)));
    let metric = Signal::derive(move || {
        figures.with(|it| {
            Metric::new(words.title, words.formula)
                .fact(text().guardrails.cards.formula, words.scale)
                .window(&it.health.window)
                .docs("guardrails/get_health")
                .computed(it.computed_at, view.now.get())
        })
    });
    let tone = Signal::derive(move || health_tone(health.get().1).class());
    view! {
        <section class="card-box">
            <div class="card-head"><h2>{words.title}</h2><InfoTip metric/></div>
            <div class="card-body flex flex-col items-center gap-1">
                <Gauge
                    value=Signal::derive(move || health.get().0)
                    shown=Signal::derive(move || score(health.get().0))
                    word=Signal::derive(move || (words.status)(health.get().1).to_owned())
                    tone
                />
                {move || trend(history.get().as_ref(), health.get().0)}
            </div>
        </section>
    }
}

/// By how much the score changed since the first snapshot of the period.
fn trend(history: Option<&HealthHistory>, now: f64) -> AnyView {
    let (words, view) = (&text().guardrails.health, use_view());
    let Some(first) = history.and_then(|history| history.snapshots.first()) else {
        return view! { <p class="stat-note text-center max-w-40">{words.young}</p> }.into_any();
    };
    let (change, when) = (
        now - first.health_score,
        view.time(first.at, Shape::DayClock),
    );
    let (tone, mark, said) = match change {
        change if change >= 0.05 => (
            Tone::Good,
            Icon::ArrowUp,
            (words.since)(&format!("+{}", score(change)), &when),
        ),
        change if change <= -0.05 => (
            Tone::Bad,
            Icon::ArrowDown,
            (words.since)(&score(change), &when),
        ),
        _ => (Tone::Neutral, Icon::Minus, (words.steady)(&when)),
    };
    view! { <p class=format!("flex items-center gap-1 text-xs font-medium {}", tone.class())>{icon(mark)} {said}</p> }.into_any()
}

/// The score over the period, with the alerts that opened in it.
#[component]
pub fn HealthChart(figures: Figures, history: History) -> impl IntoView {
    let words = &text().guardrails.health;
    let view = use_view();
    // To the hour, so that the alerts are not asked for anew with every refresh.
    let since = Memo::new(move |_| {
        let from = history.with(|it| it.as_ref().map(|it| it.from));
        let from = from.unwrap_or_else(|| figures.with(|it| it.health.window.from));
        from.duration_trunc(TimeDelta::hours(1)).unwrap_or(from)
    });
    let marks = marks_since(move || since.get());
    let line = Signal::derive(move || {
        line_of(
            history.get(),
            marks.get(),
            figures.with(|it| (it.health.window.from, it.health.window.to)),
        )
    });
    let table = Signal::derive(move || ChartTable {
        head: vec![text().charts.time.to_owned(), words.title.to_owned()],
        rows: line.with(|line| {
            line.points
                .iter()
                .map(|(at, value)| vec![view.time(*at, Shape::Exact), score(*value)])
                .collect()
        }),
        csv: line.with(|line| {
            line.points
                .iter()
                .map(|(at, value)| vec![rfc3339(*at), value.to_string()])
                .collect()
        }),
    });
    let metric = Signal::derive(move || {
        figures.with(|it| {
            Metric::new(words.chart, words.chart_formula)
                .docs("guardrails/get_health_history")
                .computed(it.computed_at, view.now.get())
        })
    });
    view! {
        <ChartFigure title=words.chart file="health-score" metric table>
            <LineChart label=words.chart_label.to_owned() line value=|value| (text().guardrails.health.score_of)(&score(value))/>
        </ChartFigure>
    }
}

fn line_of(
    history: Option<HealthHistory>,
    marks: Vec<Mark>,
    window: (chrono::DateTime<chrono::Utc>, chrono::DateTime<chrono::Utc>),
) -> Line {
    let (from, to, snapshots) = history.map_or((window.0, window.1, Vec::new()), |it| {
        (it.from, it.to, it.snapshots)
    });
    let point = |snapshot: &HealthSnapshot| (snapshot.at, snapshot.health_score);
    Line {
        from,
        to,
        points: snapshots.iter().map(point).collect(),
        band: Vec::new(),
        marks,
        levels: LEVELS.to_vec(),
    }
}

/// What needs attention.
#[component]
pub fn OpenAlerts(figures: Figures) -> impl IntoView {
    view! {
        <Card title=text().guardrails.health.alerts>
            <AlertCards alerts=Signal::derive(move || figures.with(|it| it.alerts.alerts.clone()))/>
        </Card>
    }
}

/// Each part of the score: what it was computed from, how, and why.
#[component]
pub fn Deductions(figures: Figures) -> impl IntoView {
    let words = &text().guardrails.health;
    let parts = Memo::new(move |_| figures.with(|it| it.health.explanations.clone()));
    let metric = Signal::derive(move || {
        Metric::new(words.deductions, words.deductions_formula).docs("guardrails/get_health")
    });
    view! {
        <Card title=words.deductions metric>
            <ul class="grid gap-4 md:grid-cols-2">
                {move || parts.get().into_iter().map(deduction).collect_view()}
            </ul>
        </Card>
    }
}

fn deduction(part: HealthExplanation) -> impl IntoView {
    let words = &text().guardrails.health;
    let (taken, cap) = (score(part.deduction), decimal(part.cap, 0));
    let nothing = part.deduction < 0.05;
    let tone = if nothing { Tone::Good } else { Tone::Bad };
    let said = if nothing {
        words.no_deduction.to_owned()
    } else {
        (words.of_cap)(&taken, &cap)
    };
    let share = if part.cap > 0.0 {
        part.deduction / part.cap * 100.0
    } else {
        0.0
    };
    view! {
        <li class="flex flex-col gap-1 min-w-0">
            <p class="flex flex-wrap justify-between gap-x-2">
                <span class="font-medium">{(words.part)(&part.part)}</span>
                <span class=format!("num {}", tone.class())>{said}</span>
            </p>
            <svg class="w-full h-2" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                <rect class="meter-track" width="100" height="8"></rect>
                <rect class="meter-value" width=share height="8"></rect>
            </svg>
            <p>{part.sentence}</p>
            <p class="text-xs text-muted break-words">{part.input} " → " <code>{part.formula}</code></p>
        </li>
    }
}
