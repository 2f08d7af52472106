//! What to simulate.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;

/// Most days of a world: the longest window that guardrails answer for.
pub const DAYS_MAX: u32 = 90;
/// Fewest users: below, there are not enough to play the planted parts.
pub const USERS_MIN: u32 = 30;
/// Most users of a world.
pub const USERS_MAX: u32 = 1_000_000;
/// Most planted things of one kind: each network of an incident is a /24 of its own, and they come from one block.
pub const PLANTED_MAX: u32 = 1_000;

/// What to simulate. Rates are probabilities from 0 to 1.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SimulationPlan {
    /// The same plan and seed make the same world, byte for byte.
    pub seed: u64,
    /// Begins every external id, so that nobody simulated can be taken for somebody real.
    pub prefix: String,
    /// Users who are there before anybody is invited.
    pub users: u32,
    /// UTC days, today included.
    pub days: u32,
    /// The last instant.
    pub end: DateTime<Utc>,
    /// Mean number of links of a user who may share.
    pub links_per_user: f64,
    /// Mean number of crawlers that find a link, beside the unfurlers that are shown it.
    pub crawlers_per_link: f64,
    /// The loops by which one user brings the next.
    pub loops: Vec<LoopPlan>,
    /// The K that loops were made to have, by loop: [`SimulationPlan::with_k`].
    pub planted_k: BTreeMap<String, f64>,
    /// What parents, students and tutors do beside sharing.
    pub inputs: InputPlan,
    /// Who comes back.
    pub retention: RetentionPlan,
    /// What the guardrails must find.
    pub planted: PlantedPlan,
}

/// A loop. People follow links and convert independently of each other, so the rates are the truth that
/// measurements are compared with.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LoopPlan {
    /// The link's `source`.
    pub source: String,
    /// Share of links, relative to the other loops.
    pub weight: u32,
    /// Mean number of invitations that go out with a link.
    pub invites_per_link: f64,
    /// Probability that nobody ever follows a link.
    pub ignored: f64,
    /// Scales how many follow one that is not ignored.
    pub reach: f64,
    /// Probability that a person who follows a link signs up.
    pub conversion: f64,
    /// Probability that a person who signed up reaches the first value moment.
    pub activation: f64,
}

/// What parents, students and tutors do beside sharing.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct InputPlan {
    /// Mean number of parent shares a child and week.
    pub parent_shares_per_week: f64,
    /// Probability that a parent never looks at one.
    pub unseen: f64,
    /// Mean number of progress reels a student and week.
    pub reels_per_week: f64,
    /// Mean number of study sessions a host and week.
    pub study_sessions_per_week: f64,
    /// Probability that a user opts out of something.
    pub opt_out: f64,
}

/// Who is active again after the day of the sign-up.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct RetentionPlan {
    /// Those who came by an invitation.
    pub referred: RetentionCurve,
    /// Those who came by themselves.
    pub unreferred: RetentionCurve,
}

/// Probabilities to be active on a day after the sign-up.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct RetentionCurve {
    /// On the next day.
    pub d1: f64,
    /// On the 7th day.
    pub d7: f64,
    /// On the 28th day, and on each one after it.
    pub d28: f64,
}

/// How many of each kind are planted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PlantedPlan {
    /// Click farms: one address with more than ten clicks a day from few devices.
    pub farms: u32,
    /// Devices that click faster than people.
    pub bots: u32,
    /// School networks: one address, many identical laptops.
    pub schools: u32,
    /// Referrers whose conversions are too many, too certain, or come from nowhere.
    pub anomalies: u32,
    /// Parent shares and reels with personal information.
    pub leaks: u32,
    /// Sets of cases just inside the limits, which must not be found.
    pub near_misses: u32,
}

/// Why a plan can not be carried out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field} must be {expected}")]
pub struct PlanError {
    /// The field at fault.
    pub field: &'static str,
    /// What it may be.
    pub expected: String,
}

impl SimulationPlan {
    /// A believable platform with something of everything, up to `end`.
    pub fn new(seed: u64, users: u32, days: u32, end: DateTime<Utc>) -> Self {
        Self {
            seed,
            prefix: format!("sim{seed}"),
            users,
            days,
            end,
            links_per_user: 1.4,
            crawlers_per_link: 0.4,
            loops: default_loops(),
            planted_k: BTreeMap::new(),
            inputs: InputPlan::default(),
            retention: RetentionPlan::default(),
            planted: PlantedPlan::for_users(users),
        }
    }

    /// The demo: a few hundred users over 30 days, with something in every panel and every alert open, on a
    /// platform that is otherwise well.
    pub fn demo(end: DateTime<Utc>) -> Self {
        Self {
            prefix: "demo".to_owned(),
            planted: PlantedPlan {
                farms: 7,
                bots: 9,
                schools: 3,
                anomalies: 5,
                leaks: 20,
                near_misses: 2,
            },
            ..Self::new(20, 420, 30, end)
        }
    }

