//! Referrers whose conversions stand out: more than ten on one day, nearly every click, or without any click.

use chrono::NaiveDate;

use super::{accomplice, moment_of};
use crate::agents::Browser;
use crate::builder::Builder;
use crate::calendar::minutes;
use crate::dice::{Area, Dice};
use crate::facts::Referrer;
use crate::regions::{REGIONS, WEIGHTS};
use crate::world::{EventKind, Hit, HitClass, LinkIndex, UserIndex};

pub(super) fn plant(builder: &mut Builder<'_>) {
    let mut dice = Dice::new(builder.plan.seed, Area::Anomalies);
    for index in 0..builder.plan.planted.anomalies {
        let (clicks, conversions) = match index % 3 {
            0 => {
                let conversions = dice.between(11, 19);
                (conversions * 2 + dice.below(9), conversions)
            }
            1 => {
                let clicks = dice.between(6, 10);
                // One in six or fewer does not convert: 5 / 6 is 83.3 %.
                (clicks, clicks - dice.below(2))
            }
            _ => (0, dice.between(1, 6)),
        };
        plant_referrer(builder, &mut dice, clicks, conversions);
    }
}

/// A referrer with so many clicks and conversions, all on one day, and writes it down.
pub(super) fn plant_referrer(
    builder: &mut Builder<'_>,
    dice: &mut Dice,
    clicks: u64,
    conversions: u64,
) {
    let day = builder.calendar.full_day(dice);
    let (user, [link]) = accomplice(builder, dice, day);
    for _ in 0..clicks {
        click(builder, dice, day, link);
    }
    for _ in 0..conversions {
        // Conversions from nowhere name no link.
        convert(builder, dice, day, user, (clicks > 0).then_some(link));
    }
    builder.facts.referrers.push(Referrer {
        user,
        day,
        clicks,
        conversions,
    });
}

/// Somebody who was never here before and never comes back.
fn click(builder: &mut Builder<'_>, dice: &mut Dice, day: NaiveDate, link: LinkIndex) {
    let browser = Browser::any(dice);
    let region = &REGIONS[dice.weighted(&WEIGHTS)];
    let hit = Hit {
        at: moment_of(dice, day, minutes(120.0)),
        link,
        ip: builder.addresses.home(),
        agent: browser.agent,
        accept_language: browser.accept_language(region),
        cookie: None,
        given_cookie: None,
        sec_purpose: None,
        class: HitClass::Human,
    };
    builder.hit(hit);
}

fn convert(
    builder: &mut Builder<'_>,
    dice: &mut Dice,
    day: NaiveDate,
    user: UserIndex,
    link: Option<LinkIndex>,
) {
    let at = moment_of(dice, day, minutes(1.0));
    let referee = builder.population.invite_friend();
    builder.population.join(dice, &referee, at);
    builder.report(at, user, link, EventKind::Conversion { referee });
}
