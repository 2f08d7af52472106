//! The six figures at the top.

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use viral_engine_api_types::growth::{
    CycleTime, InvitesFrom, KFactor, KFigures, KStatus, ViralCoefficient,
};

use super::{K_PLACES, asked_compared, interval};
use crate::api::{Api, ApiResult, use_api};
use crate::components::{Icon, Metric, Note, RemoteView, Shape, Stat, Tone};
use crate::format::number::NONE;
use crate::format::{count, decimal, percent};
use crate::i18n::growth;
use crate::live::use_live;
use crate::remote::Remote;
use crate::router::Query;
use crate::view::use_view;

/// All that the cards show.
#[derive(Clone, Debug, PartialEq)]
struct Figures {
    k: KFactor,
    viral: ViralCoefficient,
    cycle: CycleTime,
}

impl Figures {
    async fn load(api: Api, query: Query) -> ApiResult<Self> {
        let (k, viral, cycle) = futures_util::join!(
            api.get_k_factor(&query),
            api.get_viral_coefficient(&query),
            api.get_cycle_time(&query),
        );
        Ok(Self {
            k: k?,
            viral: viral?,
            cycle: cycle?,
        })
    }
}

/// The cards.
#[component]
pub fn Cards() -> impl IntoView {
    let (api, live) = (use_api(), use_live());
    let remote = Remote::new(asked_compared, move |query| Figures::load(api, query))
        .reload_on(move || live.data.get());
    view! {
        <RemoteView remote name=growth().name shape=Shape::Overview let:figures>
            <Six figures answered=remote.answered/>
        </RemoteView>
    }
}

/// A card's texts, each told from the figures.
#[derive(Clone, Copy)]
struct Said {
    title: &'static str,
    formula: &'static str,
    docs: &'static str,
    value: fn(&Figures) -> String,
    basis: fn(&Figures) -> String,
    /// The figure now and in the period before.
    compared: fn(&Figures) -> Option<(f64, f64)>,
    /// The figure of the period before in words.
    before: fn(f64) -> String,
    /// What to say where nothing is compared.
    standing: Option<fn(&KFigures) -> Note>,
}

#[component]
fn Six(figures: Signal<Figures>, answered: RwSignal<Option<DateTime<Utc>>>) -> impl IntoView {
    let cards = [k(), viral(), rate(), cycle(), active(), invites()];
    let card = |said: Said| view! { <One said figures answered/> };
    view! { <div class="grid gap-4 grid-cols-1 min-[420px]:grid-cols-2 md:grid-cols-3 xl:grid-cols-6">{cards.map(card)}</div> }
}

#[component]
fn One(
    said: Said,
    figures: Signal<Figures>,
    answered: RwSignal<Option<DateTime<Utc>>>,
) -> impl IntoView {
    let (view, words) = (use_view(), growth());
    let metric = Signal::derive(move || {
        let metric = figures.with(|it| {
            let is = match it.k.invites_from {
                InvitesFrom::Events => words.from_events,
                InvitesFrom::Links => words.from_links,
            };
            let matured = percent(it.k.figures.matured_share * 100.0);
            let metric = Metric::new(said.title, said.formula)
                .fact(words.invites_from, is)
                .fact(words.matured, matured);
            let metric = match it.k.figures.immature {
                true => metric.fact(
                    words.immature,
                    (words.immature_formula)(&it.k.maturity_days.to_string()),
                ),
                false => metric,
            };
            metric.window(&it.k.window).docs(said.docs)
        });
        match answered.get() {
            Some(at) => metric.computed(at, view.now.get()),
            None => metric,
        }
    });
    let note = Signal::derive(move || {
        figures.with(|it| {
            let compared =
                (said.compared)(it).map(|(now, before)| change(now, before, said.before));
            compared.or_else(|| Some(said.standing?(&it.k.figures)))
        })
    });
    view! {
        <Stat
            title=said.title
            value=Signal::derive(move || figures.with(said.value))
            metric
            basis=Signal::derive(move || figures.with(said.basis))
            note
        />
    }
}

const K_DOCS: &str = "growth/get_k_factor";

/// How good K is, unless it is too young to tell.
fn standing(figures: &KFigures) -> Note {
    let words = growth();
    if figures.immature {
        return Note {
            icon: Some(Icon::Clock),
            words: words.immature.to_owned(),
            tone: Tone::Neutral,
        };
    }
    let tone = match figures.k_status {
        KStatus::Excellent | KStatus::Good => Tone::Good,
        KStatus::Warning => Tone::Watch,
        KStatus::Poor => Tone::Bad,
    };
    Note {
        icon: None,
        words: (words.k_status)(figures.k_status).to_owned(),
        tone,
    }
}

