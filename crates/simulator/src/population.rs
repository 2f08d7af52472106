//! The people: families with children, tutors, and whoever the planted parts need.

use chrono::{DateTime, TimeDelta, Utc};

use crate::calendar::Calendar;
use crate::dice::{Area, Dice};
use crate::names;
use crate::plan::SimulationPlan;
use crate::regions::{REGIONS, Region, WEIGHTS};
use crate::world::{AgeBand, Persona, User, UserIndex};

/// Households of a tutor; the others are families.
const TUTORS: f64 = 0.2;
/// Children in a family: one, two or three.
const CHILDREN: [u32; 3] = [50, 38, 12];
/// Children by age band.
const BANDS: [(AgeBand, u32); 3] = [
    (AgeBand::Under13, 45),
    (AgeBand::From13To15, 33),
    (AgeBand::From16To17, 22),
];

/// All users, with what the platform does not know of them.
#[derive(Debug)]
pub(crate) struct Population {
    prefix: String,
    users: Vec<User>,
    regions: Vec<&'static Region>,
    schools: u32,
    friends: u32,
}

impl Population {
    /// The users who are there before anybody is invited.
    pub(crate) fn settle(plan: &SimulationPlan, calendar: &Calendar) -> Self {
        let mut population = Self {
            prefix: plan.prefix.clone(),
            users: Vec::new(),
            regions: Vec::new(),
            schools: plan.planted.schools.max(plan.users / 120).max(1),
            friends: 0,
        };
        let mut dice = Dice::new(plan.seed, Area::Population);
        while population.users.len() < plan.users as usize {
            let room = plan.users as usize - population.users.len();
            if room == 1 || dice.chance(TUTORS) {
                let joined = sign_up(&mut dice, calendar);
                population.recruit(&mut dice, joined);
            } else {
                population.settle_family(&mut dice, calendar, room - 1);
            }
        }
        population
    }

    fn settle_family(&mut self, dice: &mut Dice, calendar: &Calendar, room: usize) {
        let region = &REGIONS[dice.weighted(&WEIGHTS)];
        let surname = names::family(dice);
        let joined = sign_up(dice, calendar);
        let parent = self.add_adult(dice, Persona::Parent, surname, region, joined);
        for _ in 0..(dice.weighted(&CHILDREN) + 1).min(room) {
            self.add_child(dice, parent, surname, region, joined);
        }
    }

    /// One more tutor, an adult who may share.
    pub(crate) fn recruit(&mut self, dice: &mut Dice, joined: DateTime<Utc>) -> UserIndex {
        let region = &REGIONS[dice.weighted(&WEIGHTS)];
        let surname = names::family(dice);
        self.add_adult(dice, Persona::Tutor, surname, region, joined)
    }

    /// The id of somebody who is invited and may never join.
    pub(crate) fn invite_friend(&mut self) -> String {
        self.friends += 1;
        format!("{}-friend-{:05}", self.prefix, self.friends)
    }

    /// An invited person joins.
    pub(crate) fn join(&mut self, dice: &mut Dice, external_id: &str, at: DateTime<Utc>) {
        let region = &REGIONS[dice.weighted(&WEIGHTS)];
        let (persona, age_band) = match dice.below(10) {
            0..4 => (Persona::Parent, AgeBand::Adult),
            4..7 => (Persona::Student, AgeBand::From13To15),
            7..9 => (Persona::Student, AgeBand::From16To17),
            _ => (Persona::Tutor, AgeBand::Adult),
        };
        let name = format!("{} {}", names::given(dice), names::family(dice));
        let user = User {
            external_id: external_id.to_owned(),
            persona,
            age_band,
            name,
            ..blank(region, at)
        };
        self.add(user, region);
    }

    fn add_adult(
        &mut self,
        dice: &mut Dice,
        persona: Persona,
        surname: &str,
        region: &'static Region,
        joined: DateTime<Utc>,
    ) -> UserIndex {
        let given = names::given(dice);
        let number = self.users.len() + 1;
        let kind = match persona {
            Persona::Tutor => "tutor",
            Persona::Parent | Persona::Student => "parent",
        };
        let user = User {
            external_id: format!("{}-{kind}-{number:04}", self.prefix),
            persona,
            age_band: AgeBand::Adult,
            name: format!("{given} {surname}"),
            email: Some(format!("{given}.{surname}{number}@mail.example").to_lowercase()),
            verified_email: dice.chance(0.8),
            ..blank(region, joined)
        };
        self.add(user, region)
    }

    fn add_child(
        &mut self,
        dice: &mut Dice,
        parent: UserIndex,
        surname: &str,
        region: &'static Region,
        joined: DateTime<Utc>,
    ) {
        let age_band = BANDS[dice.weighted(&BANDS.map(|(_, weight)| weight))].0;
        let grades = match age_band {
            AgeBand::Under13 => 3..=7,
            AgeBand::From13To15 => 8..=9,
            AgeBand::From16To17 | AgeBand::Adult => 10..=12,
        };
        let school = dice.below(u64::from(self.schools)) as u32;
        let user = User {
            external_id: format!("{}-student-{:04}", self.prefix, self.users.len() + 1),
            persona: Persona::Student,
            age_band,
            guardian: Some(parent),
            institution: dice.chance(0.6).then(|| names::school_slug(school)),
            grade: Some(dice.between(*grades.start(), *grades.end()).to_string()),
            name: format!("{} {surname}", names::given(dice)),
            ..blank(region, joined)
        };
        self.add(user, region);
    }

    fn add(&mut self, user: User, region: &'static Region) -> UserIndex {
        self.users.push(user);
        self.regions.push(region);
        UserIndex(self.users.len() - 1)
    }

    /// The users so far.
    pub(crate) fn users(&self) -> &[User] {
        &self.users
    }

    /// One of them.
    pub(crate) fn user(&self, index: UserIndex) -> &User {
        &self.users[index.0]
    }

    /// Where a user lives.
    pub(crate) fn region(&self, index: UserIndex) -> &'static Region {
        self.regions[index.0]
    }

    pub(crate) fn into_users(self) -> Vec<User> {
        self.users
    }
}

fn blank(region: &Region, joined: DateTime<Utc>) -> User {
    User {
        external_id: String::new(),
        persona: Persona::Student,
        age_band: AgeBand::Adult,
        signed_up_at: joined,
        guardian: None,
        institution: None,
        cohort: joined.format("%Y-%m").to_string(),
        grade: None,
        name: String::new(),
        email: None,
        locale: region.locale.to_owned(),
        time_zone: region.time_zone.to_owned(),
        verified_email: false,
    }
}

/// Most have been there for a while, some join while the world runs.
fn sign_up(dice: &mut Dice, calendar: &Calendar) -> DateTime<Utc> {
    let period = calendar.end() - calendar.start();
    let span = if dice.chance(0.85) {
        TimeDelta::days(300)
    } else {
        period
    };
    let back = TimeDelta::seconds(dice.below(span.num_seconds().unsigned_abs()) as i64);
    if span == period {
        calendar.end() - back
    } else {
        calendar.start() - back
    }
}
