//! What comes of clicks: some who follow a link sign up, and some of those stay.

use chrono::TimeDelta;

use crate::builder::Builder;
use crate::calendar::{midnight, minutes};
use crate::dice::{Area, Dice};
use crate::sharing::Shared;
use crate::traffic::Followed;
use crate::world::EventKind;

/// Minutes from a click to the sign-up.
const SIGN_UP: [(f64, f64); 5] = [
    (0.0, 0.7),
    (0.5, 5.0),
    (0.8, 25.0),
    (0.95, 180.0),
    (1.0, 900.0),
];
/// Minutes from the sign-up to the first value moment.
const FIRST_VALUE: [(f64, f64); 5] = [
    (0.0, 3.0),
    (0.4, 30.0),
    (0.7, 600.0),
    (0.9, 4_000.0),
    (1.0, 10_000.0),
];

/// Converts those who follow links.
pub(crate) fn convert(builder: &mut Builder<'_>, shared: &mut [Shared], followed: &[Followed]) {
    let mut dice = Dice::new(builder.plan.seed, Area::Conversions);
    for click in followed {
        let one = &mut shared[click.shared];
        let plan = &builder.plan.loops[one.plan];
        if !dice.chance(plan.conversion) {
            continue;
        }
        let delay = minutes(dice.quantile(&SIGN_UP));
        // On the day of the click: across midnight, a window could hold the sign-up and not the click.
        let day_end = midnight(click.at.date_naive()) + TimeDelta::days(1);
        let at = if click.at + delay < day_end {
            click.at + delay
        } else {
            let left = (day_end - click.at).num_microseconds().unwrap_or(0);
            click.at + TimeDelta::microseconds(left / 2)
        };
        let referrer = builder.link(one.link).referrer;
        if at > builder.calendar.end() || !builder.limits.admit_conversion(referrer, at) {
            continue;
        }
        let referee = one
            .take_invited(at)
            .unwrap_or_else(|| builder.population.invite_friend());
        builder.population.join(&mut dice, &referee, at);
        let activated = at + minutes(dice.quantile(&FIRST_VALUE));
        if dice.chance(plan.activation) && activated <= builder.calendar.end() {
            let referee = referee.clone();
            builder.report(
                activated,
                referrer,
                Some(one.link),
                EventKind::Activation { referee },
            );
        }
        builder.report(
            at,
            referrer,
            Some(one.link),
            EventKind::Conversion { referee },
        );
    }
}
