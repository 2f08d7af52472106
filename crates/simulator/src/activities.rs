//! Who comes back: what users do on the platform on the days after the one they signed up on.

use std::collections::BTreeSet;

use chrono::{DateTime, Days, NaiveDate, Utc};

use crate::builder::Builder;
use crate::calendar::{at_active_hour, midnight};
use crate::dice::{Area, Dice};
use crate::plan::RetentionCurve;
use crate::world::{Activity, EventKind, UserIndex, World};

/// Days after the sign-up on which a curve is given, the last of which it keeps.
const KNOTS: [u64; 3] = [1, 7, 28];
const KINDS: [(&str, u32); 4] = [
    ("practice", 50),
    ("sign_in", 30),
    ("lesson", 15),
    ("quiz", 5),
];

/// Lets everybody come back as the plan says, by the UTC day: through their first 28 days, and while the world runs.
pub(crate) fn live(builder: &mut Builder<'_>) {
    let mut dice = Dice::new(builder.plan.seed, Area::Activities);
    let referred = referred(&builder.world);
    let mut activities = Vec::new();
    for user in (0..builder.population.users().len()).map(UserIndex) {
        let one = builder.population.user(user);
        let curve = match referred.contains(one.external_id.as_str()) {
            true => builder.plan.retention.referred,
            false => builder.plan.retention.unreferred,
        };
        let offset = builder.population.region(user).utc_offset();
        let joined = one.signed_up_at.date_naive();
        for nth in nths(joined, builder.calendar.start(), builder.calendar.end()) {
            if !dice.chance(curve.on_day(nth)) {
                continue;
            }
            let at = at_active_hour(&mut dice, joined + Days::new(nth), offset);
            let kind = KINDS[dice.weighted(&KINDS.map(|(_, weight)| weight))].0;
            if at <= builder.calendar.end() {
                activities.push(Activity { user, kind, at });
            }
        }
    }
    builder.world.activities = activities;
}

/// External ids of those who converted.
pub(crate) fn referred(world: &World) -> BTreeSet<&str> {
    let referees = world.events.iter().filter_map(|event| match &event.kind {
        EventKind::Conversion { referee } => Some(referee.as_str()),
        _ => None,
    });
    referees.collect()
}

/// The days after `joined` on which somebody may come back.
fn nths(joined: NaiveDate, start: DateTime<Utc>, end: DateTime<Utc>) -> impl Iterator<Item = u64> {
    let last = (end.date_naive() - joined).num_days().unsigned_abs();
    let is_told = move |nth: &u64| *nth <= KNOTS[2] || midnight(joined + Days::new(*nth)) >= start;
    (1..=last).filter(is_told)
}

impl RetentionCurve {
    /// Probability that somebody is active on the nth day, linear between the days for which it is given.
    fn on_day(self, nth: u64) -> f64 {
        let [first, second, third] = KNOTS;
        let between = |low: (u64, f64), high: (u64, f64)| {
            let part = (nth - low.0) as f64 / (high.0 - low.0) as f64;
            low.1 + part * (high.1 - low.1)
        };
        match nth {
            nth if nth <= first => self.d1,
            nth if nth <= second => between((first, self.d1), (second, self.d7)),
            nth if nth <= third => between((second, self.d7), (third, self.d28)),
            _ => self.d28,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_runs_through_its_days() {
        let curve = RetentionCurve {
            d1: 0.4,
            d7: 0.1,
            d28: 0.1,
        };
        let on = |nth| (curve.on_day(nth) * 1_000.0).round() / 1_000.0;
        assert_eq!(
            [on(1), on(4), on(7), on(28), on(200)],
            [0.4, 0.25, 0.1, 0.1, 0.1]
        );
    }
}
