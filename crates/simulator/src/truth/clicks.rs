//! Addresses and devices that stand out.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::activity::ActivityTruth;
use crate::addresses::network_of;
use crate::facts::{Burst, Device, Facts, IpGroup, IpGroupKind};
use crate::limits::Visitor;

/// Groups of clicks that stand out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SuspiciousClicksTruth {
    /// Click farms, a row a day.
    pub suspicious_ips: Vec<IpGroupTruth>,
    /// Schools, a row a day.
    pub shared_networks: Vec<IpGroupTruth>,
    /// Number of `suspicious_ips`.
    pub total_flagged_ips: u64,
    /// Number of `shared_networks`.
    pub total_shared_networks: u64,
    /// All clicks that are looked at.
    pub total_clicks: u64,
}

/// Clicks of one address on one day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IpGroupTruth {
    /// UTC day.
    pub date: NaiveDate,
    /// The address, which no answer shows.
    pub ip: String,
    /// Its network, which answers show.
    pub ip_prefix: String,
    /// Clicks.
    pub click_count: u64,
    /// Distinct devices.
    pub distinct_devices: u64,
    /// First click.
    pub first_seen: DateTime<Utc>,
    /// Last click.
    pub last_seen: DateTime<Utc>,
    /// What it is.
    pub classification: Classification,
}

/// What a group is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Classification {
    /// A click farm.
    Suspicious,
    /// A school that nobody has marked.
    SharedNetwork,
    /// A school that operators have marked.
    Institution,
}

/// Devices that stand out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BotsTruth {
    /// By first click.
    pub bot_like_devices: Vec<BotDeviceTruth>,
    /// Their number.
    pub total_flagged_devices: u64,
}

/// A device that clicks faster than people.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BotDeviceTruth {
    /// The fingerprint, when the platform reported it; our own of redirect hits are secret.
    pub device_fingerprint: Option<String>,
    /// What the device is to the simulator.
    pub label: String,
    /// Clicks.
    pub total_clicks: u64,
    /// First click.
    pub first_seen: DateTime<Utc>,
    /// Last click.
    pub last_seen: DateTime<Utc>,
    /// Shortest time that held three clicks, in seconds.
    pub fastest_burst_seconds: f64,
}

/// Tells which groups must be found.
pub(super) fn suspicious(
    facts: &Facts,
    from: DateTime<Utc>,
    activity: &ActivityTruth,
) -> SuspiciousClicksTruth {
    let mut groups: Vec<_> = facts
        .ip_groups
        .iter()
        .filter(|group| group.first_seen >= from)
        .map(row)
        .collect();
    groups.sort_by_key(|group| group.first_seen);
    let (suspicious_ips, shared_networks): (Vec<_>, Vec<_>) = groups
        .into_iter()
        .partition(|group| group.classification == Classification::Suspicious);
    SuspiciousClicksTruth {
        total_flagged_ips: suspicious_ips.len() as u64,
        total_shared_networks: shared_networks.len() as u64,
        suspicious_ips,
        shared_networks,
        total_clicks: activity.hits.watched(),
    }
}

fn row(group: &IpGroup) -> IpGroupTruth {
    IpGroupTruth {
        date: group.day,
        ip: group.ip.to_string(),
        ip_prefix: network_of(group.ip),
        click_count: group.clicks,
        distinct_devices: group.devices,
        first_seen: group.first_seen,
        last_seen: group.last_seen,
        classification: match group.kind {
            IpGroupKind::Farm => Classification::Suspicious,
            IpGroupKind::ManyDevices => Classification::SharedNetwork,
            IpGroupKind::Institution => Classification::Institution,
        },
    }
}

/// Tells which devices must be found.
pub(super) fn bots(facts: &Facts, from: DateTime<Utc>) -> BotsTruth {
    let mut bursts: Vec<_> = facts
        .bursts
        .iter()
        .filter(|burst| burst.first >= from)
        .collect();
    bursts.sort_by(|a, b| a.device.cmp(&b.device));
    let mut devices: Vec<_> = bursts
        .chunk_by(|a, b| a.device == b.device)
        .filter_map(device)
        .collect();
    devices.sort_by_key(|device| device.first_seen);
    BotsTruth {
        total_flagged_devices: devices.len() as u64,
        bot_like_devices: devices,
    }
}

fn device(bursts: &[&Burst]) -> Option<BotDeviceTruth> {
    let fastest = bursts.iter().map(|burst| burst.fastest).min()?;
    let device = &bursts.first()?.device;
    Some(BotDeviceTruth {
        device_fingerprint: match device {
            Device::Reported(fingerprint) => Some(fingerprint.clone()),
            Device::Visitor(_) => None,
        },
        label: label(device),
        total_clicks: bursts.iter().map(|burst| burst.clicks).sum(),
        first_seen: bursts.iter().map(|burst| burst.first).min()?,
        last_seen: bursts.iter().map(|burst| burst.last).max()?,
        fastest_burst_seconds: fastest.num_microseconds()? as f64 / 1e6,
    })
}

fn label(device: &Device) -> String {
    match device {
        Device::Reported(fingerprint) => format!("app {fingerprint}"),
        Device::Visitor(Visitor::Cookie(bytes)) => {
            format!("cookie {:032x}", u128::from_be_bytes(*bytes))
        }
        Device::Visitor(Visitor::Looks((ip, agent, language))) => {
            format!("no cookie, {ip}, agent {}, {language}", agent.0)
        }
    }
}
