//! People who invite, without a platform around them: what each one brings, and the K that is true of all of them.
//!
//! Whether a 95 % interval is one shows in tens of thousands of samples. A [`World`](crate::World) for each would take days,
//! so these have neither days nor links: a person invites or does not, and some of those invited convert.

use crate::dice::{Area, Dice};

/// Who is sampled. Rates are probabilities from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InviterPlan {
    /// People who may invite.
    pub users: u32,
    /// Probability that one does.
    pub participation: f64,
    /// Invitations of one who does.
    pub invites: Invites,
    /// Mean probability that an invitation converts.
    pub conversion: f64,
    /// How that differs between those who invite.
    pub persuasion: Persuasion,
    /// Probability that somebody who does not invite brings a conversion all the same, of an invitation long ago.
    pub late: f64,
}

/// How many invitations somebody sends who sends any.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Invites {
    /// All as many.
    Always(u32),
    /// Another one with a fixed probability, at most `most`: few have many.
    Geometric {
        /// Mean, but for the cut.
        mean: f64,
        /// Most.
        most: u32,
    },
    /// `j` or more with probability `1 / j²`, at most `most`: a few have most.
    HeavyTailed {
        /// Most.
        most: u32,
    },
}

/// How the probability that an invitation converts differs between those who invite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Persuasion {
    /// Not at all.
    Equal,
    /// Half of them have 0.4 times the mean, three in ten the mean, two in ten 2.5 times the mean.
    Uneven,
}

/// What somebody did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Brought {
    /// Whether they invited.
    pub invited: bool,
    /// Conversions that they brought.
    pub conversions: u64,
}

/// What is true of everybody who invites or brings a conversion.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InviterTruth {
    /// Conversions by inviter.
    pub k: f64,
    /// Skewness of what a person brings beyond K, if they invited, or beyond nothing.
    pub skewness: f64,
    /// Mean number of such people in a sample.
    pub people: f64,
}

/// Samples of people.
#[derive(Debug)]
pub struct Inviters {
    plan: InviterPlan,
    dice: Dice,
}

impl Inviters {
    /// Samples of a plan; the same seed draws the same ones.
    #[must_use]
    pub fn new(plan: InviterPlan, seed: u64) -> Self {
        let dice = Dice::new(seed, Area::Inviters);
        Self { plan, dice }
    }

    /// The people of another sample.
    pub fn sample(&mut self) -> impl Iterator<Item = Brought> + '_ {
        (0..self.plan.users).map(|_| self.person())
    }

    fn person(&mut self) -> Brought {
        let plan = self.plan;
        let invited = self.dice.chance(plan.participation);
        let conversions = match invited {
            false => u64::from(self.dice.chance(plan.late)),
            true => {
                let rate = plan.conversion * self.factor();
                let invites = self.invites();
                (0..invites).filter(|_| self.dice.chance(rate)).count() as u64
            }
        };
        Brought {
            invited,
            conversions,
        }
    }

    fn invites(&mut self) -> u32 {
        let mut count = 1;
        while self.dice.chance(self.plan.invites.another(count)) {
            count += 1;
        }
        count
    }

    fn factor(&mut self) -> f64 {
        let mut left = self.dice.unit();
        for (share, factor) in self.plan.persuasion.groups() {
            if left < *share {
                return *factor;
            }
            left -= share;
        }
        1.0
    }
}

impl Invites {
    /// Probability that somebody with `count` invitations sends one more.
    fn another(self, count: u32) -> f64 {
        let j = f64::from(count);
        match self {
            Self::Always(all) => f64::from(u8::from(count < all)),
            Self::Geometric { mean, most } if count < most => 1.0 - 1.0 / mean,
            Self::HeavyTailed { most } if count < most => (j / (j + 1.0)) * (j / (j + 1.0)),
            Self::Geometric { .. } | Self::HeavyTailed { .. } => 0.0,
        }
    }

    /// Means of `m`, `m·(m − 1)` and `m·(m − 1)·(m − 2)` of the number of invitations.
    fn factorial_moments(self) -> [f64; 3] {
        let mut moments = [0.0; 3];
        let (mut count, mut at_least) = (1, 1.0);
        while at_least > 0.0 {
            let more = at_least * self.another(count);
            let m = f64::from(count);
            let powers = [m, m * (m - 1.0), m * (m - 1.0) * (m - 2.0)];
            for (moment, power) in moments.iter_mut().zip(powers) {
                *moment += (at_least - more) * power;
            }
            (count, at_least) = (count + 1, more);
        }
        moments
    }
}

