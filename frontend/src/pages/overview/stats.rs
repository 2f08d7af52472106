//! The figures at the top of the overview, each with its explanation and, when asked for, the period before.

use leptos::prelude::*;
use viral_engine_api_types::metrics::{Compared, Overview};

use super::shown::Shown;
use crate::components::{Icon, Note, Stat, Tone};
use crate::format::number::NONE;
use crate::format::{change_percent, count, decimal, percent};
use crate::i18n::text;
use crate::view::use_view;

/// Links, invitations, clicks, conversions, activations, and conversions per click.
#[component]
pub fn Figures(shown: Shown) -> impl IntoView {
    let (words, overview) = (&text().overview, shown.overview);
    let clicks_by_day = Signal::derive(move || {
        overview.with(|overview| {
            overview
                .days
                .iter()
                .map(|day| day.human as f64)
                .collect::<Vec<_>>()
        })
    });
    let conversions_by_day = Signal::derive(move || {
        overview.with(|overview| {
            overview
                .conversions_by_day
                .iter()
                .map(|count| *count as f64)
                .collect::<Vec<_>>()
        })
    });
    let none = Signal::stored(Vec::new());
    view! {
        <div class="grid gap-4 grid-cols-2 md:grid-cols-3 xl:grid-cols-6">
            <Figure shown title=words.links formula=words.links_formula of=|it| it.links_created trend=none/>
            <Figure shown title=words.invites formula=words.invites_formula of=|it| it.invites trend=none/>
            <Figure shown title=words.clicks formula=words.clicks_formula of=|it| it.clicks trend=clicks_by_day/>
            <Figure
                shown
                title=words.conversions
                formula=words.conversions_formula
                of=|it| it.conversions
                trend=conversions_by_day
            />
            <Figure shown title=words.activations formula=words.activations_formula of=|it| it.activations trend=none/>
            <ConversionRate shown/>
        </div>
    }
}

#[component]
fn Figure(
    shown: Shown,
    title: &'static str,
    formula: &'static str,
    of: fn(&Overview) -> Compared,
    trend: Signal<Vec<f64>>,
) -> impl IntoView {
    let (view, overview) = (use_view(), shown.overview);
    let figure = Memo::new(move |_| overview.with(of));
    let metric = shown.metric(title, formula, |_, metric| metric);
    let note = Signal::derive(move || view.compare.get().then(|| change(figure.get())));
    view! {
        <Stat
            title
            value=Signal::derive(move || count(figure.get().current))
            metric
            basis=Signal::stored(String::new())
            note
            trend
        />
    }
}

/// How a figure differs from the period before, by arrow, figure and word.
fn change(figure: Compared) -> Note {
    let words = &text().overview;
    let before = count(figure.previous);
    match change_percent(figure.current, figure.previous) {
        None => Note {
            icon: None,
            words: words.none_before.to_owned(),
            tone: Tone::Neutral,
        },
        Some(change) if change.abs() < 0.05 => Note {
            icon: Some(Icon::Minus),
            words: (words.unchanged)(&before),
            tone: Tone::Neutral,
        },
        Some(change) if change > 0.0 => Note {
            icon: Some(Icon::ArrowUp),
            words: (words.up)(&decimal(change, 1), &before),
            tone: Tone::Good,
        },
        Some(change) => Note {
            icon: Some(Icon::ArrowDown),
            words: (words.down)(&decimal(-change, 1), &before),
            tone: Tone::Watch,
        },
    }
}

/// How conversions per click differ from the period before.
fn rate_change(now: (i64, i64), before: (i64, i64)) -> Note {
    let words = &text().overview;
    let rate = |(conversions, clicks): (i64, i64)| {
        (clicks > 0).then(|| conversions as f64 / clicks as f64 * 100.0)
    };
    let (Some(now), Some(before)) = (rate(now), rate(before)) else {
        return Note {
            icon: None,
            words: words.none_before.to_owned(),
            tone: Tone::Neutral,
        };
    };
    let change = if before > 0.0 {
        (now - before) / before * 100.0
    } else {
        0.0
    };
    let shown = percent(before);
    match change {
        change if change >= 0.05 => Note {
            icon: Some(Icon::ArrowUp),
            words: (words.up)(&decimal(change, 1), &shown),
            tone: Tone::Good,
        },
        change if change <= -0.05 => Note {
            icon: Some(Icon::ArrowDown),
            words: (words.down)(&decimal(-change, 1), &shown),
            tone: Tone::Watch,
        },
        _ => Note {
            icon: Some(Icon::Minus),
            words: (words.unchanged)(&shown),
            tone: Tone::Neutral,
        },
    }
}

#[component]
fn ConversionRate(shown: Shown) -> impl IntoView {
    let (words, view, overview) = (&text().overview, use_view(), shown.overview);
    let figures =
        Memo::new(move |_| overview.with(|it| (it.conversions.current, it.clicks.current)));
    let metric = shown.metric(
        words.conversion_rate,
        words.conversion_rate_formula,
        |_, metric| metric,
    );
    let value = Signal::derive(move || match figures.get() {
        (_, 0) => NONE.to_owned(),
        (conversions, clicks) => percent(conversions as f64 / clicks as f64 * 100.0),
    });
    let before =
        Memo::new(move |_| overview.with(|it| (it.conversions.previous, it.clicks.previous)));
    let note = Signal::derive(move || {
        view.compare
            .get()
            .then(|| rate_change(figures.get(), before.get()))
    });
    let basis = Signal::derive(move || {
        let (conversions, clicks) = figures.get();
        (words.conversion_rate_basis)(&count(conversions), &count(clicks))
    });
    view! { <Stat title=words.conversion_rate value metric basis note/> }
}
