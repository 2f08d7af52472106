//! What keeps innocent traffic innocent: it is only let in as far as it can not cross a threshold, so that
//! whatever the guardrails find was planted.
//!
//! The margins are wider than the thresholds (eight clicks instead of ten, seven seconds between any two clicks
//! instead of three within five), so that innocence does not hang on a boundary.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::world::{AgentIndex, Hit, LinkIndex, UserIndex};

/// Clicks of one address on one day.
const CLICKS_PER_DAY: u32 = 8;
/// Between two clicks of one device.
const PAUSE: TimeDelta = TimeDelta::seconds(7);
/// Between two clicks of look-alikes on one link: more than the hour in which they would count once.
const APART: TimeDelta = TimeDelta::minutes(62);
/// How long after a click it may be repeated.
const REPEAT_WITHIN: TimeDelta = TimeDelta::minutes(50);
/// Conversions of one referrer on one day.
const CONVERSIONS_PER_DAY: u64 = 8;
/// Clicks from which a referrer's rate is looked at, and the rate in fifths.
const RATED_CLICKS: u64 = 5;
const RATE_FIFTHS: u64 = 4;

/// All that a request without a cookie shows of a visitor.
type Looks = (IpAddr, AgentIndex, &'static str);

/// How a visitor is told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Visitor {
    Cookie([u8; 16]),
    Looks(Looks),
}

impl Visitor {
    /// Whose hit it is.
    pub(crate) fn of(hit: &Hit) -> Self {
        match hit.cookie {
            Some(cookie) => Self::Cookie(cookie),
            None => Self::Looks(looks(hit)),
        }
    }
}

fn looks(hit: &Hit) -> Looks {
    (hit.ip, hit.agent, hit.accept_language)
}

/// What was let in so far.
#[derive(Debug, Default)]
pub(crate) struct Limits {
    ip_days: HashMap<(IpAddr, NaiveDate), u32>,
    visitors: HashMap<Visitor, Vec<DateTime<Utc>>>,
    clicks: HashMap<(Visitor, LinkIndex), Vec<DateTime<Utc>>>,
    referrers: HashMap<UserIndex, BTreeMap<NaiveDate, Figures>>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Figures {
    clicks: u64,
    conversions: u64,
}

impl Limits {
    /// Lets in a person's click, unless it could be taken for something else.
    pub(crate) fn admit_click(&mut self, hit: &Hit) -> bool {
        let cookies = [hit.cookie, hit.given_cookie].into_iter().flatten();
        let as_seen: Vec<_> = cookies
            .map(Visitor::Cookie)
            .chain([Visitor::Looks(looks(hit))])
            .collect();
        let alone = as_seen.iter().all(|&visitor| {
            let before = self.clicks.get(&(visitor, hit.link));
            is_apart(before, hit.at, APART)
        });
        if !alone || !self.admit_request(hit) {
            return false;
        }
        for visitor in as_seen {
            self.clicks
                .entry((visitor, hit.link))
                .or_default()
                .push(hit.at);
        }
        true
    }

    /// Lets in the same click again, unless the first one is too long ago.
    pub(crate) fn admit_repeat(&mut self, first: &Hit, again: &Hit) -> bool {
        (Visitor::of(first) == Visitor::of(again) || again.cookie == first.given_cookie)
            && again.at - first.at <= REPEAT_WITHIN
            && self.admit_request(again)
    }

    fn admit_request(&mut self, hit: &Hit) -> bool {
        let visitor = Visitor::of(hit);
        if !is_apart(self.visitors.get(&visitor), hit.at, PAUSE)
            || !self.admit_address(hit.ip, hit.at)
        {
            return false;
        }
        self.visitors.entry(visitor).or_default().push(hit.at);
        true
    }

    /// Lets in a click of an address.
    pub(crate) fn admit_address(&mut self, ip: IpAddr, at: DateTime<Utc>) -> bool {
        let clicks = self.ip_days.entry((ip, at.date_naive())).or_default();
        let admitted = *clicks < CLICKS_PER_DAY;
        *clicks += u32::from(admitted);
        admitted
    }

    /// Counts a click for a referrer.
    pub(crate) fn count_click(&mut self, referrer: UserIndex, at: DateTime<Utc>) {
        let days = self.referrers.entry(referrer).or_default();
        days.entry(at.date_naive()).or_default().clicks += 1;
    }

