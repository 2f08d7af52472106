//! Counts a finished world by brute force, to be sure that nothing stands out but what was planted, and that what
//! was planted does.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::addresses::network_of;
use crate::facts::{Device, Facts, IpGroupKind};
use crate::limits::Visitor;
use crate::world::{EventKind, Hit, HitClass, LinkIndex, UserIndex, World};

/// Clicks of an address on a day that do not stand out, and devices that make a shared network.
const CLICKS: u64 = 10;
const DEVICES: usize = 5;
/// Three clicks within this are a burst.
const BURST: TimeDelta = TimeDelta::seconds(5);
/// A click within this after the visitor's last one on the link is the same.
const SAME_CLICK: TimeDelta = TimeDelta::hours(1);

/// Something stands out that was not planted, or the other way round.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the simulated world is not what was planted: {0}")]
pub struct Unplanted(String);

/// A click that the guardrails look at.
struct Click {
    at: DateTime<Utc>,
    ip: IpAddr,
    device: Device,
    /// What the device is told apart by from then on.
    becomes: Option<Device>,
    referrer: UserIndex,
    link: Option<LinkIndex>,
    class: HitClass,
    /// On a network that is marked as a school's, and without a cookie.
    anonymous: bool,
    marked: bool,
}

/// Counts the world.
pub(crate) fn verify(world: &World, facts: &Facts) -> Result<(), Unplanted> {
    let clicks = clicks(world);
    groups_are_planted(&clicks, facts)?;
    bursts_are_planted(&clicks, facts)?;
    referrers_are_planted(world, &clicks, facts)?;
    repeats_are_repeats(&clicks)
}

fn clicks(world: &World) -> Vec<Click> {
    let marked: BTreeSet<&str> = world
        .institution_networks
        .iter()
        .map(|network| network.network.as_str())
        .collect();
    let hits = world.hits.iter().filter(|hit| is_watched(hit)).map(|hit| {
        let marked = marked.contains(network_of(hit.ip).as_str());
        Click {
            at: hit.at,
            ip: hit.ip,
            device: Device::Visitor(Visitor::of(hit)),
            becomes: hit
                .given_cookie
                .map(|cookie| Device::Visitor(Visitor::Cookie(cookie))),
            referrer: world.links[hit.link.0].referrer,
            link: Some(hit.link),
            class: hit.class,
            anonymous: marked && hit.cookie.is_none(),
            marked,
        }
    });
    let reported = world.events.iter().filter_map(|event| match &event.kind {
        EventKind::Click { ip, device, class } => Some(Click {
            at: event.at,
            ip: *ip,
            device: Device::Reported(device.clone()),
            becomes: None,
            referrer: event.referrer,
            link: event.link,
            class: *class,
            anonymous: false,
            marked: false,
        }),
        _ => None,
    });
    hits.chain(reported).collect()
}

fn is_watched(hit: &Hit) -> bool {
    matches!(hit.class, HitClass::Human | HitClass::Duplicate)
}

fn groups_are_planted(clicks: &[Click], facts: &Facts) -> Result<(), Unplanted> {
    let mut groups: BTreeMap<(NaiveDate, IpAddr), Vec<&Click>> = BTreeMap::new();
    for click in clicks {
        groups
            .entry((click.at.date_naive(), click.ip))
            .or_default()
            .push(click);
    }
    groups.retain(|_, clicks| clicks.len() as u64 > CLICKS);
    let found: BTreeMap<_, _> = groups
        .iter()
        .map(|(&group, clicks)| {
            let mut devices: BTreeMap<&Device, u64> = BTreeMap::new();
            for click in clicks {
                *devices.entry(&click.device).or_default() += 1;
            }
            let busiest = devices.values().copied().max().unwrap_or(0);
            let kind = match (
                clicks[0].marked,
                devices.len() >= DEVICES && busiest <= CLICKS,
            ) {
                (true, _) => IpGroupKind::Institution,
                (false, true) => IpGroupKind::ManyDevices,
                (false, false) => IpGroupKind::Farm,
            };
            (
                group,
                (
                    format!("{kind:?}"),
                    clicks.len() as u64,
                    devices.len() as u64,
                ),
            )
        })
        .collect();
    let planted = facts
        .ip_groups
        .iter()
        .map(|group| {
            (
                (group.day, group.ip),
                (format!("{:?}", group.kind), group.clicks, group.devices),
            )
        })
        .collect();
    same("groups of clicks", &found, &planted)
}