impl Persuasion {
    /// (share, factor) of each group.
    fn groups(self) -> &'static [(f64, f64)] {
        match self {
            Self::Equal => &[(1.0, 1.0)],
            Self::Uneven => &[(0.5, 0.4), (0.3, 1.0), (0.2, 2.5)],
        }
    }
}

impl InviterPlan {
    /// What is true of the people, by the moments of the distributions; no sample is drawn.
    #[must_use]
    pub fn truth(&self) -> InviterTruth {
        let [mean, square, cube] = self.moments();
        let (inviters, others) = (self.participation, (1.0 - self.participation) * self.late);
        let k = (inviters * mean + others) / inviters;
        let people = inviters + others;
        // What others bring is one.
        let squares = inviters * (square - 2.0 * k * mean + k * k) + others;
        let cubes = inviters * (cube - 3.0 * k * square + 3.0 * k * k * mean - k * k * k) + others;
        let variance = squares / people;
        InviterTruth {
            k,
            skewness: cubes / people / (variance * variance.sqrt()),
            people: people * f64::from(self.users),
        }
    }

    /// Means of the conversions of somebody who invites, of their squares and of their cubes.
    fn moments(&self) -> [f64; 3] {
        let of_rates = |power: i32| {
            let groups = self.persuasion.groups().iter();
            let parts =
                groups.map(|(share, factor)| share * (self.conversion * factor).powi(power));
            parts.sum::<f64>()
        };
        // Conversions are binomial given invitations and rate: their factorial moments are products.
        let [m1, m2, m3] = self.invites.factorial_moments();
        let (f1, f2, f3) = (m1 * of_rates(1), m2 * of_rates(2), m3 * of_rates(3));
        [f1, f2 + f1, f3 + 3.0 * f2 + f1]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(invites: Invites) -> InviterPlan {
        InviterPlan {
            users: 400,
            participation: 0.5,
            invites,
            conversion: 0.2,
            persuasion: Persuasion::Uneven,
            late: 0.05,
        }
    }

    #[test]
    fn the_truth_of_an_easy_plan_is_that_of_the_textbook() {
        let truth = InviterPlan {
            participation: 1.0,
            persuasion: Persuasion::Equal,
            ..plan(Invites::Always(10))
        }
        .truth();
        // Binomial: 10 · 0.2, and (1 − 2 · 0.2) / √(10 · 0.2 · 0.8).
        assert!((truth.k - 2.0).abs() < 1e-12, "{truth:?}");
        assert!((truth.skewness - 0.474_341_649).abs() < 1e-9, "{truth:?}");
        assert!((truth.people - 400.0).abs() < 1e-9, "{truth:?}");
    }

    #[test]
    fn many_samples_together_are_the_truth() {
        for invites in [
            Invites::Always(4),
            Invites::Geometric {
                mean: 4.0,
                most: 60,
            },
            Invites::HeavyTailed { most: 12 },
        ] {
            let truth = plan(invites).truth();
            let mut inviters = Inviters::new(plan(invites), 7);
            let (mut invited, mut conversions, mut people) = (0_u32, 0_u32, 0_u32);
            let (mut squares, mut cubes) = (0.0, 0.0);
            for _ in 0..2_000 {
                for one in inviters.sample() {
                    invited += u32::from(one.invited);
                    conversions += one.conversions as u32;
                    people += u32::from(one.invited || one.conversions > 0);
                    let beyond =
                        one.conversions as f64 - truth.k * f64::from(u8::from(one.invited));
                    squares += beyond.powi(2);
                    cubes += beyond.powi(3);
                }
            }
            let n = f64::from(people);
            let k = f64::from(conversions) / f64::from(invited);
            let skewness = cubes / n / (squares / n).powf(1.5);
            assert!((k / truth.k - 1.0).abs() < 0.01, "{k} {truth:?}");
            assert!(
                (n / 2_000.0 / truth.people - 1.0).abs() < 0.01,
                "{n} {truth:?}"
            );
            assert!(
                (skewness / truth.skewness - 1.0).abs() < 0.03,
                "{skewness} {truth:?}"
            );
        }
    }

    #[test]
    fn the_same_seed_draws_the_same_people() {
        let sample = |seed| {
            Inviters::new(plan(Invites::Always(3)), seed)
                .sample()
                .collect::<Vec<_>>()
        };
        assert_eq!(sample(1), sample(1));
        assert_ne!(sample(1), sample(2));
    }
}
