//! How often the interval of each loop's K holds the K that the simulator's people have by nature.
//!
//! That K is not known in advance: reloads, limits and ends of links take part in it. It is what all simulated platforms
//! together show, of which each is one; with hundreds of them it is known far better than any single one tells it.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use chrono::{DateTime, TimeDelta};
use viral_engine_domain::growth::KSums;
use viral_engine_simulator::{EventKind, PlantedPlan, SimulationPlan, World, simulate};

use crate::cli::ScoreArguments;

/// The platforms are loaded nowhere, so that their days are of no account, but the same seeds must make the same ones.
const DAY_OF_END: TimeDelta = TimeDelta::days(20_500);

/// Counts of the platforms of one loop.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Coverage {
    pub(super) name: String,
    pub(super) k: f64,
    pub(super) runs: u32,
    /// In which the interval held K.
    pub(super) held: u32,
    /// In which it lay above K.
    pub(super) above: u32,
    /// In which it was said to be rough, or there was none.
    pub(super) rough: u32,
}

impl Coverage {
    pub(super) fn percent(&self, count: u32) -> f64 {
        f64::from(count) / f64::from(self.runs.max(1)) * 100.0
    }

    fn of(name: String, platforms: &[KSums]) -> Self {
        let total = |of: fn(&KSums) -> u64| platforms.iter().map(of).sum::<u64>() as f64;
        let k = total(|sums| sums.conversions) / total(|sums| sums.inviters);
        let mut coverage = Self {
            name,
            k,
            runs: platforms.len() as u32,
            ..Self::default()
        };
        for sums in platforms {
            if let Some(interval) = sums.interval_95() {
                coverage.held += u32::from(interval.low <= k && k <= interval.high);
                coverage.above += u32::from(k < interval.low);
            }
            coverage.rough += u32::from(!sums.suffices());
        }
        coverage
    }
}

/// Simulates platforms in which nothing is planted; seeds count up from the given one.
pub(super) fn measure(arguments: &ScoreArguments) -> Result<Vec<Coverage>> {
    let end = DateTime::UNIX_EPOCH + DAY_OF_END;
    let mut platforms: BTreeMap<String, Vec<KSums>> = BTreeMap::new();
    for number in 0..arguments.worlds {
        let seed = arguments.seed.wrapping_add(u64::from(number));
        let plan = SimulationPlan {
            planted: PlantedPlan::default(),
            ..SimulationPlan::new(seed, arguments.users, arguments.days, end)
        };
        let simulation = simulate(plan).context("the platform could not be simulated")?;
        for (source, sums) in sums(&simulation.world) {
            platforms.entry(source.to_owned()).or_default().push(sums);
        }
    }
    let coverage = |(name, platforms): (String, Vec<KSums>)| Coverage::of(name, &platforms);
    Ok(platforms.into_iter().map(coverage).collect())
}

/// What each person brought, by loop.
fn sums(world: &World) -> BTreeMap<&str, KSums> {
    let mut brought: BTreeMap<&str, BTreeMap<usize, (u64, bool)>> = BTreeMap::new();
    for event in &world.events {
        let Some(link) = event.link else { continue };
        let of_loop = brought.entry(&world.links[link.0].source).or_default();
        let (conversions, invited) = of_loop.entry(event.referrer.0).or_default();
        match event.kind {
            EventKind::InviteSent { .. } => *invited = true,
            EventKind::Conversion { .. } => *conversions += 1,
            EventKind::Click { .. } | EventKind::Activation { .. } => {}
        }
    }
    let sums = |people: BTreeMap<usize, (u64, bool)>| {
        let mut sums = KSums::default();
        for (conversions, invited) in people.into_values() {
            sums.add(conversions, invited);
        }
        sums
    };
    brought
        .into_iter()
        .map(|(source, people)| (source, sums(people)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_k_of_all_platforms_is_what_each_is_held_against() {
        let platform = |brought: &[u64]| {
            let mut sums = KSums::default();
            brought.iter().for_each(|x| sums.add(*x, true));
            sums
        };
        // K of all is 1.5: the first interval is around 0.5 and ends below, the second holds it.
        let few: Vec<u64> = (0..200).map(|number| number % 2).collect();
        let many: Vec<u64> = (0..200).map(|number| 2 + number % 2).collect();
        let even: Vec<u64> = (0..20).map(|number| number % 4).collect();
        let coverage = Coverage::of(
            "x".to_owned(),
            &[platform(&few), platform(&many), platform(&even)],
        );
        assert!((coverage.k - 1.5).abs() < 1e-12, "{coverage:?}");
        assert_eq!((coverage.held, coverage.above, coverage.rough), (1, 1, 1));
    }

    #[test]
    fn a_platform_is_summed_by_person_and_loop() {
        let plan = SimulationPlan {
            planted: PlantedPlan::default(),
            ..SimulationPlan::new(3, 200, 20, DateTime::UNIX_EPOCH + DAY_OF_END)
        };
        let world = simulate(plan).expect("a world").world;
        let conversions: u64 = sums(&world).values().map(|sums| sums.conversions).sum();
        let reported = world.events.iter();
        let reported = reported.filter(|event| matches!(event.kind, EventKind::Conversion { .. }));
        assert_eq!(conversions, reported.count() as u64);
        assert!(conversions > 20, "{conversions}");
    }
}
