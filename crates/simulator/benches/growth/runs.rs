//! How often what is said of K is true.

use viral_engine_domain::growth::{KSums, k_ratio_interval_95};
use viral_engine_simulator::{InviterPlan, Inviters};

/// Counts of runs.
#[derive(Clone, Copy, Debug, Default)]
pub struct Runs {
    /// All.
    pub all: u32,
    /// In which the interval held the planted K.
    pub covered: u32,
    /// In which it lay above the planted K.
    pub above: u32,
    /// In which it was said to be rough, or there was none.
    pub rough: u32,
    /// In which an equal sample was called a change.
    pub called: u32,
    /// In which an equal sample of twice as many people was.
    pub called_of_twice: u32,
}

impl Runs {
    /// `count` of the runs in percent.
    pub fn percent(&self, count: u32) -> f64 {
        f64::from(count) / f64::from(self.all) * 100.0
    }
}

/// Measures `runs` samples of `plan`, each against another one, and against another one of twice as many people.
pub fn measure(plan: InviterPlan, runs: u32, seed: u64) -> Runs {
    let k = plan.truth().k;
    let twice = InviterPlan {
        users: plan.users * 2,
        ..plan
    };
    let mut people = Inviters::new(plan, seed);
    let mut more_people = Inviters::new(twice, seed + 1);
    let mut counts = Runs {
        all: runs,
        ..Runs::default()
    };
    for _ in 0..runs {
        let (sample, other, larger) =
            (sums(&mut people), sums(&mut people), sums(&mut more_people));
        if let Some(interval) = sample.interval_95() {
            counts.covered += u32::from(interval.low <= k && k <= interval.high);
            counts.above += u32::from(k < interval.low);
        }
        counts.rough += u32::from(!sample.suffices());
        counts.called += u32::from(is_change(&sample, &other));
        counts.called_of_twice += u32::from(is_change(&sample, &larger));
    }
    counts
}

fn sums(people: &mut Inviters) -> KSums {
    let mut sums = KSums::default();
    for one in people.sample() {
        sums.add(one.conversions, one.invited);
    }
    sums
}

fn is_change(before: &KSums, now: &KSums) -> bool {
    let interval = k_ratio_interval_95(before, now);
    interval.is_some_and(|interval| 1.0 < interval.low || interval.high < 1.0)
}
