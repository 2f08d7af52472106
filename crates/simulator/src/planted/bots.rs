//! Devices that click faster than people: through our redirect, or in the platform's app, which reports the click.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::{Clicks, accomplice, moment_of};
use crate::addresses::{Incident, incident};
use crate::agents::Browser;
use crate::builder::Builder;
use crate::dice::{Area, Dice};
use crate::facts::{Burst, Device};
use crate::limits::Visitor;
use crate::regions::{REGIONS, WEIGHTS};
use crate::sharing::Shared;
use crate::world::{EventKind, Hit, HitClass, LinkIndex};

/// Clicks of a burst; two bursts of an address stay below the click farms' threshold.
const CLICKS: (u64, u64) = (3, 5);
/// Milliseconds between two clicks: three lie within five seconds.
const PAUSE: (u64, u64) = (90, 2_400);
/// Between two bursts.
const REST: TimeDelta = TimeDelta::minutes(90);
/// Links that a bot clicks on.
const TARGETS: usize = 3;
/// How often a link to click on is looked for.
const ATTEMPTS: u32 = 30;

pub(super) fn plant(builder: &mut Builder<'_>, shared: &[Shared]) {
    let mut dice = Dice::new(builder.plan.seed, Area::Bots);
    for index in 0..builder.plan.planted.bots {
        let day = builder.calendar.full_day(&mut dice);
        let links = targets(builder, &mut dice, shared, day);
        let mut bot = Bot {
            index,
            dice: &mut dice,
            links,
        };
        if index % 3 == 2 {
            bot.run_in_app(builder, day);
        } else {
            bot.run_in_browser(builder, day);
        }
    }
}

/// Links of other people that are alive all day; if there are too few, the bot's own.
fn targets(
    builder: &mut Builder<'_>,
    dice: &mut Dice,
    shared: &[Shared],
    day: NaiveDate,
) -> [LinkIndex; TARGETS] {
    let alive = |link: LinkIndex| {
        let link = builder.link(link);
        link.created_at.date_naive() < day && day < link.expires_at().date_naive()
    };
    let found: Vec<_> = (0..ATTEMPTS)
        .filter_map(|_| dice.choose(shared))
        .map(|shared| shared.link)
        .filter(|&link| alive(link))
        .take(TARGETS)
        .collect();
    <[LinkIndex; TARGETS]>::try_from(found).unwrap_or_else(|_| accomplice(builder, dice, day).1)
}

struct Bot<'a> {
    index: u32,
    dice: &'a mut Dice,
    links: [LinkIndex; TARGETS],
}

impl Bot<'_> {
    /// Times of the clicks of one or two bursts.
    fn bursts(&mut self, day: NaiveDate) -> Vec<Vec<DateTime<Utc>>> {
        let start = moment_of(self.dice, day, REST * 2);
        let count = self.dice.between(1, 2) as i32;
        (0..count).map(|n| self.burst(start + REST * n)).collect()
    }

    fn burst(&mut self, start: DateTime<Utc>) -> Vec<DateTime<Utc>> {
        if self.index == 0 {
            // Exactly as slow as a bot can be.
            return [0, 2, 5]
                .map(|seconds| start + TimeDelta::seconds(seconds))
                .to_vec();
        }
        let mut at = start;
        (0..self.dice.between(CLICKS.0, CLICKS.1))
            .map(|_| {
                at += TimeDelta::milliseconds(self.dice.between(PAUSE.0, PAUSE.1) as i64);
                at
            })
            .collect()
    }

    fn run_in_browser(&mut self, builder: &mut Builder<'_>, day: NaiveDate) {
        let browser = Browser::any(self.dice);
        let region = &REGIONS[self.dice.weighted(&WEIGHTS)];
        let cookie = self.dice.chance(0.5).then(|| self.dice.bytes());
        let ip = incident(Incident::Bot, self.index, 13);
        let mut clicks = Clicks::default();
        for times in self.bursts(day) {
            let mut device = None;
            for &at in &times {
                let link = self.dice.pick(&self.links);
                let mut hit = Hit {
                    at,
                    link,
                    ip,
                    agent: browser.agent,
                    accept_language: browser.accept_language(region),
                    cookie,
                    given_cookie: None,
                    sec_purpose: None,
                    class: HitClass::Human,
                };
                let visitor = Device::Visitor(Visitor::of(&hit));
                hit.class = clicks.class_of(visitor.clone(), link, at);
                device = Some(visitor);
                builder.hit(hit);
            }
            note_burst(builder, device, &times);
        }
    }

    fn run_in_app(&mut self, builder: &mut Builder<'_>, day: NaiveDate) {
        let device = format!("{}-emulator-{:03}", builder.plan.prefix, self.index + 1);
        let ip = incident(Incident::Bot, self.index, 14);
        let mut clicks = Clicks::default();
        for times in self.bursts(day) {
            for &at in &times {
                let link = self.dice.pick(&self.links);
                let click = EventKind::Click {
                    ip,
                    device: device.clone(),
                    class: clicks.class_of(Device::Reported(device.clone()), link, at),
                };
                builder.report(at, builder.link(link).referrer, Some(link), click);
            }
            note_burst(builder, Some(Device::Reported(device.clone())), &times);
        }
    }
}

fn note_burst(builder: &mut Builder<'_>, device: Option<Device>, times: &[DateTime<Utc>]) {
    let fastest = times.windows(3).map(|three| three[2] - three[0]).min();
    if let (Some(device), Some(fastest), [first, .., last]) = (device, fastest, times) {
        builder.facts.bursts.push(Burst {
            device,
            clicks: times.len() as u64,
            first: *first,
            last: *last,
            fastest,
        });
    }
}
