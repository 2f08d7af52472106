//! What the guardrails must find, and what they must not.
//!
//! Everything planted has addresses, devices and referrers of its own, so that it is exactly as large as it was
//! planted, and its size is written down in [`crate::facts`] when it is made.

mod anomalies;
mod bots;
mod farms;
mod near_misses;
mod schools;

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::builder::Builder;
use crate::calendar::{at_hour, midnight};
use crate::dice::Dice;
use crate::facts::{Device, IpGroup, IpGroupKind};
use crate::limits::Visitor;
use crate::sharing::{Shared, new_link};
use crate::world::{Hit, HitClass, LinkIndex, UserIndex};

/// Loop of the links that only planted traffic follows; they are at most as old as they last.
const SOURCE: &str = "buddy_challenge";
const LASTS_DAYS: u32 = 365;
/// How long after a click the same visitor's next one on the link is the same click.
const SAME_CLICK: TimeDelta = TimeDelta::hours(1);

/// Plants everything the plan asks for.
pub(crate) fn plant(builder: &mut Builder<'_>, shared: &[Shared]) {
    farms::plant(builder);
    bots::plant(builder, shared);
    schools::plant(builder);
    anomalies::plant(builder);
    near_misses::plant(builder);
}

/// Somebody with links that only planted traffic follows.
fn accomplice<const N: usize>(
    builder: &mut Builder<'_>,
    dice: &mut Dice,
    day: NaiveDate,
) -> (UserIndex, [LinkIndex; N]) {
    let joined = midnight(day) - TimeDelta::days(dice.between(3, 60) as i64);
    let user = builder.population.recruit(dice, joined);
    let links = std::array::from_fn(|_| {
        let hour = dice.below(24) as u32;
        let minted = at_hour(dice, day, hour) - TimeDelta::days(1);
        let mut link = new_link(dice, user, SOURCE, minted);
        link.expires_in_days = LASTS_DAYS;
        builder.mint(link)
    });
    (user, links)
}

/// Tells a visitor's first click on a link from the same click again.
#[derive(Debug, Default)]
struct Clicks {
    last: BTreeMap<(Device, LinkIndex), DateTime<Utc>>,
}

impl Clicks {
    /// The class of a visitor's next hit, in order of time.
    fn class_of_hit(&mut self, hit: &Hit) -> HitClass {
        self.class_of(Device::Visitor(Visitor::of(hit)), hit.link, hit.at)
    }

    /// The class of a device's next click, in order of time.
    fn class_of(&mut self, device: Device, link: LinkIndex, at: DateTime<Utc>) -> HitClass {
        match self.last.get(&(device.clone(), link)) {
            Some(&last) if at - last <= SAME_CLICK => HitClass::Duplicate,
            _ => {
                self.last.insert((device, link), at);
                HitClass::Human
            }
        }
    }
}

/// Writes down a group of hits of one address on one day.
fn note_group(builder: &mut Builder<'_>, kind: IpGroupKind, hits: &[Hit]) {
    let (Some(first), Some(last)) = (
        hits.iter().min_by_key(|hit| hit.at),
        hits.iter().max_by_key(|hit| hit.at),
    ) else {
        return;
    };
    let mut devices: Vec<_> = hits.iter().map(Visitor::of).collect();
    devices.sort_unstable();
    devices.dedup();
    builder.facts.ip_groups.push(IpGroup {
        day: first.at.date_naive(),
        ip: first.ip,
        kind,
        clicks: hits.len() as u64,
        devices: devices.len() as u64,
        first_seen: first.at,
        last_seen: last.at,
    });
}

/// A moment of a day, at least an hour away from midnight, which leaves `room` before the day ends.
fn moment_of(dice: &mut Dice, day: NaiveDate, room: TimeDelta) -> DateTime<Utc> {
    let free = TimeDelta::hours(22) - room;
    let micros = free.num_microseconds().unwrap_or(0).unsigned_abs();
    midnight(day) + TimeDelta::hours(1) + TimeDelta::microseconds(dice.below(micros) as i64)
}
