//! A hit as it lies in the click log, and as ingest gets it.
//!
//! One byte of version, then fixed fields, then what may be absent, told by flags: about 120 bytes. Numbers are big
//! endian. A record holds what is kept of a hit and nothing more: no address, no cookie, no user agent.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;
use viral_engine_api_types::events::{EventOrigin, EventType};
use viral_engine_domain::clicks::{HitClass, Verdict, network_prefix};

use crate::events::{Address, Hit, IncomingEvent, LinkReference};

/// Version of the format. A log may outlive an upgrade: keep reading old versions.
const VERSION: u8 = 1;

const HAS_COOKIE: u8 = 1;
const HAS_YESTERDAY: u8 = 1 << 1;
const HAS_ISSUED: u8 = 1 << 2;
const IS_IPV6: u8 = 1 << 3;
const GENUINE: u8 = 1 << 4;

/// Class byte of a hit that ingest decides.
const CANDIDATE: u8 = 0;

/// Classes by their byte, from 1.
const CLASSES: [HitClass; 6] = [
    HitClass::Human,
    HitClass::Duplicate,
    HitClass::Bot,
    HitClass::Preview,
    HitClass::Prefetch,
    HitClass::Rejected,
];

/// Why a hit is rejected, by its byte, from 1; the names are stored.
const REASONS: [&str; 6] = [
    "forged",
    "target_refused",
    "disabled",
    "expired",
    "exhausted",
    "blocked",
];

/// A hit to record.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HitRecord<'a> {
    /// The click's id.
    pub id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// The link.
    pub link_id: Uuid,
    /// Class, as far as the request tells.
    pub verdict: Verdict,
    /// Why it is rejected, one of the stored names.
    pub reject_reason: Option<&'static str>,
    /// Whether the link is as it was signed.
    pub genuine: bool,
    /// Whether the visitor brought a cookie.
    pub has_cookie: bool,
    /// Keyed hash of the address.
    pub ip_hash: [u8; 16],
    /// The address; only its network is recorded.
    pub ip: IpAddr,
    /// Pseudonym of the visitor.
    pub device: [u8; 16],
    /// What it was yesterday, in the first hour of a day.
    pub yesterday: Option<[u8; 16]>,
    /// Pseudonym of the cookie that the answer brings.
    pub issued: Option<[u8; 16]>,
    /// Name of the program, if it named itself.
    pub agent: Option<&'a str>,
}

/// A record can not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the record is not a hit of a version this engine reads")]
pub struct UnreadableRecord;

impl HitRecord<'_> {
    /// Writes the record into `buffer`, which is emptied first.
    pub fn encode(&self, buffer: &mut Vec<u8>) {
        buffer.clear();
        let flag = |set: bool, flag: u8| if set { flag } else { 0 };
        let network = self.ip.to_canonical();
        buffer.push(VERSION);
        buffer.push(
            flag(self.has_cookie, HAS_COOKIE)
                | flag(self.yesterday.is_some(), HAS_YESTERDAY)
                | flag(self.issued.is_some(), HAS_ISSUED)
                | flag(network.is_ipv6(), IS_IPV6)
                | flag(self.genuine, GENUINE),
        );
        buffer.push(class_byte(self.verdict));
        buffer.push(reason_byte(self.reject_reason));
        buffer.extend_from_slice(self.id.as_bytes());
        buffer.extend_from_slice(&self.at.timestamp_micros().to_be_bytes());
        buffer.extend_from_slice(self.link_id.as_bytes());
        buffer.extend_from_slice(&self.ip_hash);
        match network {
            IpAddr::V4(ip) => buffer.extend_from_slice(&ip.octets()[..3]),
            IpAddr::V6(ip) => buffer.extend_from_slice(&ip.octets()[..6]),
        }
        buffer.extend_from_slice(&self.device);
        buffer.extend(self.yesterday.iter().flatten());
        buffer.extend(self.issued.iter().flatten());
        buffer.extend_from_slice(self.agent.unwrap_or_default().as_bytes());
    }
}

/// Reads a record as the event it is.
///
/// # Errors
/// [`UnreadableRecord`] for anything that [`HitRecord::encode`] did not write.
pub fn decode(bytes: &[u8]) -> Result<IncomingEvent, UnreadableRecord> {
    parse(bytes).ok_or(UnreadableRecord)
}

