//! What to do next, from the figures of a report: by how high K is, weak loops, and health.

use super::figures::ReportFigures;

/// A loop below this K is weak.
const WEAK: f64 = 0.3;
/// Below this the health score needs work.
const HEALTHY_FROM: f64 = 75.0;
/// Most weak loops that are named.
const MOST_WEAK: usize = 3;

/// At least three recommendations: two for the height of K, one each for weak loops and for health.
#[must_use]
pub fn recommendations(figures: &ReportFigures) -> Vec<String> {
    let k = figures.current.growth.k_factor();
    let mut all: Vec<String> = for_k(k).into_iter().map(str::to_owned).collect();
    let weak: Vec<_> = figures
        .loops_by_k()
        .into_iter()
        .rev()
        .filter(|figures| figures.growth.k_factor() < WEAK)
        .take(MOST_WEAK)
        .collect();
    all.extend(weak.iter().map(|figures| {
        format!(
            "Rework or pause {}: its K is {:.3}, below {WEAK}.",
            figures.source,
            figures.growth.k_factor()
        )
    }));
    all.push(for_health(figures));
    all
}

fn for_k(k: f64) -> [&'static str; 2] {
    if k >= 1.0 {
        [
            "K is at least 1: give the best loop more occasions, and watch that rewards pay off.",
            "Growth this fast draws abuse: look at the guardrails daily.",
        ]
    } else if k >= 0.7 {
        [
            "K is close to 1: try a shorter way from click to first value, where most are lost last.",
            "Run one experiment at a time on the best loop, since small gains now count most.",
        ]
    } else if k >= 0.3 {
        [
            "Raise conversions per click first: check the landing page of the loop with most clicks.",
            "Ask for an invitation at moments of success, when users like to share.",
        ]
    } else {
        [
            "K is below 0.3: find one loop that works before adding others.",
            "See in the funnel which step loses most people, and mend that one first.",
        ]
    }
}

fn for_health(figures: &ReportFigures) -> String {
    let score = figures.health_score;
    if score < HEALTHY_FROM {
        format!("Health is {score:.1}: settle the open alerts before spending on growth.")
    } else {
        format!("Health is {score:.1}: keep the thresholds as they are.")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{LoopFigures, PeriodFigures};
    use super::*;
    use crate::growth::GrowthCounts;

    fn figures(users: u64, conversions: u64, health_score: f64) -> ReportFigures {
        ReportFigures {
            current: PeriodFigures {
                growth: counts(users, conversions),
                ..PeriodFigures::default()
            },
            health_score,
            ..ReportFigures::default()
        }
    }

    fn counts(active_users: u64, conversions: u64) -> GrowthCounts {
        GrowthCounts {
            active_users,
            invites: 2 * active_users,
            clicks: active_users,
            conversions,
        }
    }

    #[test]
    fn tiers_begin_at_their_threshold() {
        let first = |conversions| recommendations(&figures(1_000, conversions, 90.0))[0].clone();
        assert!(first(299).contains("below 0.3"));
        assert!(first(300).contains("conversions per click"));
        assert!(first(699).contains("conversions per click"));
        assert!(first(700).contains("close to 1"));
        assert!(first(999).contains("close to 1"));
        assert!(first(1_000).contains("at least 1"));
    }

    #[test]
    fn weak_loops_are_named_the_weakest_first() {
        let mut figures = figures(100, 50, 60.0);
        figures.loops = [("strong", 50), ("weak", 20), ("weakest", 10)]
            .map(|(source, conversions)| LoopFigures {
                source: source.to_owned(),
                growth: counts(100, conversions),
            })
            .into();
        let all = recommendations(&figures);
        assert_eq!(
            all[2],
            "Rework or pause weakest: its K is 0.100, below 0.3."
        );
        assert_eq!(all[3], "Rework or pause weak: its K is 0.200, below 0.3.");
        assert_eq!(
            all[4],
            "Health is 60.0: settle the open alerts before spending on growth."
        );
    }

    proptest! {
        #[test]
        fn there_are_always_three(users in 0_u64..1_000, conversions in 0_u64..2_000, health in 0.0..100.0_f64) {
            prop_assert!(recommendations(&figures(users, conversions, health)).len() >= 3);
        }
    }
}