    /// Lets in a conversion, unless the referrer's day or any period of days would stand out.
    pub(crate) fn admit_conversion(&mut self, referrer: UserIndex, at: DateTime<Utc>) -> bool {
        let days = self.referrers.entry(referrer).or_default();
        let day = at.date_naive();
        days.entry(day).or_default().conversions += 1;
        let admitted = is_inconspicuous(days, day);
        if !admitted {
            days.entry(day).or_default().conversions -= 1;
        }
        admitted
    }
}

fn is_apart(before: Option<&Vec<DateTime<Utc>>>, at: DateTime<Utc>, distance: TimeDelta) -> bool {
    before.is_none_or(|times| times.iter().all(|&time| (time - at).abs() > distance))
}

/// Whether every period of whole days around `day` is unremarkable.
fn is_inconspicuous(days: &BTreeMap<NaiveDate, Figures>, day: NaiveDate) -> bool {
    let sums = |figures: &mut dyn Iterator<Item = &Figures>| {
        let mut sums = vec![Figures::default()];
        let mut sum = Figures::default();
        for figures in figures {
            sum.clicks += figures.clicks;
            sum.conversions += figures.conversions;
            sums.push(sum);
        }
        sums
    };
    let before = sums(&mut days.range(..day).rev().map(|(_, figures)| figures));
    let from = sums(&mut days.range(day..).map(|(_, figures)| figures));
    let on_the_day = days.get(&day).copied().unwrap_or_default();
    on_the_day.conversions <= CONVERSIONS_PER_DAY
        && before.iter().all(|past| {
            from.iter().skip(1).all(|rest| {
                let clicks = past.clicks + rest.clicks;
                let conversions = past.conversions + rest.conversions;
                conversions <= clicks
                    && (clicks < RATED_CLICKS || conversions * 5 <= clicks * RATE_FIFTHS)
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::HitClass;

    fn hit(second: i64, cookie: Option<u8>) -> Hit {
        Hit {
            at: DateTime::UNIX_EPOCH + TimeDelta::seconds(second),
            link: LinkIndex(0),
            ip: "100.64.0.1".parse().unwrap(),
            agent: AgentIndex(0),
            accept_language: "en",
            cookie: cookie.map(|byte| [byte; 16]),
            given_cookie: None,
            sec_purpose: None,
            class: HitClass::Human,
        }
    }

    #[test]
    fn look_alikes_on_one_link_stay_apart() {
        let mut limits = Limits::default();
        assert!(limits.admit_click(&hit(0, None)));
        assert!(!limits.admit_click(&hit(3_600, Some(1))));
        assert!(limits.admit_click(&hit(3_600 + 121, Some(1))));
        assert!(!limits.admit_click(&hit(3_700, None)));
    }

    #[test]
    fn a_household_stays_below_the_threshold() {
        let mut limits = Limits::default();
        let admitted = (0..20)
            .filter(|&n| {
                limits.admit_click(&Hit {
                    link: LinkIndex(n),
                    ..hit(60 * n as i64, Some(n as u8))
                })
            })
            .count();
        assert_eq!(admitted, 8);
    }

    #[test]
    fn nobody_is_faster_than_a_person() {
        let mut limits = Limits::default();
        let first = hit(0, Some(1));
        assert!(limits.admit_click(&first));
        assert!(!limits.admit_repeat(&first, &hit(7, Some(1))));
        assert!(limits.admit_repeat(&first, &hit(8, Some(1))));
        assert!(!limits.admit_repeat(&first, &hit(3_001, Some(1))));
        assert!(!limits.admit_repeat(&first, &hit(20, Some(2))));
    }

    #[test]
    fn no_period_of_days_stands_out() {
        let mut limits = Limits::default();
        let referrer = UserIndex(0);
        let day = |n: i64| DateTime::UNIX_EPOCH + TimeDelta::days(n);
        assert!(
            !limits.admit_conversion(referrer, day(0)),
            "without a click"
        );
        for n in 0..5 {
            limits.count_click(referrer, day(n));
        }
        let admitted = (0..5)
            .filter(|&n| limits.admit_conversion(referrer, day(n)))
            .count();
        assert_eq!(admitted, 4, "five of five would be flagged");
        assert!(
            !limits.admit_conversion(referrer, day(9)),
            "a day without a click"
        );
    }
}
