//! Click farms: somebody follows a referrer's links over and over from one address, with few devices, or with many
//! of which one does most of the work.

use chrono::{NaiveDate, TimeDelta};

use super::{Clicks, accomplice, moment_of, note_group};
use crate::addresses::{Incident, incident};
use crate::agents::Browser;
use crate::builder::Builder;
use crate::dice::{Area, Dice};
use crate::facts::IpGroupKind;
use crate::regions::{REGIONS, Region, WEIGHTS};
use crate::world::{Hit, HitClass, LinkIndex};

/// Clicks of a farm on a day: at least one more than the threshold.
const CLICKS: (u64, u64) = (11, 48);
/// Seconds between two clicks: patient enough to be no bot.
const PAUSE: (u64, u64) = (20, 400);
/// Devices of a crowded farm, and the clicks of the busiest.
const CROWD: u64 = 6;
const BUSIEST: usize = 12;

/// A device of a farm.
struct Worker {
    browser: Browser,
    cookie: Option<[u8; 16]>,
}

pub(super) fn plant(builder: &mut Builder<'_>) {
    let mut dice = Dice::new(builder.plan.seed, Area::Farms);
    for index in 0..builder.plan.planted.farms {
        let first = builder.calendar.full_day(&mut dice);
        let second = builder.calendar.full_day(&mut dice);
        let (_, links) = accomplice(builder, &mut dice, first.min(second));
        let region = &REGIONS[dice.weighted(&WEIGHTS)];
        let crowded = index % 4 == 3;
        let workers = hire(&mut dice, crowded);
        work(builder, &mut dice, index, first, &links, region, &workers);
        if second != first && dice.chance(0.3) {
            work(builder, &mut dice, index, second, &links, region, &workers);
        }
    }
}

/// Devices that look different, with cookies or without.
fn hire(dice: &mut Dice, crowded: bool) -> Vec<Worker> {
    let count = if crowded { CROWD } else { dice.between(1, 4) };
    let cookies = dice.chance(0.5);
    let mut workers: Vec<Worker> = Vec::new();
    while (workers.len() as u64) < count {
        let browser = Browser::any(dice);
        if workers
            .iter()
            .all(|other| other.browser.agent != browser.agent)
        {
            let cookie = cookies.then(|| dice.bytes());
            workers.push(Worker { browser, cookie });
        }
    }
    workers
}

fn work(
    builder: &mut Builder<'_>,
    dice: &mut Dice,
    index: u32,
    day: NaiveDate,
    links: &[LinkIndex; 2],
    region: &Region,
    workers: &[Worker],
) {
    let count = dice.between(CLICKS.0, CLICKS.1) as usize;
    let mut shifts: Vec<usize> = (0..count)
        .map(|_| dice.below(workers.len() as u64) as usize)
        .collect();
    if workers.len() as u64 == CROWD {
        // Everybody clicks once, the first one more often than a person does.
        shifts.truncate(0);
        shifts.extend(0..workers.len());
        shifts.extend([0; BUSIEST - 1]);
        dice.shuffle(&mut shifts);
    }
    let mut at = moment_of(
        dice,
        day,
        TimeDelta::seconds(shifts.len() as i64 * PAUSE.1 as i64),
    );
    let (mut clicks, mut hits) = (Clicks::default(), Vec::new());
    for worker in shifts.into_iter().map(|shift| &workers[shift]) {
        at += TimeDelta::milliseconds(dice.between(PAUSE.0 * 1_000, PAUSE.1 * 1_000) as i64);
        let mut hit = Hit {
            at,
            link: dice.pick(links),
            ip: incident(Incident::Farm, index, 77),
            agent: worker.browser.agent,
            accept_language: worker.browser.accept_language(region),
            cookie: worker.cookie,
            given_cookie: None,
            sec_purpose: None,
            class: HitClass::Human,
        };
        hit.class = clicks.class_of_hit(&hit);
        hits.push(hit);
    }
    note_group(builder, IpGroupKind::Farm, &hits);
    builder.world.hits.extend(hits);
}
