//! Who came back.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::activities::referred;
use crate::world::{User, World};

/// Days after the sign-up that are asked for.
const NTHS: [u64; 3] = [1, 7, 28];

/// Users who signed up in one week and came back on one day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetentionTruth {
    /// Monday, UTC.
    pub week: NaiveDate,
    /// Whether somebody referred them.
    pub is_referred: bool,
    /// Days after the day of the sign-up: 1, 7 or 28.
    pub day: u64,
    /// Those whose day is over.
    pub users: u64,
    /// Those of them who were active on it.
    pub active: u64,
}

/// Counts who came back before the day on which the world ends.
pub(super) fn truth(world: &World, end: DateTime<Utc>) -> Vec<RetentionTruth> {
    let referred = referred(world);
    let active: BTreeSet<(usize, NaiveDate)> = world
        .activities
        .iter()
        .map(|one| (one.user.0, one.at.date_naive()))
        .collect();
    let mut counts: BTreeMap<(NaiveDate, bool, u64), (u64, u64)> = BTreeMap::new();
    for (index, user) in world.users.iter().enumerate() {
        let is_referred = referred.contains(user.external_id.as_str());
        for nth in NTHS {
            let day = user.signed_up_at.date_naive() + Days::new(nth);
            if day < end.date_naive() {
                let (users, came) = counts.entry((week(user), is_referred, nth)).or_default();
                *users += 1;
                *came += u64::from(active.contains(&(index, day)));
            }
        }
    }
    let one = |((week, is_referred, day), (users, active))| RetentionTruth {
        week,
        is_referred,
        day,
        users,
        active,
    };
    counts.into_iter().map(one).collect()
}

fn week(user: &User) -> NaiveDate {
    let day = user.signed_up_at.date_naive();
    day - Days::new(u64::from(day.weekday().num_days_from_monday()))
}