fn bursts_are_planted(clicks: &[Click], facts: &Facts) -> Result<(), Unplanted> {
    // Without a cookie a visitor is another one every day.
    let day = |device: &Device, at: DateTime<Utc>| {
        matches!(device, Device::Visitor(Visitor::Looks(_))).then(|| at.date_naive())
    };
    let mut devices: BTreeMap<(Device, Option<NaiveDate>), Vec<DateTime<Utc>>> = BTreeMap::new();
    for click in clicks.iter().filter(|click| !click.anonymous) {
        let device = (click.device.clone(), day(&click.device, click.at));
        devices.entry(device).or_default().push(click.at);
    }
    let found = devices
        .into_iter()
        .filter_map(|(device, mut times)| {
            times.sort_unstable();
            let fastest = times.windows(3).map(|three| three[2] - three[0]).min()?;
            (fastest <= BURST).then_some((device, (times.len() as u64, fastest)))
        })
        .collect();
    let mut planted: BTreeMap<_, (u64, TimeDelta)> = BTreeMap::new();
    for burst in &facts.bursts {
        let key = (burst.device.clone(), day(&burst.device, burst.first));
        let (clicks, fastest) = planted.entry(key).or_insert((0, TimeDelta::MAX));
        *clicks += burst.clicks;
        *fastest = burst.fastest.min(*fastest);
    }
    same("fast devices", &found, &planted)
}

#[derive(Clone, Copy, Default)]
struct Figures {
    clicks: u64,
    conversions: u64,
}

impl Figures {
    fn stands_out(self) -> bool {
        match self.clicks {
            0 => self.conversions > 0,
            1..5 => false,
            clicks => self.conversions * 5 > clicks * 4,
        }
    }
}

/// No referrer stands out, on any day or over any period of days, but those who were planted so; and those have
/// exactly the clicks and conversions that they were planted with.
fn referrers_are_planted(world: &World, clicks: &[Click], facts: &Facts) -> Result<(), Unplanted> {
    let mut referrers: BTreeMap<UserIndex, BTreeMap<NaiveDate, Figures>> = BTreeMap::new();
    for click in clicks {
        let days = referrers.entry(click.referrer).or_default();
        days.entry(click.at.date_naive()).or_default().clicks += 1;
    }
    for event in &world.events {
        if matches!(event.kind, EventKind::Conversion { .. }) {
            let days = referrers.entry(event.referrer).or_default();
            days.entry(event.at.date_naive()).or_default().conversions += 1;
        }
    }
    let mut planted: BTreeMap<UserIndex, (NaiveDate, u64, u64)> = BTreeMap::new();
    for one in &facts.referrers {
        planted.insert(one.user, (one.day, one.clicks, one.conversions));
    }
    for (referrer, days) in &referrers {
        let counted = days
            .iter()
            .map(|(&day, one)| (day, one.clicks, one.conversions));
        match planted.get(referrer) {
            Some(expected) if !counted.eq([*expected]) => {
                return Err(Unplanted(format!(
                    "referrer {} is not as planted",
                    referrer.0
                )));
            }
            None if days.values().any(|one| one.conversions > CLICKS)
                || any_period_stands_out(days) =>
            {
                return Err(Unplanted(format!("referrer {} stands out", referrer.0)));
            }
            _ => {}
        }
    }
    Ok(())
}

fn any_period_stands_out(days: &BTreeMap<NaiveDate, Figures>) -> bool {
    let days: Vec<_> = days.values().copied().collect();
    (0..days.len()).any(|first| {
        let mut sum = Figures::default();
        days[first..].iter().any(|day| {
            sum.clicks += day.clicks;
            sum.conversions += day.conversions;
            sum.stands_out()
        })
    })
}

/// Every click that is meant to be a person's first on a link is, and every repeat is one.
fn repeats_are_repeats(clicks: &[Click]) -> Result<(), Unplanted> {
    let mut in_order: Vec<&Click> = clicks.iter().collect();
    in_order.sort_by_key(|click| click.at);
    let mut last: BTreeMap<(&Device, Option<LinkIndex>), DateTime<Utc>> = BTreeMap::new();
    for click in in_order {
        let before = last.get(&(&click.device, click.link));
        let again = before.is_some_and(|&last| click.at - last <= SAME_CLICK);
        let class = if again && !click.anonymous {
            HitClass::Duplicate
        } else {
            for device in [&click.device].into_iter().chain(&click.becomes) {
                last.insert((device, click.link), click.at);
            }
            HitClass::Human
        };
        if class != click.class {
            return Err(Unplanted(format!("a click at {} is {class:?}", click.at)));
        }
    }
    Ok(())
}

fn same<K: Ord + std::fmt::Debug, V: PartialEq + std::fmt::Debug>(
    what: &str,
    found: &BTreeMap<K, V>,
    planted: &BTreeMap<K, V>,
) -> Result<(), Unplanted> {
    let strange = found
        .iter()
        .find(|(key, value)| planted.get(key) != Some(value));
    let missing = planted.iter().find(|(key, _)| !found.contains_key(key));
    match strange.or(missing) {
        Some((key, value)) => Err(Unplanted(format!("{what}: {key:?} with {value:?}"))),
        None => Ok(()),
    }
}
