//! What the figures of a report say, in sentences that name them.

use super::figures::ReportFigures;
use crate::growth::{Trend, k_ratio_interval_95};
use crate::statistics::Interval;

/// Below this the health score is a warning.
const HEALTHY_FROM: f64 = 75.0;
/// Every new user brings at least one more.
const VIRAL: f64 = 1.0;

/// The insights of a report. With data there are always at least five: threshold, trend, loops, health, compliance.
#[must_use]
pub fn insights(figures: &ReportFigures) -> Vec<String> {
    if !figures.has_data() {
        return without_data(figures);
    }
    let mut insights = vec![threshold(figures), trend(figures)];
    insights.extend(loops(figures));
    insights.push(health(figures));
    insights.push(compliance(figures));
    insights.extend(best_referrer(figures));
    insights.extend(anomalies(figures));
    insights
}

fn without_data(figures: &ReportFigures) -> Vec<String> {
    vec![
        "No data: nobody invited, clicked or converted in this period.".to_owned(),
        "No data for a trend: K is 0 and there is nothing to compare.".to_owned(),
        "No data by loop: no loop sent an invitation.".to_owned(),
        health(figures),
        compliance(figures),
    ]
}

fn threshold(figures: &ReportFigures) -> String {
    let k = figures.current.growth.k_factor();
    if k >= VIRAL {
        return format!(
            "K is {k:.3}: the viral threshold of 1 is reached, each inviting user brings at least one more."
        );
    }
    let missing = VIRAL - k;
    format!("K is {k:.3}, {missing:.3} below the viral threshold of 1.")
}

fn trend(figures: &ReportFigures) -> String {
    let (before, now) = (&figures.previous.growth, &figures.current.growth);
    let change = figures.k_change();
    let (from, to) = (before.k_factor(), now.k_factor());
    let sums = figures.previous.sums.zip(figures.current.sums);
    let Some(percent) = change.percent else {
        return format!("K went from 0 to {to:.3}: the period before has nothing to compare with.");
    };
    let way = match change.trend {
        Trend::Up => "rose",
        Trend::Down => "fell",
        Trend::Stable => "is stable",
    };
    let figures = format!("K {way}: {from:.3} before, {to:.3} now ({percent:+.1} %)");
    match sums {
        None => format!("{figures}."),
        Some((before, now)) => {
            format!("{figures}{}", certainty(k_ratio_interval_95(&before, &now)))
        }
    }
}

/// What the interval of the change lets one say.
fn certainty(interval: Option<Interval>) -> String {
    match interval {
        None => "; too few conversions for an interval.".to_owned(),
        Some(Interval { low, high }) => {
            let (low, high) = ((low - 1.0) * 100.0, (high - 1.0) * 100.0);
            let range = format!("95 % interval of the change {low:+.1} % to {high:+.1} %");
            if low <= 0.0 && 0.0 <= high {
                format!("; the {range} contains no change.")
            } else {
                format!("; the {range}.")
            }
        }
    }
}

fn loops(figures: &ReportFigures) -> Vec<String> {
    let sorted = figures.loops_by_k();
    let describe = |rank: &str, index: Option<&&super::LoopFigures>| {
        index.map(|figures| {
            let growth = &figures.growth;
            format!(
                "{rank} loop: {} with K {:.3} (conversions: {}, invitations: {}).",
                figures.source,
                growth.k_factor(),
                growth.conversions,
                growth.invites,
            )
        })
    };
    match sorted.as_slice() {
        [] => vec!["No loop sent an invitation, so none can be compared.".to_owned()],
        [only] => describe("Only", Some(only)).into_iter().collect(),
        [first, .., last] => [
            describe("Best", Some(first)),
            describe("Weakest", Some(last)),
        ]
        .into_iter()
        .flatten()
        .collect(),
    }
}

fn health(figures: &ReportFigures) -> String {
    let score = figures.health_score;
    if score < HEALTHY_FROM {
        format!(
            "Health score {score:.1}: below {HEALTHY_FROM:.0}, look at what the guardrails deduct."
        )
    } else {
        format!("Health score {score:.1}: traffic looks sound.")
    }
}

fn compliance(figures: &ReportFigures) -> String {
    match figures.compliance_rate {
        None => "Compliance: no shared payload was checked for personal information.".to_owned(),
        Some(rate) if rate >= 100.0 => {
            "Compliance 100.00 %: no shared payload held personal information.".to_owned()
        }
        Some(rate) => {
            format!("Compliance {rate:.2} %: some shared payloads held personal information.")
        }
    }
}

