//! The interval of K and the calls of a change against planted people: fewer runs than the bench has, and bars that are
//! wider by what chance does to so few.

#[path = "../benches/growth/runs.rs"]
mod runs;
#[path = "../benches/growth/worlds.rs"]
mod worlds;

use runs::measure;
use worlds::{ENOUGH, TOO_FEW};

const RUNS: u32 = 2_000;

/// Three standard errors of a share of 5 % of the runs, in percent: 3 · √(0.05 · 0.95 / 2,000).
const CHANCE: f64 = 1.47;

/// Larger worlds are left to the bench.
const MOST_USERS: u32 = 1_000;

#[test]
fn the_interval_of_k_holds_the_planted_k_in_95_percent_and_equal_people_are_a_change_in_5() {
    for world in ENOUGH.iter().filter(|world| world.plan.users <= MOST_USERS) {
        let runs = measure(world.plan, RUNS, 3);
        let wrong = [runs.all - runs.covered, runs.called, runs.called_of_twice];
        for wrong in wrong.map(|count| runs.percent(count)) {
            let is_met = (4.0 - CHANCE..=6.0 + CHANCE).contains(&wrong);
            assert!(is_met, "{}: {wrong} % of {runs:?}", world.name);
        }
    }
}

#[test]
fn an_interval_of_too_few_people_is_said_to_be_rough() {
    for world in &TOO_FEW {
        let runs = measure(world.plan, RUNS, 3);
        let rough = runs.percent(runs.rough);
        assert!(rough > 72.0, "{}: {rough}", world.name);
    }
}

#[test]
fn enough_people_are_enough_by_cochrans_rule_on_the_planted_skewness() {
    let suffices = |world: &worlds::World| {
        let truth = world.plan.truth();
        truth.people >= 28.0 + 25.0 * truth.skewness * truth.skewness
    };
    for world in &ENOUGH {
        assert!(suffices(world), "{}: {:?}", world.name, world.plan.truth());
    }
    for world in &TOO_FEW {
        assert!(!suffices(world), "{}: {:?}", world.name, world.plan.truth());
    }
}
