//! Loops whose K is asked for.
//!
//! What a link brings passes limits, reloads and the end of the world, so that no formula leads from rates to K. The rates of a
//! loop are therefore adjusted on other platforms of the same kind, until these have the K together.

use std::collections::{BTreeMap, BTreeSet};

use crate::plan::{LoopPlan, PlanError, PlantedPlan, SimulationPlan};
use crate::world::{EventKind, World};
use crate::{SimulationError, simulate};

/// Platforms that are measured at a time, and users of each: some thousand who invite in each loop.
const PLATFORMS: u64 = 4;
const USERS: u32 = 12_000;
/// How often rates are adjusted at most.
const ROUNDS: u32 = 8;
/// How near the K must come, as a share of it.
const NEAR: f64 = 0.005;
/// More people than these are not persuaded: beyond, more people follow links.
const MOST_CONVERT: f64 = 0.45;

impl SimulationPlan {
    /// The plan with rates at which these loops have these K: conversions by users who invite.
    ///
    /// # Errors
    /// A loop that is none of the plan's, or a K that it can not have.
    pub fn with_k(mut self, targets: &BTreeMap<String, f64>) -> Result<Self, SimulationError> {
        for (source, k) in targets {
            self.require_loop(source, *k)?;
        }
        for _ in 0..ROUNDS {
            let measured = self.measured()?;
            let k = |source: &str| measured.get(source).copied().unwrap_or(0.0);
            if targets
                .iter()
                .all(|(source, target)| is_near(k(source), *target))
            {
                self.planted_k = targets.clone();
                return Ok(self);
            }
            for one in &mut self.loops {
                if let Some(target) = targets.get(&one.source) {
                    adjust(one, k(&one.source), *target);
                }
            }
        }
        let expected =
            "values that the loops can have: limits keep them from converting that many".to_owned();
        Err(PlanError {
            field: "k",
            expected,
        }
        .into())
    }

    fn require_loop(&self, source: &str, k: f64) -> Result<(), PlanError> {
        let field = "k";
        if !self.loops.iter().any(|one| one.source == source) {
            let names: Vec<&str> = self.loops.iter().map(|one| one.source.as_str()).collect();
            let expected = format!("of one of the loops {}", names.join(", "));
            return Err(PlanError { field, expected });
        }
        match (0.0..=3.0).contains(&k) {
            true => Ok(()),
            false => Err(PlanError {
                field,
                expected: "from 0 to 3".to_owned(),
            }),
        }
    }

    /// K by loop, of other platforms of the same kind with nothing planted in them.
    fn measured(&self) -> Result<BTreeMap<String, f64>, SimulationError> {
        let mut sums: BTreeMap<String, (u64, u64)> = BTreeMap::new();
        for number in 1..=PLATFORMS {
            let plan = Self {
                // Far from the seeds that people count up from.
                seed: self
                    .seed
                    .wrapping_add(number.wrapping_mul(0x9E37_79B9_7F4A_7C15)),
                users: USERS,
                planted: PlantedPlan::default(),
                ..self.clone()
            };
            for (source, (conversions, inviters)) in brought(&simulate(plan)?.world) {
                let sum = sums.entry(source.to_owned()).or_default();
                *sum = (sum.0 + conversions, sum.1 + inviters);
            }
        }
        let k = |(conversions, inviters): (u64, u64)| conversions as f64 / inviters.max(1) as f64;
        Ok(sums
            .into_iter()
            .map(|(source, sum)| (source, k(sum)))
            .collect())
    }
}

fn is_near(k: f64, target: f64) -> bool {
    (k - target).abs() <= NEAR * target
}

fn adjust(one: &mut LoopPlan, k: f64, target: f64) {
    let wanted = match k > 0.0 {
        true => one.conversion * target / k,
        false => MOST_CONVERT.min(target),
    };
    one.conversion = wanted.min(MOST_CONVERT);
    if wanted > MOST_CONVERT {
        one.reach = (one.reach * wanted / MOST_CONVERT).min(100.0);
    }
}

/// Conversions and users who invited, by loop.
fn brought(world: &World) -> BTreeMap<&str, (u64, u64)> {
    let mut conversions: BTreeMap<&str, u64> = BTreeMap::new();
    let mut inviters: BTreeSet<(&str, usize)> = BTreeSet::new();
    for event in &world.events {
        let Some(link) = event.link else { continue };
        let source = world.links[link.0].source.as_str();
        match event.kind {
            EventKind::Conversion { .. } => *conversions.entry(source).or_default() += 1,
            EventKind::InviteSent { .. } => {
                inviters.insert((source, event.referrer.0));
            }
            EventKind::Click { .. } | EventKind::Activation { .. } => {}
        }
    }
    let mut brought: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for (source, _) in inviters {
        brought.entry(source).or_default().1 += 1;
    }
    for (source, count) in conversions {
        brought.entry(source).or_default().0 = count;
    }
    brought
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(seed: u64) -> SimulationPlan {
        let end = "2026-03-18T17:30:00Z".parse().expect("a time");
        SimulationPlan::new(seed, 300, 30, end)
    }

    #[test]
    fn other_platforms_have_the_k_that_was_asked_for() {
        let targets = BTreeMap::from([
            ("buddy_challenge".to_owned(), 1.2),
            ("streak_rescue".to_owned(), 0.0),
        ]);
        let plan = plan(5).with_k(&targets).expect("a plan");
        let others = SimulationPlan { seed: 77, ..plan };
        let k = others.measured().expect("platforms");
        assert!((k["buddy_challenge"] - 1.2).abs() < 0.06, "{k:?}");
        assert_eq!(k["streak_rescue"], 0.0);
    }

    #[test]
    fn what_can_not_be_is_said_and_not_tried() {
        for (source, k, expected) in [
            ("nothing", 1.0, "buddy_challenge"),
            ("buddy_challenge", 3.1, "from 0 to 3"),
            ("buddy_challenge", f64::NAN, "from 0 to 3"),
        ] {
            let refused = plan(1).with_k(&BTreeMap::from([(source.to_owned(), k)]));
            let error = refused.expect_err("a fault").to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}
