//! What was planted, as it was planted: the generator's own record, from which the truth is told.

use std::net::IpAddr;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::limits::Visitor;
use crate::world::UserIndex;

/// Everything that was planted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    pub(crate) ip_groups: Vec<IpGroup>,
    pub(crate) bursts: Vec<Burst>,
    pub(crate) referrers: Vec<Referrer>,
    pub(crate) leaks: Vec<Leak>,
}

/// More than ten clicks of one address on one day.
#[derive(Clone, Debug)]
pub(crate) struct IpGroup {
    pub(crate) day: NaiveDate,
    pub(crate) ip: IpAddr,
    pub(crate) kind: IpGroupKind,
    pub(crate) clicks: u64,
    pub(crate) devices: u64,
    pub(crate) first_seen: DateTime<Utc>,
    pub(crate) last_seen: DateTime<Utc>,
}

/// What a group is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IpGroupKind {
    /// A click farm.
    Farm,
    /// A school that nobody has marked.
    ManyDevices,
    /// A school that operators have marked.
    Institution,
}

/// Clicks of one device, faster than a person's. A device may have several.
#[derive(Clone, Debug)]
pub(crate) struct Burst {
    pub(crate) device: Device,
    pub(crate) clicks: u64,
    pub(crate) first: DateTime<Utc>,
    pub(crate) last: DateTime<Utc>,
    /// Shortest time that held three clicks.
    pub(crate) fastest: TimeDelta,
}

/// How a device is told apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Device {
    /// By what its requests show, or its cookie.
    Visitor(Visitor),
    /// By the fingerprint that the platform reports.
    Reported(String),
}

/// A referrer whose conversions stand out, with everything that befell it.
#[derive(Clone, Debug)]
pub(crate) struct Referrer {
    pub(crate) user: UserIndex,
    pub(crate) day: NaiveDate,
    pub(crate) clicks: u64,
    pub(crate) conversions: u64,
}

/// Personal information in a payload.
#[derive(Clone, Debug)]
pub(crate) struct Leak {
    pub(crate) kind: PayloadKind,
    pub(crate) at: DateTime<Utc>,
    pub(crate) field_path: &'static str,
    pub(crate) entity_type: &'static str,
}

/// Kind of payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PayloadKind {
    ParentShare,
    ProgressReel,
}
