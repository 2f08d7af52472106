//! The headline figures of a report.

use leptos::prelude::*;
use viral_engine_api_types::reports::Report;

use super::change::change_note;
use super::period;
use crate::components::{Metric, Note, Stat};
use crate::format::number::{NONE, percent_or_none};
use crate::format::{count, decimal, percent, score};
use crate::i18n::text;

/// One figure.
struct Figure {
    title: &'static str,
    formula: &'static str,
    value: String,
    basis: String,
    note: Option<Note>,
}

impl Figure {
    fn new(title: &'static str, formula: &'static str, value: String) -> Self {
        Self {
            title,
            formula,
            value,
            basis: String::new(),
            note: None,
        }
    }
}

/// All of them.
#[component]
pub fn Figures(report: Report) -> impl IntoView {
    let days = format!("{} ({})", period(&report), report.time_zone);
    let stat = |figure: Figure| {
        let metric = Metric::new(figure.title, figure.formula)
            .fact(text().overview.window, days.clone())
            .docs("reports/get_report");
        view! {
            <Stat
                title=figure.title
                value=Signal::stored(figure.value)
                metric=Signal::stored(metric)
                basis=Signal::stored(figure.basis)
                note=Signal::stored(figure.note)
            />
        }
    };
    view! {
        <div class="grid gap-4 grid-cols-2 md:grid-cols-3 xl:grid-cols-5">
            {figures(&report).into_iter().map(stat).collect_view()}
        </div>
    }
}

fn figures(report: &Report) -> Vec<Figure> {
    let words = &text().reports;
    let number = |figure: Option<i64>| figure.map_or_else(|| NONE.to_owned(), count);
    let k = report
        .k_factor
        .map_or_else(|| NONE.to_owned(), |k| decimal(k, 3));
    let links = (words.clicked_of)(
        &number(report.viral_links_clicked),
        &number(report.viral_links_created),
    );
    let alerts: i64 = report
        .alerts
        .iter()
        .flat_map(|alerts| alerts.values())
        .sum();
    vec![
        Figure {
            note: change_note(report.k_factor_trend, report.k_factor_change_pct),
            ..Figure::new(words.k_factor, words.k_formula, k)
        },
        Figure::new(
            words.active_users,
            words.active_users_formula,
            number(report.active_users),
        ),
        Figure::new(
            words.conversions,
            words.conversions_formula,
            number(report.total_conversions),
        ),
        Figure {
            // The engine names the direction of the rate, not by how much.
            note: change_note(report.conversion_trend, None).map(|note| Note {
                words: report
                    .conversion_trend
                    .map(words.direction)
                    .unwrap_or_default()
                    .to_owned(),
                ..note
            }),
            ..Figure::new(
                words.rate,
                words.rate_formula,
                percent_or_none(report.conversion_rate),
            )
        },
        Figure::new(
            words.links_created,
            words.links_created_formula,
            number(report.viral_links_created),
        ),
        Figure {
            basis: links,
            ..Figure::new(
                words.ctr,
                words.ctr_formula,
                percent_or_none(report.click_through_rate),
            )
        },
        Figure::new(
            words.health,
            words.health_formula,
            report.health_score.map_or_else(|| NONE.to_owned(), score),
        ),
        Figure {
            basis: if report.compliance_rate.is_none() {
                words.none_checked.to_owned()
            } else {
                String::new()
            },
            ..Figure::new(
                words.compliance,
                words.compliance_formula,
                report
                    .compliance_rate
                    .map_or_else(|| NONE.to_owned(), percent),
            )
        },
        Figure::new(
            words.fraud_flags,
            words.fraud_flags_formula,
            number(report.fraud_flags),
        ),
        Figure {
            basis: alert_types(report),
            ..Figure::new(words.alerts, words.alerts_formula, count(alerts))
        },
    ]
}

/// Alerts by their types, by the names people know them by.
fn alert_types(report: &Report) -> String {
    use viral_engine_api_types::alerts::AlertType;
    let name = |id: &str| {
        let known = AlertType::ALL.into_iter().find(|kind| kind.as_str() == id);
        known.map_or_else(
            || id.replace('_', " "),
            |kind| (text().alerts.alert_type)(kind).to_owned(),
        )
    };
    let types = report.alerts.iter().flatten();
    let each: Vec<_> = types
        .map(|(kind, number)| format!("{} {}", name(kind), count(*number)))
        .collect();
    each.join(", ")
}
