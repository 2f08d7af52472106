//! Cases just inside the limits, which must not be found: they tell a threshold that is off by one.

use chrono::TimeDelta;

use super::anomalies::plant_referrer;
use super::{Clicks, accomplice, moment_of, note_group};
use crate::addresses::{Incident, incident};
use crate::agents::Browser;
use crate::builder::Builder;
use crate::dice::{Area, Dice};
use crate::facts::IpGroupKind;
use crate::regions::REGIONS;
use crate::world::{Hit, HitClass};

/// Clicks of a device on a day that are just not too many.
const MOST_CLICKS: usize = 10;
/// Devices that make a shared network.
const DEVICES: usize = 5;

pub(super) fn plant(builder: &mut Builder<'_>) {
    let mut dice = Dice::new(builder.plan.seed, Area::NearMisses);
    for index in 0..builder.plan.planted.near_misses {
        // Exactly ten clicks of one device.
        browse(builder, &mut dice, index * 4, &[0; MOST_CLICKS], 30_000);
        // Three clicks in just over five seconds, and three in six.
        browse(builder, &mut dice, index * 4 + 1, &[0; 3], 2_501);
        browse(builder, &mut dice, index * 4 + 2, &[0; 3], 3_000);
        // The smallest shared network: five devices, none above ten clicks.
        let mut network: Vec<usize> = (0..DEVICES).cycle().take(DEVICES * MOST_CLICKS).collect();
        dice.shuffle(&mut network);
        let hits = browse(builder, &mut dice, index * 4 + 3, &network, 30_000);
        note_group(builder, IpGroupKind::ManyDevices, &hits);
        // Ten conversions a day, four of five clicks, and all of four.
        plant_referrer(builder, &mut dice, 20, 10);
        plant_referrer(builder, &mut dice, 5, 4);
        plant_referrer(builder, &mut dice, 4, 4);
    }
}

/// Devices of one address click in turn, so many milliseconds apart. Answers the hits.
fn browse(
    builder: &mut Builder<'_>,
    dice: &mut Dice,
    network: u32,
    turns: &[usize],
    pause: i64,
) -> Vec<Hit> {
    let day = builder.calendar.full_day(dice);
    let (_, [link]) = accomplice(builder, dice, day);
    let browser = Browser::any(dice);
    let cookies: Vec<_> = (0..DEVICES).map(|_| dice.bytes()).collect();
    let start = moment_of(
        dice,
        day,
        TimeDelta::milliseconds(pause * turns.len() as i64),
    );
    let mut clicks = Clicks::default();
    let mut hits = Vec::new();
    for (turn, &device) in (0..).zip(turns) {
        let mut hit = Hit {
            at: start + TimeDelta::milliseconds(pause) * turn,
            link,
            ip: incident(Incident::NearMiss, network, 42),
            agent: browser.agent,
            accept_language: browser.accept_language(&REGIONS[0]),
            cookie: Some(cookies[device]),
            given_cookie: None,
            sec_purpose: None,
            class: HitClass::Human,
        };
        hit.class = clicks.class_of_hit(&hit);
        hits.push(hit);
    }
    builder.world.hits.extend(hits.iter().cloned());
    hits
}