    /// Checks that the plan can be carried out.
    ///
    /// # Errors
    /// The first field that is out of range.
    pub fn check(&self) -> Result<(), PlanError> {
        within("users", self.users, USERS_MIN, USERS_MAX)?;
        within("days", self.days, 2, DAYS_MAX)?;
        let planted = self.planted;
        for (field, count) in [
            ("farms", planted.farms),
            ("bots", planted.bots),
            ("schools", planted.schools),
            ("anomalies", planted.anomalies),
            ("leaks", planted.leaks),
            // Four networks each.
            ("near_misses", planted.near_misses.saturating_mul(4)),
        ] {
            within(field, count, 0, PLANTED_MAX)?;
        }
        self.check_rates()?;
        if self.loops.iter().all(|one| one.weight == 0) {
            return Err(fault("loops", "at least one, with a weight"));
        }
        if !is_prefix(&self.prefix) {
            return Err(fault("prefix", "1 to 32 characters of a-z, 0-9 and -"));
        }
        Ok(())
    }

    fn check_rates(&self) -> Result<(), PlanError> {
        let inputs = &self.inputs;
        let means = [
            ("links_per_user", self.links_per_user),
            ("crawlers_per_link", self.crawlers_per_link),
            ("parent_shares_per_week", inputs.parent_shares_per_week),
            ("reels_per_week", inputs.reels_per_week),
            ("study_sessions_per_week", inputs.study_sessions_per_week),
        ];
        let loops = |field, rate: fn(&LoopPlan) -> f64| {
            self.loops.iter().map(move |one| (field, rate(one)))
        };
        let loop_means = loops("invites_per_link", |one| one.invites_per_link)
            .chain(loops("reach", |one| one.reach));
        for (field, mean) in means.into_iter().chain(loop_means) {
            if !(0.0..=100.0).contains(&mean) {
                return Err(fault(field, "a mean from 0 to 100"));
            }
        }
        let rates = [("unseen", inputs.unseen), ("opt_out", inputs.opt_out)];
        let loop_rates = loops("ignored", |one| one.ignored)
            .chain(loops("conversion", |one| one.conversion))
            .chain(loops("activation", |one| one.activation));
        let curves = [self.retention.referred, self.retention.unreferred];
        let retention = curves.iter().flat_map(|one| [one.d1, one.d7, one.d28]);
        let retention = retention.map(|rate| ("retention", rate));
        for (field, rate) in rates.into_iter().chain(loop_rates).chain(retention) {
            if !(0.0..=1.0).contains(&rate) {
                return Err(fault(field, "a probability from 0 to 1"));
            }
        }
        Ok(())
    }
}

impl Default for InputPlan {
    fn default() -> Self {
        Self {
            parent_shares_per_week: 0.6,
            unseen: 0.28,
            reels_per_week: 0.35,
            study_sessions_per_week: 0.25,
            opt_out: 0.04,
        }
    }
}

impl Default for RetentionPlan {
    fn default() -> Self {
        let curve = |d1, d7, d28| RetentionCurve { d1, d7, d28 };
        Self {
            referred: curve(0.46, 0.29, 0.17),
            unreferred: curve(0.35, 0.20, 0.11),
        }
    }
}

impl PlantedPlan {
    /// A little of everything, growing with the number of users.
    pub fn for_users(users: u32) -> Self {
        let per = |one_in: u32| (users / one_in).clamp(2, PLANTED_MAX);
        Self {
            farms: per(150),
            bots: per(120),
            schools: per(400),
            anomalies: per(200),
            leaks: per(60),
            near_misses: per(500),
        }
    }
}

fn default_loops() -> Vec<LoopPlan> {
    let plan = |source: &str, weight, invites_per_link, reach, conversion, activation| LoopPlan {
        source: source.to_owned(),
        weight,
        invites_per_link,
        ignored: 0.24,
        reach,
        conversion,
        activation,
    };
    vec![
        plan("buddy_challenge", 30, 2.6, 1.4, 0.16, 0.62),
        plan("results_rally", 18, 3.4, 1.6, 0.11, 0.55),
        plan("proud_parent", 22, 2.2, 1.1, 0.14, 0.66),
        plan("tutor_spotlight", 10, 4.0, 1.9, 0.09, 0.58),
        plan("streak_rescue", 12, 1.4, 0.8, 0.10, 0.60),
        plan("achievement_spotlight", 8, 1.8, 1.2, 0.08, 0.52),
    ]
}

fn within(field: &'static str, value: u32, low: u32, high: u32) -> Result<(), PlanError> {
    if (low..=high).contains(&value) {
        Ok(())
    } else {
        Err(fault(field, format!("from {low} to {high}")))
    }
}

fn fault(field: &'static str, expected: impl Into<String>) -> PlanError {
    PlanError {
        field,
        expected: expected.into(),
    }
}

fn is_prefix(text: &str) -> bool {
    (1..=32).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}