/// How a figure differs from the period before, by arrow and word.
fn change(now: f64, before: f64, said: fn(f64) -> String) -> Note {
    let words = growth();
    let (icon, told, tone) = match now - before {
        change if change.abs() < 0.000_5 => (Icon::Minus, words.same, Tone::Neutral),
        change if change > 0.0 => (Icon::ArrowUp, words.up, Tone::Neutral),
        _ => (Icon::ArrowDown, words.down, Tone::Neutral),
    };
    Note {
        icon: Some(icon),
        words: told(&said(before)),
        tone,
    }
}

fn before(it: &Figures, of: fn(&KFigures) -> f64) -> Option<(f64, f64)> {
    let previous = it.k.previous.as_ref()?;
    Some((of(&it.k.figures), of(previous)))
}

fn k() -> Said {
    let words = growth();
    Said {
        title: words.k_factor,
        formula: words.k_formula,
        docs: K_DOCS,
        value: |it| decimal(it.k.figures.k_factor, K_PLACES),
        basis: |it| {
            let places = |it: f64| decimal(it, K_PLACES);
            let interval = it.k.figures.k_interval;
            let said = match it.k.figures.k_interval_is_rough {
                true => growth().rough_interval,
                false => growth().interval,
            };
            interval.map_or_else(String::new, |it| said(&places(it.low), &places(it.high)))
        },
        compared: |it| before(it, |figures| figures.k_factor),
        before: |before| decimal(before, K_PLACES),
        standing: Some(standing),
    }
}

fn viral() -> Said {
    let words = growth();
    Said {
        title: words.viral,
        formula: words.viral_formula,
        docs: "growth/get_viral_coefficient",
        value: |it| decimal(it.viral.figures.viral_coefficient, K_PLACES),
        basis: |it| {
            let figures = &it.viral.figures;
            (growth().viral_basis)(&count(figures.conversions), &count(figures.existing_users))
        },
        compared: |it| {
            let previous = it.viral.previous.as_ref()?;
            Some((
                it.viral.figures.viral_coefficient,
                previous.viral_coefficient,
            ))
        },
        before: |before| decimal(before, K_PLACES),
        standing: None,
    }
}

fn rate() -> Said {
    let words = growth();
    Said {
        title: words.rate,
        formula: words.rate_formula,
        docs: K_DOCS,
        value: |it| match it.k.figures.total_clicks {
            0 => NONE.to_owned(),
            _ => percent(it.k.figures.conversion_rate),
        },
        basis: |it| {
            let figures = &it.k.figures;
            let basis = (growth().rate_basis)(
                &count(figures.total_conversions),
                &count(figures.total_clicks),
            );
            match figures.conversion_rate_interval {
                Some(wilson) => format!("{basis} {}", interval(wilson, 1)),
                None => basis,
            }
        },
        compared: |it| before(it, |figures| figures.conversion_rate),
        before: percent,
        standing: None,
    }
}

fn cycle() -> Said {
    let words = growth();
    Said {
        title: words.cycle,
        formula: words.cycle_formula,
        docs: "growth/get_cycle_time",
        value: |it| {
            it.cycle
                .figures
                .median_hours
                .map_or_else(|| NONE.to_owned(), hours)
        },
        basis: |it| {
            let figures = &it.cycle.figures;
            match figures.p90_hours {
                Some(p90) => (growth().cycle_basis)(&count(figures.n), &hours(p90)),
                None if figures.immature => growth().immature.to_owned(),
                None => String::new(),
            }
        },
        compared: |it| {
            let previous = it.cycle.previous.as_ref()?;
            it.cycle.figures.median_hours.zip(previous.median_hours)
        },
        before: hours,
        standing: None,
    }
}

fn hours(hours: f64) -> String {
    (growth().hours)(&decimal(hours, 1))
}

fn active() -> Said {
    let words = growth();
    Said {
        title: words.active,
        formula: words.active_formula,
        docs: K_DOCS,
        value: |it| count(it.k.figures.active_users),
        basis: |it| {
            let figures = &it.k.figures;
            let share = percent(figures.participation * 100.0);
            (growth().active_basis)(&count(figures.eligible_users), &share)
        },
        compared: |it| before(it, |figures| figures.active_users as f64),
        before: |before| count(before as i64),
        standing: None,
    }
}

fn invites() -> Said {
    let words = growth();
    Said {
        title: words.invites_per_user,
        formula: words.invites_per_user_formula,
        docs: K_DOCS,
        value: |it| decimal(it.k.figures.avg_invites_per_user, 2),
        basis: |it| {
            let figures = &it.k.figures;
            (growth().invites_basis)(&count(figures.total_invites), &count(figures.active_users))
        },
        compared: |it| before(it, |figures| figures.avg_invites_per_user),
        before: |before| decimal(before, 2),
        standing: None,
    }
}
