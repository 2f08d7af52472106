//! Telling visitors apart without knowing them.
//!
//! Two identities serve fraud detection and duplicates, and nothing else: a random session cookie, or, without
//! one, a hash of what the browser sends anyway under a key that changes every day (UTC). Neither is joined to a
//! user. What is stored is a [`Fingerprint`]: from it neither the cookie nor the address can be had, and
//! passive fingerprints of two days can not be matched without the master key.

use std::fmt;
use std::net::IpAddr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, NaiveDate, Timelike, Utc};

use crate::mac::{MacKey, Message, constant_time_eq};

/// Random bytes in a visitor cookie.
pub const COOKIE_BYTES: usize = 16;
/// Bytes of the MAC behind them. 64 bits suffice: a forger gains one duplicate-free click and has to ask us.
const COOKIE_MAC_BYTES: usize = 8;
/// Characters of an encoded cookie.
pub const COOKIE_CHARS: usize = 32;

/// The keys for visitors, all derived from one 32-byte master key.
#[derive(Clone, Debug)]
pub struct VisitorKeys {
    passive: MacKey,
    cookie_mac: MacKey,
    cookie_id: MacKey,
}

/// The keys for the passive fingerprints of one day (UTC).
#[derive(Clone, Debug)]
pub struct DayKeys {
    date: NaiveDate,
    today: MacKey,
    yesterday: Option<MacKey>,
}

/// The pseudonym of a visitor: 16 bytes, written as 32 hex digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fingerprint([u8; 16]);

/// The secret in a visitor's cookie. It is never stored or logged; its [`Fingerprint`] is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct VisitorCookie([u8; COOKIE_BYTES]);

/// What a browser sends anyway. Absent headers are empty.
#[derive(Clone, Copy, Debug)]
pub struct PassiveSignals<'a> {
    pub ip: IpAddr,
    pub user_agent: &'a str,
    pub accept_language: &'a str,
    /// The low-entropy client hints (`Sec-CH-UA`, `Sec-CH-UA-Mobile`, `Sec-CH-UA-Platform`), as sent.
    pub client_hints: [&'a str; 3],
}

/// The passive fingerprint of a visitor at some moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PassiveIdentity {
    /// What is stored with the hit.
    pub current: Fingerprint,
    /// During the first hour of a day, what the same visitor had the day before: without it everybody who
    /// reloads a page across midnight would be counted twice.
    pub yesterday: Option<Fingerprint>,
}

impl VisitorKeys {
    /// Derives the keys from a master key of 32 random bytes.
    #[must_use]
    pub fn new(master: &[u8; 32]) -> Self {
        let master = MacKey::new(master);
        let derive = |label| master.derive(&Message::new(label));
        Self {
            passive: derive("viral-engine/visitor-passive/v1"),
            cookie_mac: derive("viral-engine/visitor-cookie-mac/v1"),
            cookie_id: derive("viral-engine/visitor-cookie-id/v1"),
        }
    }

    /// The keys for passive fingerprints at a time. Deriving them costs more than using them, so keep them as
    /// long as [`DayKeys::covers`] the time.
    #[must_use]
    pub fn day(&self, now: DateTime<Utc>) -> DayKeys {
        let date = now.date_naive();
        DayKeys {
            date,
            today: self.key_of(date),
            yesterday: date.pred_opt().map(|date| self.key_of(date)),
        }
    }

    fn key_of(&self, date: NaiveDate) -> MacKey {
        self.passive
            .derive(&Message::new("viral-engine/visitor-day/v1").text(&date.to_string()))
    }

    /// The text of a cookie: the random bytes and a MAC over them.
    #[must_use]
    pub fn encode_cookie(&self, cookie: &VisitorCookie) -> String {
        URL_SAFE_NO_PAD.encode([cookie.0.as_slice(), &self.cookie_mac(cookie)].concat())
    }

    /// Reads a cookie; `None` when it was not made by [`VisitorKeys::encode_cookie`] with these keys, so that a
    /// made-up one is nobody's identity.
    #[must_use]
    pub fn parse_cookie(&self, text: &str) -> Option<VisitorCookie> {
        if text.len() != COOKIE_CHARS {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (random, mac) = bytes.split_first_chunk::<COOKIE_BYTES>()?;
        let cookie = VisitorCookie(*random);
        constant_time_eq(&self.cookie_mac(&cookie), mac).then_some(cookie)
    }

    /// The fingerprint of a visitor with a cookie: the same as long as the cookie lives.
    #[must_use]
    pub fn cookie_fingerprint(&self, cookie: &VisitorCookie) -> Fingerprint {
        let message = Message::new("viral-engine/visitor-cookie/v1").bytes(&cookie.0);
        Fingerprint(self.cookie_id.short_tag(&message))
    }

    fn cookie_mac(&self, cookie: &VisitorCookie) -> [u8; COOKIE_MAC_BYTES] {
        self.cookie_mac
            .short_tag(&Message::new("viral-engine/visitor-cookie/v1").bytes(&cookie.0))
    }
}

impl DayKeys {
    /// Whether these are the keys for this time.
    #[must_use]
    pub fn covers(&self, now: DateTime<Utc>) -> bool {
        now.date_naive() == self.date
    }