fn best_referrer(figures: &ReportFigures) -> Option<String> {
    let (referrer, conversions) = figures.best_referrer.as_ref()?;
    let total = figures.current.growth.conversions;
    Some(format!(
        "Best referrer: {referrer} with {conversions} of {total} conversions."
    ))
}

fn anomalies(figures: &ReportFigures) -> Option<String> {
    let (flags, alerts) = (figures.fraud_flags, figures.alerts_opened);
    (flags > 0 || alerts > 0).then(|| {
        format!("Anomalies: networks and devices flagged: {flags}, alerts opened: {alerts}.")
    })
}

#[cfg(test)]
mod tests {
    use super::super::{LoopFigures, PeriodFigures};
    use super::*;
    use crate::growth::{GrowthCounts, KSums};

    fn growth(active_users: u64, invites: u64, clicks: u64, conversions: u64) -> GrowthCounts {
        GrowthCounts {
            active_users,
            invites,
            clicks,
            conversions,
        }
    }

    /// Everybody who converted somebody brought two, the others nobody.
    fn period(growth: GrowthCounts) -> PeriodFigures {
        let mut sums = KSums::default();
        for user in 0..growth.active_users {
            sums.add(if user < growth.conversions / 2 { 2 } else { 0 }, true);
        }
        PeriodFigures {
            growth,
            sums: Some(sums),
            links_created: 10,
            links_clicked: 5,
        }
    }

    fn figures() -> ReportFigures {
        let source = |source: &str, growth| LoopFigures {
            source: source.to_owned(),
            growth,
        };
        ReportFigures {
            current: period(growth(100, 400, 200, 80)),
            previous: period(growth(100, 400, 200, 40)),
            loops: vec![
                source("buddy_challenge", growth(50, 200, 100, 60)),
                source("", growth(0, 0, 0, 3)),
                source("results_rally", growth(60, 200, 100, 12)),
            ],
            best_referrer: Some(("ada".to_owned(), 7)),
            health_score: 88.0,
            compliance_rate: Some(99.5),
            fraud_flags: 2,
            alerts_opened: 1,
        }
    }

    #[test]
    fn every_insight_names_the_figures_it_follows_from() {
        assert_eq!(
            insights(&figures()),
            [
                "K is 0.800, 0.200 below the viral threshold of 1.",
                "K rose: 0.400 before, 0.800 now (+100.0 %); the 95 % interval of the change +29.4 % to +245.2 %.",
                "Best loop: buddy_challenge with K 1.200 (conversions: 60, invitations: 200).",
                "Weakest loop: results_rally with K 0.200 (conversions: 12, invitations: 200).",
                "Health score 88.0: traffic looks sound.",
                "Compliance 99.50 %: some shared payloads held personal information.",
                "Best referrer: ada with 7 of 80 conversions.",
                "Anomalies: networks and devices flagged: 2, alerts opened: 1.",
            ]
        );
    }

    #[test]
    fn a_change_that_may_be_none_says_so() {
        let mut figures = figures();
        figures.previous = period(growth(100, 400, 200, 70));
        let trend = &insights(&figures)[1];
        assert!(
            trend.starts_with("K rose: 0.700 before, 0.800 now (+14.3 %)"),
            "{trend}"
        );
        assert!(trend.ends_with("contains no change."), "{trend}");
    }

    #[test]
    fn without_what_each_person_brought_nothing_is_said_of_chance() {
        let mut figures = figures();
        figures.previous.sums = None;
        let trend = &insights(&figures)[1];
        assert_eq!(trend, "K rose: 0.400 before, 0.800 now (+100.0 %).");
    }

    #[test]
    fn from_nothing_no_change_is_invented() {
        let mut figures = figures();
        figures.previous = PeriodFigures::default();
        assert_eq!(
            insights(&figures)[1],
            "K went from 0 to 0.800: the period before has nothing to compare with."
        );
    }

    #[test]
    fn an_empty_period_says_that_there_is_no_data() {
        let empty = ReportFigures {
            health_score: 100.0,
            ..ReportFigures::default()
        };
        let insights = insights(&empty);
        assert_eq!(insights.len(), 5);
        assert!(insights[..3].iter().all(|text| text.starts_with("No data")));
    }

    #[test]
    fn with_data_there_are_at_least_five() {
        let mut figures = figures();
        figures.loops.clear();
        figures.best_referrer = None;
        (figures.fraud_flags, figures.alerts_opened) = (0, 0);
        assert_eq!(insights(&figures).len(), 5);
    }
}
