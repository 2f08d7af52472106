//! Schools: a class follows its teacher's links in one lesson, from one address, on laptops that are all alike.
//!
//! Every other school is marked as an institution. Its laptops keep no cookies for the most part, so they look
//! like one very busy device, which only the mark explains. The laptops of the others keep cookies.

use chrono::{NaiveDate, TimeDelta};

use super::{accomplice, note_group};
use crate::addresses::{Incident, incident, network_of};
use crate::agents::Browser;
use crate::builder::Builder;
use crate::calendar::midnight;
use crate::dice::{Area, Dice};
use crate::facts::IpGroupKind;
use crate::names;
use crate::regions::REGIONS;
use crate::world::{Hit, HitClass, InstitutionNetwork, LinkIndex};

/// Laptops of a class.
const LAPTOPS: (u64, u64) = (12, 30);
/// Laptops of a marked school that keep cookies.
const COOKIES: f64 = 0.3;
/// Microseconds of a lesson.
const LESSON: u64 = 45 * 60 * 1_000_000;

pub(super) fn plant(builder: &mut Builder<'_>) {
    let mut dice = Dice::new(builder.plan.seed, Area::Schools);
    for index in 0..builder.plan.planted.schools {
        let marked = index % 2 == 0;
        if marked {
            builder.world.institution_networks.push(InstitutionNetwork {
                network: network_of(incident(Incident::School, index, 0)),
                name: names::school(index),
            });
        }
        let first = builder.calendar.school_day(&mut dice);
        let second = builder.calendar.school_day(&mut dice);
        let (_, links) = accomplice(builder, &mut dice, first.min(second));
        teach(builder, &mut dice, index, first, &links, marked);
        if second != first {
            teach(builder, &mut dice, index, second, &links, marked);
        }
    }
}

/// A lesson: every pupil follows one link or both.
fn teach(
    builder: &mut Builder<'_>,
    dice: &mut Dice,
    index: u32,
    day: NaiveDate,
    links: &[LinkIndex; 2],
    marked: bool,
) {
    let laptop = Browser::school_laptop();
    let begins = midnight(day) + TimeDelta::hours(dice.between(8, 13) as i64);
    let mut hits = Vec::new();
    for _ in 0..dice.between(LAPTOPS.0, LAPTOPS.1) {
        let cookie = (!marked || dice.chance(COOKIES)).then(|| dice.bytes());
        for &link in &links[..dice.between(1, 2) as usize] {
            hits.push(Hit {
                at: begins + TimeDelta::microseconds(dice.below(LESSON) as i64),
                link,
                ip: incident(Incident::School, index, 1),
                agent: laptop.agent,
                accept_language: laptop.accept_language(&REGIONS[0]),
                cookie,
                given_cookie: None,
                sec_purpose: None,
                class: HitClass::Human,
            });
        }
    }
    let kind = if marked {
        IpGroupKind::Institution
    } else {
        IpGroupKind::ManyDevices
    };
    note_group(builder, kind, &hits);
    builder.world.hits.extend(hits);
}
