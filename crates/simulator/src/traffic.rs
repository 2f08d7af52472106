//! Who follows: most links are followed by few, some by many. People come from home or on the move, with the
//! browsers they have, come back, and press reload.

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};

use crate::addresses::Addresses;
use crate::agents::Browser;
use crate::builder::Builder;
use crate::calendar::{Calendar, minutes};
use crate::dice::{Area, Dice};
use crate::regions::{REGIONS, Region, WEIGHTS};
use crate::sharing::Shared;
use crate::world::{EventKind, Hit, HitClass, LinkIndex};

/// Followers of the link that is followed most, before the loop's reach scales them.
const FOLLOWERS_MAX: f64 = 60.0;
/// Minutes from minting a link to a click on it: half come within two hours, the last after weeks.
const DELAYS: [(f64, f64); 8] = [
    (0.0, 0.5),
    (0.15, 8.0),
    (0.35, 40.0),
    (0.5, 120.0),
    (0.7, 600.0),
    (0.88, 2_900.0),
    (0.97, 14_000.0),
    (1.0, 50_000.0),
];
/// Somebody who was here before follows another link.
const RETURNS: f64 = 0.12;
/// Browsers that keep no cookies.
const NO_COOKIES: f64 = 0.22;
/// A click that was fetched ahead.
const PREFETCHED: f64 = 0.07;
/// A click that is repeated.
const REPEATED: f64 = 0.07;
/// Links opened in the platform's app, which reports the click itself.
const IN_APP: f64 = 0.05;
/// Around the expiry of a link nobody clicks: clocks differ.
const EXPIRY_MARGIN: TimeDelta = TimeDelta::minutes(10);

/// Somebody who follows links.
#[derive(Debug)]
struct Follower {
    region: &'static Region,
    browser: Browser,
    home: IpAddr,
    on_the_move: Option<IpAddr>,
    cookie: Option<[u8; 16]>,
    /// When the cookie was set; before, there is none.
    known_since: Option<DateTime<Utc>>,
}

/// A click of a person that counts, for what follows from it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Followed {
    pub(crate) at: DateTime<Utc>,
    /// Position in the list of shared links.
    pub(crate) shared: usize,
}

/// Lets people follow the links. Answers the clicks by link.
pub(crate) fn follow(builder: &mut Builder<'_>, shared: &[Shared]) -> Vec<Followed> {
    let mut crowd = Crowd {
        dice: Dice::new(builder.plan.seed, Area::Clicks),
        people: Dice::new(builder.plan.seed, Area::Visitors),
        followers: Vec::new(),
    };
    let mut followed = Vec::new();
    for (index, one) in shared.iter().enumerate() {
        for at in crowd.times(builder, one) {
            if crowd.click(builder, one.link, at) {
                followed.push(Followed { at, shared: index });
            }
        }
    }
    followed
}

/// Everybody who follows links.
struct Crowd {
    dice: Dice,
    people: Dice,
    followers: Vec<Follower>,
}

impl Crowd {
    /// When a link is followed.
    fn times(&mut self, builder: &Builder<'_>, shared: &Shared) -> Vec<DateTime<Utc>> {
        let plan = &builder.plan.loops[shared.plan];
        let followers = if self.dice.chance(plan.ignored) {
            0
        } else {
            (self.dice.heavy_tailed(FOLLOWERS_MAX) * plan.reach) as u32
        };
        let created = builder.link(shared.link).created_at;
        (0..followers)
            .map(|_| created + minutes(self.dice.quantile(&DELAYS)))
            .collect()
    }

    /// Somebody follows a link. Answers whether a click came of it.
    fn click(&mut self, builder: &mut Builder<'_>, link: LinkIndex, at: DateTime<Utc>) -> bool {
        let follower = self.somebody(&mut builder.addresses);
        let at = Calendar::when_active(
            &mut self.dice,
            at,
            self.followers[follower].region.utc_offset(),
        );
        let expires = builder.link(link).expires_at();
        if at > builder.calendar.end() || (at - expires).abs() <= EXPIRY_MARGIN {
            return false;
        }
        if at > expires {
            let late = self.followers[follower].hit(&mut self.dice, link, at);
            builder.hit(Hit {
                class: HitClass::Rejected,
                given_cookie: None,
                ..late
            });
            return false;
        }
        if self.dice.chance(IN_APP) {
            self.click_in_app(builder, follower, link, at)
        } else {
            self.click_in_browser(builder, follower, link, at)
        }
    }