fn parse(bytes: &[u8]) -> Option<IncomingEvent> {
    let mut fields = Fields(bytes);
    if fields.take::<1>()? != [VERSION] {
        return None;
    }
    let [flags] = fields.take::<1>()?;
    let has = |flag: u8| flags & flag != 0;
    let [class] = fields.take::<1>()?;
    let [reason] = fields.take::<1>()?;
    let id = Uuid::from_bytes(fields.take()?);
    let at = DateTime::from_timestamp_micros(i64::from_be_bytes(fields.take()?))?;
    let link_id = Uuid::from_bytes(fields.take()?);
    let hash = fields.take()?;
    let ip = if has(IS_IPV6) {
        let mut octets = [0; 16];
        octets[..6].copy_from_slice(&fields.take::<6>()?);
        IpAddr::V6(Ipv6Addr::from(octets))
    } else {
        let [a, b, c] = fields.take::<3>()?;
        IpAddr::V4(Ipv4Addr::new(a, b, c, 0))
    };
    let device = hex::encode(fields.take::<16>()?);
    let mut visitors = vec![device.clone()];
    if has(HAS_YESTERDAY) {
        visitors.push(hex::encode(fields.take::<16>()?));
    }
    let issued = match has(HAS_ISSUED) {
        true => Some(hex::encode(fields.take::<16>()?)),
        false => None,
    };
    let agent = std::str::from_utf8(fields.0).ok()?;
    Some(IncomingEvent {
        id,
        event_type: EventType::Click,
        origin: EventOrigin::Redirect,
        occurred_at: at,
        received_at: at,
        link: LinkReference::Id(link_id),
        click_id: None,
        address: Some(Address {
            hash,
            prefix: network_prefix(ip),
        }),
        device: Some(device),
        has_cookie: has(HAS_COOKIE),
        agent: (!agent.is_empty()).then(|| Arc::from(agent)),
        hit: Some(Hit {
            verdict: verdict(class)?,
            reject_reason: reason_of(reason)?,
            visitors,
            issued,
            genuine: has(GENUINE),
        }),
        reported: None,
    })
}

struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (field, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*field)
    }
}

fn class_byte(verdict: Verdict) -> u8 {
    let Verdict::Settled(class) = verdict else {
        return CANDIDATE;
    };
    CLASSES
        .iter()
        .zip(1..)
        .find_map(|(known, byte)| (*known == class).then_some(byte))
        .unwrap_or(CANDIDATE)
}

fn verdict(byte: u8) -> Option<Verdict> {
    match usize::from(byte).checked_sub(1) {
        None => Some(Verdict::Candidate),
        Some(index) => CLASSES.get(index).copied().map(Verdict::Settled),
    }
}

fn reason_byte(reason: Option<&str>) -> u8 {
    REASONS
        .iter()
        .zip(1..)
        .find_map(|(known, byte)| (Some(*known) == reason).then_some(byte))
        .unwrap_or(0)
}

#[allow(clippy::option_option, reason = "no reason, and no such reason")]
fn reason_of(byte: u8) -> Option<Option<&'static str>> {
    match usize::from(byte).checked_sub(1) {
        None => Some(None),
        Some(index) => REASONS.get(index).copied().map(Some),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use viral_engine_domain::links::Reason;

    use super::*;

    fn record(agent: Option<&str>) -> HitRecord<'_> {
        HitRecord {
            id: Uuid::from_u128(7),
            at: DateTime::from_timestamp_micros(1_700_000_000_123_456).unwrap(),
            link_id: Uuid::from_u128(9),
            verdict: Verdict::Settled(HitClass::Rejected),
            reject_reason: Some("expired"),
            genuine: true,
            has_cookie: false,
            ip_hash: [3; 16],
            ip: "203.0.113.9".parse().unwrap(),
            device: [4; 16],
            yesterday: Some([5; 16]),
            issued: Some([6; 16]),
            agent,
        }
    }

    #[test]
    fn a_hit_comes_back_without_the_host_part_of_its_address() {
        let mut bytes = Vec::new();
        record(Some("Googlebot")).encode(&mut bytes);
        let event = decode(&bytes).unwrap();
        let hit = event.hit.unwrap();
        assert_eq!(event.id, Uuid::from_u128(7));
        assert_eq!(event.occurred_at.timestamp_micros(), 1_700_000_000_123_456);
        assert_eq!(event.address.unwrap().prefix, "203.0.113.0/24");
        assert_eq!(event.agent.as_deref(), Some("Googlebot"));
        assert_eq!(hit.reject_reason, Some("expired"));
        assert_eq!(hit.visitors, [hex::encode([4; 16]), hex::encode([5; 16])]);
        assert_eq!(hit.issued, Some(hex::encode([6; 16])));
        assert!(!bytes.windows(4).any(|window| window == [203, 0, 113, 9]));
    }

    #[test]
    fn every_class_and_reason_has_its_byte() {
        for class in HitClass::ALL {
            let settled = Verdict::Settled(class);
            assert_eq!(verdict(class_byte(settled)), Some(settled));
        }
        assert_eq!(
            verdict(class_byte(Verdict::Candidate)),
            Some(Verdict::Candidate)
        );
        for reason in Reason::ALL
            .map(Reason::as_str)
            .into_iter()
            .chain(["blocked"])
        {
            assert_eq!(reason_of(reason_byte(Some(reason))), Some(Some(reason)));
        }
        assert_eq!(reason_of(reason_byte(None)), Some(None));
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _: Result<IncomingEvent, UnreadableRecord> = decode(&bytes);
        }

        #[test]
        fn a_cut_record_is_unreadable(cut in 1..120_usize) {
            let mut bytes = Vec::new();
            record(None).encode(&mut bytes);
            prop_assume!(cut < bytes.len());
            bytes.truncate(bytes.len() - cut);
            prop_assert_eq!(decode(&bytes).err(), Some(UnreadableRecord));
        }
    }
}
