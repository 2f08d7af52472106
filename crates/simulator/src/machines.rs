//! Programs that follow links: unfurlers as soon as a link is passed on, crawlers whenever they find it.

use chrono::{DateTime, TimeDelta, Utc};

use crate::addresses::{Incident, incident};
use crate::agents::{crawler, unfurler};
use crate::builder::Builder;
use crate::calendar::minutes;
use crate::dice::{Area, Dice};
use crate::sharing::Shared;
use crate::world::{AgentIndex, Channel, Hit, HitClass, LinkIndex};

/// Networks that programs come from.
const NETWORKS: u32 = 24;
/// Most crawlers of one link.
const CRAWLERS_MAX: u32 = 20;

/// Shows the links to unfurlers and crawlers.
pub(crate) fn visit(builder: &mut Builder<'_>, shared: &[Shared]) {
    let mut dice = Dice::new(builder.plan.seed, Area::Machines);
    for one in shared {
        let created = builder.link(one.link).created_at;
        for _ in 0..previews(&mut dice, builder.link(one.link).channel) {
            let at = created + minutes(dice.quantile(&[(0.0, 0.02), (0.8, 3.0), (1.0, 90.0)]));
            let agent = unfurler(&mut dice);
            send(builder, &mut dice, one.link, at, agent, HitClass::Preview);
        }
        for _ in 0..dice.count(builder.plan.crawlers_per_link, CRAWLERS_MAX) {
            let at =
                created + minutes(dice.quantile(&[(0.0, 5.0), (0.5, 2_000.0), (1.0, 40_000.0)]));
            let agent = crawler(&mut dice);
            send(builder, &mut dice, one.link, at, agent, HitClass::Bot);
        }
    }
}

/// How often a link is unfurled when it is passed on this way.
fn previews(dice: &mut Dice, channel: Channel) -> u64 {
    match channel {
        Channel::Whatsapp | Channel::Copy => dice.between(1, 3),
        Channel::Email => dice.between(0, 2),
        Channel::Sms => dice.between(0, 1),
        Channel::Qr => 0,
    }
}

fn send(
    builder: &mut Builder<'_>,
    dice: &mut Dice,
    link: LinkIndex,
    at: DateTime<Utc>,
    agent: AgentIndex,
    class: HitClass,
) {
    let expires = builder.link(link).expires_at();
    if at > builder.calendar.end() || (at - expires).abs() < TimeDelta::minutes(10) {
        return;
    }
    let network = dice.below(u64::from(NETWORKS)) as u32;
    let host = dice.between(1, 250) as u8;
    builder.hit(Hit {
        at,
        link,
        ip: incident(Incident::Machine, network, host),
        agent,
        accept_language: "",
        cookie: None,
        given_cookie: None,
        sec_purpose: None,
        class: if at > expires {
            HitClass::Rejected
        } else {
            class
        },
    });
}