    fn click_in_app(
        &mut self,
        builder: &mut Builder<'_>,
        follower: usize,
        link: LinkIndex,
        at: DateTime<Utc>,
    ) -> bool {
        let ip = self.followers[follower].address(&mut self.dice);
        let admitted = builder.limits.admit_address(ip, at);
        if admitted {
            let device = format!("app-{:032x}", u128::from_be_bytes(self.dice.bytes()));
            let referrer = builder.link(link).referrer;
            builder.limits.count_click(referrer, at);
            let class = HitClass::Human;
            let click = EventKind::Click { ip, device, class };
            builder.report(at, referrer, Some(link), click);
        }
        admitted
    }

    fn click_in_browser(
        &mut self,
        builder: &mut Builder<'_>,
        follower: usize,
        link: LinkIndex,
        at: DateTime<Utc>,
    ) -> bool {
        let hit = self.followers[follower].hit(&mut self.dice, link, at);
        if !builder.limits.admit_click(&hit) {
            return false;
        }
        let referrer = builder.link(link).referrer;
        builder.limits.count_click(referrer, at);
        self.fetch_ahead(builder, follower, &hit);
        if hit.given_cookie.is_some() {
            self.followers[follower].known_since = Some(at);
        }
        if self.dice.chance(REPEATED) {
            let again = repeat(&mut self.dice, &hit);
            if again.at <= builder.calendar.end() && builder.limits.admit_repeat(&hit, &again) {
                builder.limits.count_click(referrer, again.at);
                builder.hit(again);
            }
        }
        builder.hit(hit);
        true
    }

    fn fetch_ahead(&mut self, builder: &mut Builder<'_>, follower: usize, hit: &Hit) {
        let ahead = hit.at - TimeDelta::milliseconds(self.dice.between(300, 4_000) as i64);
        let fetches = self.followers[follower].browser.prefetches() && self.dice.chance(PREFETCHED);
        if fetches && ahead > builder.link(hit.link).created_at && builder.calendar.contains(ahead)
        {
            builder.hit(Hit {
                at: ahead,
                sec_purpose: Some("prefetch"),
                class: HitClass::Prefetch,
                given_cookie: None,
                ..hit.clone()
            });
        }
    }

    /// Somebody new, or sometimes somebody who was here before.
    fn somebody(&mut self, addresses: &mut Addresses) -> usize {
        let before = self.followers.len();
        if before > 0 && self.people.chance(RETURNS) {
            return self.people.below(before as u64) as usize;
        }
        // Every sixth lives with somebody who was here before.
        let relative = (before > 0 && self.people.chance(1.0 / 6.0))
            .then(|| self.people.below(before as u64) as usize)
            .map(|index| &self.followers[index]);
        let follower = Follower::new(&mut self.people, addresses, relative);
        self.followers.push(follower);
        before
    }
}

impl Follower {
    fn new(dice: &mut Dice, addresses: &mut Addresses, relative: Option<&Self>) -> Self {
        let region = match relative {
            Some(relative) => relative.region,
            None => &REGIONS[dice.weighted(&WEIGHTS)],
        };
        let home = match relative {
            Some(relative) => relative.home,
            None if dice.chance(0.25) => addresses.home_v6(),
            None => addresses.home(),
        };
        Self {
            region,
            browser: Browser::any(dice),
            home,
            on_the_move: dice.chance(0.4).then(|| addresses.home()),
            cookie: (!dice.chance(NO_COOKIES)).then(|| dice.bytes()),
            known_since: None,
        }
    }

    fn address(&self, dice: &mut Dice) -> IpAddr {
        match self.on_the_move {
            Some(address) if dice.chance(0.4) => address,
            _ => self.home,
        }
    }

    fn hit(&self, dice: &mut Dice, link: LinkIndex, at: DateTime<Utc>) -> Hit {
        Hit {
            at,
            link,
            ip: self.address(dice),
            agent: self.browser.agent,
            accept_language: self.browser.accept_language(self.region),
            cookie: self
                .cookie
                .filter(|_| self.known_since.is_some_and(|since| since < at)),
            given_cookie: self.cookie.filter(|_| self.known_since.is_none()),
            sec_purpose: None,
            class: HitClass::Human,
        }
    }
}

/// The same click again: a double tap, a reload, a return by the back button.
fn repeat(dice: &mut Dice, hit: &Hit) -> Hit {
    let delay = dice.quantile(&[(0.0, 0.13), (0.6, 2.0), (0.9, 20.0), (1.0, 49.0)]);
    Hit {
        at: hit.at + minutes(delay),
        cookie: hit.cookie.or(hit.given_cookie),
        given_cookie: None,
        class: HitClass::Duplicate,
        ..hit.clone()
    }
}
