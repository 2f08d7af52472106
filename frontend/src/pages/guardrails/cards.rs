//! The four parts of the score as figures, each with what it takes off and how that went.

use leptos::prelude::*;
use viral_engine_api_types::guardrails::{Deductions, GuardrailsOverview};

use super::Figures;
use super::health::History;
use crate::components::{Icon, Metric, Note, Stat, Tone};
use crate::format::number::percent_or_none;
use crate::format::{count, percent, score};
use crate::i18n::text;
use crate::router::{Query, use_router};
use crate::view::use_view;

/// A part of the score.
struct Part {
    /// Name of the part in the explanations.
    id: &'static str,
    /// Tab with its evidence.
    tab: &'static str,
    /// Operation of the API that documents it.
    operation: &'static str,
    title: &'static str,
    value: fn(&GuardrailsOverview) -> String,
    unit: fn(&GuardrailsOverview) -> String,
    basis: fn(&GuardrailsOverview) -> String,
    points: fn(&Deductions) -> f64,
}

/// The four cards.
#[component]
pub fn Cards(figures: Figures, history: History) -> impl IntoView {
    let words = &text().guardrails.cards;
    let parts = [
        Part {
            id: "fraud",
            tab: "suspicious-clicks",
            operation: "guardrails/get_suspicious_clicks",
            title: words.fraud,
            value: |it| count(it.health.components.suspicious_clicks.total_flagged_ips),
            unit: |it| {
                (text().guardrails.cards.fraud_unit)(
                    it.health.components.suspicious_clicks.total_flagged_ips,
                )
            },
            basis: |it| {
                (text().guardrails.cards.clicks_basis)(&count(
                    it.health.components.suspicious_clicks.total_clicks,
                ))
            },
            points: |it| it.fraud,
        },
        Part {
            id: "bot_behavior",
            tab: "bots",
            operation: "guardrails/get_bots",
            title: words.bots,
            value: |it| count(it.health.components.bots.total_flagged_devices),
            unit: |it| {
                (text().guardrails.cards.bots_unit)(it.health.components.bots.total_flagged_devices)
            },
            basis: |it| {
                let rule = it.health.components.bots.detection_params;
                (text().guardrails.cards.bots_basis)(rule.min_clicks, rule.time_window_seconds)
            },
            points: |it| it.bot_behavior,
        },
        Part {
            id: "opt_out_rate",
            tab: "opt-outs",
            operation: "guardrails/get_opt_outs",
            title: words.opt_outs,
            value: |it| {
                let rates = &it.health.components.opt_outs;
                percent(
                    (rates.parent_shares.opt_out_rate + rates.attribution_links.opt_out_rate) / 2.0,
                )
            },
            basis: |it| {
                let rates = &it.health.components.opt_outs;
                let (shares, links) = (
                    rates.parent_shares.opt_out_rate,
                    rates.attribution_links.opt_out_rate,
                );
                (text().guardrails.cards.shares_basis)(&percent(shares), &percent(links))
            },
            unit: |_| String::new(),
            points: |it| it.opt_out_rate,
        },
        Part {
            id: "coppa_violations",
            tab: "coppa",
            operation: "guardrails/get_coppa",
            title: words.coppa,
            value: |it| percent_or_none(it.health.components.coppa.overall_compliance_rate),
            basis: coppa_basis,
            unit: |_| String::new(),
            points: |it| it.coppa_violations,
        },
    ];
    view! {
        <div class="grid gap-4 grid-cols-1 min-[420px]:grid-cols-2 xl:grid-cols-4 h-full">
            {parts.map(|part| card(part, figures, history)).into_iter().collect_view()}
        </div>
    }
}

fn coppa_basis(it: &GuardrailsOverview) -> String {
    let (words, coppa) = (&text().guardrails.cards, &it.health.components.coppa);
    let checked = coppa.parent_shares.total_checked + coppa.progress_reels.total_checked;
    if checked == 0 {
        return words.nothing_checked.to_owned();
    }
    let target = percent(coppa.target);
    let target = if coppa.below_target {
        (words.below_target)(&target)
    } else {
        (words.target)(&target)
    };
    format!("{}, {target}", (words.checked_basis)(&count(checked)))
}

fn card(part: Part, figures: Figures, history: History) -> impl IntoView {
    let (router, view) = (use_router(), use_view());
    let words = &text().guardrails.cards;
    let Part {
        id,
        tab,
        operation,
        title,
        value,
        unit,
        basis,
        points,
    } = part;
    let metric = Signal::derive(move || {
        figures.with(|it| {
            let told = it.health.explanations.iter().find(|told| told.part == id);
            let metric = Metric::new(
                title,
                told.map(|told| told.sentence.clone()).unwrap_or_default(),
            );
            let metric = told.into_iter().fold(metric, |metric, told| {
                metric
                    .fact(words.input, told.input.clone())
                    .fact(words.formula, told.formula.clone())
            });
            metric
                .window(&it.health.window)
                .docs(operation)
                .computed(it.computed_at, view.now.get())
        })
    });
    let note = Signal::derive(move || {
        let points = figures.with(|it| points(&it.health.deductions));
        Some(match points {
            points if points < 0.05 => Note {
                icon: Some(Icon::Check),
                words: words.none_off.to_owned(),
                tone: Tone::Good,
            },
            points => Note {
                icon: Some(Icon::ArrowDown),
                words: (words.off)(&score(points)),
                tone: Tone::Bad,
            },
        })
    });
    let trend = Signal::derive(move || {
        let snapshots = history.with(|it| {
            it.as_ref().map(|it| {
                it.snapshots
                    .iter()
                    .map(|at| points(&at.deductions))
                    .collect()
            })
        });
        snapshots.unwrap_or_default()
    });
    let href = Signal::derive(move || {
        Some(router.href_with("/guardrails", &Query::new().and("tab", tab)))
    });
    view! {
        <Stat
            title
            value=Signal::derive(move || figures.with(value))
            unit=Signal::derive(move || figures.with(unit))
            metric
            basis=Signal::derive(move || figures.with(basis))
            note
            trend
            href
        />
    }
}