    /// The passive fingerprint at a time of this day.
    #[must_use]
    pub fn passive(&self, signals: &PassiveSignals<'_>, now: DateTime<Utc>) -> PassiveIdentity {
        let message = signals.canonical();
        let first_hour = now.hour() == 0;
        PassiveIdentity {
            current: Fingerprint(self.today.short_tag(&message)),
            yesterday: self
                .yesterday
                .as_ref()
                .filter(|_| first_hour)
                .map(|key| Fingerprint(key.short_tag(&message))),
        }
    }
}

impl PassiveSignals<'_> {
    fn canonical(&self) -> Message {
        let [brands, mobile, platform] = self.client_hints;
        Message::new("viral-engine/visitor-signals/v1")
            .bytes(&super::ip::octets(self.ip))
            .text(self.user_agent)
            .text(self.accept_language)
            .text(brands)
            .text(mobile)
            .text(platform)
    }
}

impl VisitorCookie {
    /// Makes a cookie of bytes that the caller drew from the operating system's generator.
    #[must_use]
    pub fn from_random(bytes: [u8; COOKIE_BYTES]) -> Self {
        Self(bytes)
    }
}

impl fmt::Debug for VisitorCookie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VisitorCookie([redacted])")
    }
}

impl Fingerprint {
    /// The 16 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl From<[u8; 16]> for Fingerprint {
    fn from(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use proptest::prelude::*;

    use super::*;

    fn keys() -> VisitorKeys {
        VisitorKeys::new(&[7; 32])
    }

    fn signals() -> PassiveSignals<'static> {
        PassiveSignals {
            ip: IpAddr::from([203, 0, 113, 9]),
            user_agent: "Mozilla/5.0",
            accept_language: "de,en",
            client_hints: ["\"Chromium\";v=\"140\"", "?0", "\"Chrome OS\""],
        }
    }

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(20_000) + TimeDelta::seconds(seconds)
    }

    fn passive(
        keys: &VisitorKeys,
        signals: &PassiveSignals<'_>,
        now: DateTime<Utc>,
    ) -> PassiveIdentity {
        keys.day(now).passive(signals, now)
    }

    #[test]
    fn a_passive_fingerprint_lasts_a_day_and_is_bridged_for_an_hour() {
        let at_midnight_plus = |seconds| passive(&keys(), &signals(), at(seconds));
        let evening = at_midnight_plus(-1).current;
        assert_eq!(at_midnight_plus(-86_400).current, evening);
        assert_ne!(at_midnight_plus(0).current, evening);
        assert_eq!(at_midnight_plus(0).yesterday, Some(evening));
        assert_eq!(at_midnight_plus(3_599).yesterday, Some(evening));
        assert_eq!(at_midnight_plus(3_600).yesterday, None);
    }

    #[test]
    fn day_keys_cover_their_day_alone() {
        let day = keys().day(at(5));
        assert!(day.covers(at(0)) && day.covers(at(86_399)));
        assert!(!day.covers(at(-1)) && !day.covers(at(86_400)));
    }

    #[test]
    fn every_signal_and_the_key_tell_visitors_apart() {
        let base = passive(&keys(), &signals(), at(0)).current;
        let others = [
            PassiveSignals {
                ip: IpAddr::from([203, 0, 113, 10]),
                ..signals()
            },
            PassiveSignals {
                user_agent: "Mozilla/5.1",
                ..signals()
            },
            PassiveSignals {
                accept_language: "de",
                ..signals()
            },
            PassiveSignals {
                client_hints: ["", "?0", "\"Chrome OS\""],
                ..signals()
            },
            PassiveSignals {
                user_agent: "Mozilla/5.0de",
                accept_language: ",en",
                ..signals()
            },
        ];
        for other in others {
            assert_ne!(passive(&keys(), &other, at(0)).current, base, "{other:?}");
        }
        assert_ne!(
            passive(&VisitorKeys::new(&[8; 32]), &signals(), at(0)).current,
            base
        );
    }

    #[test]
    fn an_address_is_the_same_visitor_in_both_spellings() {
        let mapped = PassiveSignals {
            ip: "::ffff:203.0.113.9".parse().expect("an address"),
            ..signals()
        };
        assert_eq!(
            passive(&keys(), &mapped, at(0)),
            passive(&keys(), &signals(), at(0))
        );
    }

    #[test]
    fn a_cookie_is_read_back_and_its_fingerprint_is_not_its_value() {
        let cookie = VisitorCookie::from_random([1; 16]);
        let text = keys().encode_cookie(&cookie);
        assert_eq!(text.len(), COOKIE_CHARS);
        assert_eq!(keys().parse_cookie(&text), Some(cookie));
        let fingerprint = keys().cookie_fingerprint(&cookie);
        assert_ne!(fingerprint.as_bytes(), &[1; 16]);
        assert_eq!(fingerprint.to_string().len(), 32);
        assert_eq!(format!("{cookie:?}"), "VisitorCookie([redacted])");
    }

    #[test]
    fn a_cookie_of_other_keys_or_of_another_length_is_nobodys() {
        let text = keys().encode_cookie(&VisitorCookie::from_random([1; 16]));
        assert_eq!(VisitorKeys::new(&[8; 32]).parse_cookie(&text), None);
        for other in [
            "",
            &text[1..],
            &format!("{text}A"),
            &text.replace(|_| true, "A"),
        ] {
            assert_eq!(keys().parse_cookie(other), None, "{other}");
        }
    }

    proptest! {
        #[test]
        fn changing_any_character_of_a_cookie_makes_it_nobodys(bytes: [u8; 16], at in 0..32_usize, to in "[A-Za-z0-9_-]") {
            let text = keys().encode_cookie(&VisitorCookie::from_random(bytes));
            let mut altered = text.clone();
            altered.replace_range(at..=at, &to);
            prop_assert_eq!(keys().parse_cookie(&altered).is_some(), altered == text);
        }
    }
}
