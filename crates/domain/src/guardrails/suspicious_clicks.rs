//! More clicks from one IP on one day than a household makes.
//!
//! Schools, libraries and dormitories put many children behind one IP. Their groups are told apart
//! by how many devices they have, or by an operator who marked the network, and are listed apart:
//! explained, but not flagged.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use super::{Click, Thresholds};
use crate::time_window::{TimeWindow, day_of};

/// The clicks of one IP on one calendar day, within a window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IpDayGroup {
    pub day: NaiveDate,
    /// The IP's grouping key, see [`Click::ip`].
    pub ip: String,
    pub click_count: u64,
    /// Clicks without a fingerprint belong to the group but count as no device.
    pub distinct_devices: u64,
    /// Clicks of the device that clicked most; 0 when no click had a fingerprint.
    pub busiest_device_clicks: u64,
    pub on_institution_network: bool,
    pub first_seen: DateTime<Utc>,
    pub last_seen: DateTime<Utc>,
}

/// What a group above the threshold is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Classification {
    Suspicious,
    SharedNetwork(SharedNetworkReason),
}

/// Why a busy IP is taken for a shared network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SharedNetworkReason {
    /// An operator marked the network as an institution.
    Institution,
    /// Many devices, none of them above the threshold by itself.
    ManyDevices,
}

/// The groups above the threshold, sorted by day and IP.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SuspiciousClicks {
    pub suspicious: Vec<IpDayGroup>,
    pub shared_networks: Vec<(IpDayGroup, SharedNetworkReason)>,
}

impl Classification {
    /// The name in answers and exports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Suspicious => "suspicious",
            Self::SharedNetwork(_) => "shared_network",
        }
    }
}

impl SuspiciousClicks {
    /// The number of flagged groups; an IP that is flagged on two days counts twice, a shared
    /// network not at all.
    #[must_use]
    pub fn total_flagged(&self) -> usize {
        self.suspicious.len()
    }
}

/// Decides about one group; `None` when it is not above the threshold.
#[must_use]
pub fn classify_group(group: &IpDayGroup, thresholds: &Thresholds) -> Option<Classification> {
    let threshold = u64::from(thresholds.fraud_detection_threshold);
    if group.click_count <= threshold {
        return None;
    }
    let has_many_devices =
        group.distinct_devices >= u64::from(thresholds.shared_network_min_devices);
    Some(if group.on_institution_network {
        Classification::SharedNetwork(SharedNetworkReason::Institution)
    } else if has_many_devices && group.busiest_device_clicks <= threshold {
        Classification::SharedNetwork(SharedNetworkReason::ManyDevices)
    } else {
        Classification::Suspicious
    })
}

/// Says in a sentence why the group is what it is.
#[must_use]
pub fn explain(
    group: &IpDayGroup,
    classification: Classification,
    thresholds: &Thresholds,
) -> String {
    let threshold = thresholds.fraud_detection_threshold;
    let IpDayGroup {
        click_count,
        distinct_devices,
        busiest_device_clicks,
        ..
    } = group;
    match classification {
        Classification::SharedNetwork(SharedNetworkReason::Institution) => {
            format!("{click_count} clicks in a day, on a network that is marked as an institution.")
        }
        Classification::SharedNetwork(SharedNetworkReason::ManyDevices) => format!(
            "{click_count} clicks in a day from {distinct_devices} devices, none with more than {threshold}: \
             probably a shared network such as a school."
        ),
        Classification::Suspicious => format!(
            "{click_count} clicks in a day, more than {threshold}; {distinct_devices} known {}, \
             the busiest with {busiest_device_clicks} {}.",
            plural(*distinct_devices, "device", "devices"),
            plural(*busiest_device_clicks, "click", "clicks"),
        ),
    }
}

fn plural(count: u64, one: &'static str, many: &'static str) -> &'static str {
    if count == 1 { one } else { many }
}

/// Sorts groups into suspicious ones and shared networks; the rest is dropped.
#[must_use]
pub fn classify_groups(
    groups: impl IntoIterator<Item = IpDayGroup>,
    thresholds: &Thresholds,
) -> SuspiciousClicks {
    let mut found = SuspiciousClicks::default();
    for group in groups {
        match classify_group(&group, thresholds) {
            Some(Classification::Suspicious) => found.suspicious.push(group),
            Some(Classification::SharedNetwork(reason)) => {
                found.shared_networks.push((group, reason));
            }
            None => {}
        }
    }
    found
}

/// Groups the window's clicks by day (of `tz`) and IP, sorted by both. Clicks without an IP are not
/// grouped.
#[must_use]
pub fn group_by_day_and_ip(clicks: &[Click], window: &TimeWindow, tz: Tz) -> Vec<IpDayGroup> {
    let mut groups: BTreeMap<(NaiveDate, &str), Vec<&Click>> = BTreeMap::new();
    for click in clicks
        .iter()
        .filter(|click| window.contains(click.occurred_at))
    {
        if let Some(ip) = &click.ip {
            groups
                .entry((day_of(click.occurred_at, tz), ip))
                .or_default()
                .push(click);
        }
    }
    groups
        .into_iter()
        .filter_map(|((day, ip), clicks)| summarise(day, ip, &clicks))
        .collect()
}

fn summarise(day: NaiveDate, ip: &str, clicks: &[&Click]) -> Option<IpDayGroup> {
    let mut per_device: BTreeMap<&str, u64> = BTreeMap::new();
    for device in clicks.iter().filter_map(|click| click.device.as_deref()) {
        *per_device.entry(device).or_default() += 1;
    }
    Some(IpDayGroup {
        day,
        ip: ip.to_owned(),
        click_count: clicks.len() as u64,
        distinct_devices: per_device.len() as u64,
        busiest_device_clicks: per_device.into_values().max().unwrap_or(0),
        on_institution_network: clicks.iter().any(|click| click.on_institution_network),
        first_seen: clicks.iter().map(|click| click.occurred_at).min()?,
        last_seen: clicks.iter().map(|click| click.occurred_at).max()?,
    })
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use proptest::prelude::*;

    use super::*;
    use crate::guardrails::tests::{a_day, click, clicks};

    fn detect(clicks: &[Click]) -> SuspiciousClicks {
        classify_groups(
            group_by_day_and_ip(clicks, &a_day(30), Tz::UTC),
            &Thresholds::default(),
        )
    }

    /// `count` clicks of one IP, a second apart, spread evenly over `devices` devices.
    fn from_devices(count: usize, devices: usize) -> Vec<Click> {
        let of_device = |index: usize| format!("d{}", index % devices);
        (0..count)
            .map(|index| click(index as i64, "ip", Some(&of_device(index))))
            .collect()
    }

    #[test]
    fn exactly_ten_clicks_are_not_flagged_and_eleven_are() {
        assert_eq!(detect(&from_devices(10, 1)), SuspiciousClicks::default());
        let found = detect(&from_devices(11, 1));
        assert_eq!(found.total_flagged(), 1);
        let group = &found.suspicious[0];
        assert_eq!(
            (
                group.click_count,
                group.distinct_devices,
                group.busiest_device_clicks
            ),
            (11, 1, 11)
        );
        assert_eq!(group.last_seen - group.first_seen, TimeDelta::seconds(10));
    }

    #[test]
    fn clicks_without_an_ip_are_not_grouped() {
        let without_ip: Vec<_> = from_devices(50, 1)
            .into_iter()
            .map(|click| Click { ip: None, ..click })
            .collect();
        assert_eq!(detect(&without_ip), SuspiciousClicks::default());
    }

    #[test]
    fn clicks_without_a_device_are_counted() {
        let nameless: Vec<_> = (0..11).map(|second| click(second, "ip", None)).collect();
        assert_eq!(detect(&nameless).suspicious[0].distinct_devices, 0);
    }

    #[test]
    fn the_same_ip_on_two_days_is_two_groups() {
        let mut two_days = from_devices(11, 1);
        two_days.extend((0..11).map(|second| click(86_400 + second, "ip", Some("d0"))));
        assert_eq!(detect(&two_days).total_flagged(), 2);
        // Split over midnight, neither half is above the threshold.
        let over_midnight: Vec<_> = (0..20)
            .map(|index| click(86_390 + index, "ip", Some("d0")))
            .collect();
        assert_eq!(detect(&over_midnight), SuspiciousClicks::default());
    }

    #[test]
    fn the_time_zone_decides_where_a_day_ends() {
        let over_midnight: Vec<_> = (0..20)
            .map(|index| click(86_390 + index, "ip", Some("d0")))
            .collect();
        let groups = group_by_day_and_ip(&over_midnight, &a_day(30), Tz::America__New_York);
        assert_eq!(
            classify_groups(groups, &Thresholds::default()).total_flagged(),
            1
        );
    }

    #[test]
    fn a_school_with_many_devices_is_a_shared_network() {
        let found = detect(&from_devices(30, 5));
        assert_eq!(found.total_flagged(), 0);
        assert_eq!(found.shared_networks[0].1, SharedNetworkReason::ManyDevices);
        assert_eq!(detect(&from_devices(30, 4)).total_flagged(), 1);
    }

    #[test]
    fn one_device_above_the_threshold_spoils_a_shared_network() {
        let mut clicks = from_devices(20, 5);
        clicks.extend((0..6).map(|second| click(100 + second, "ip", Some("d0"))));
        assert_eq!(
            detect(&clicks).shared_networks.len(),
            1,
            "ten clicks of one device are not above ten"
        );
        clicks.push(click(200, "ip", Some("d0")));
        assert_eq!(detect(&clicks).suspicious[0].busiest_device_clicks, 11);
    }

    #[test]
    fn a_network_marked_as_an_institution_is_shared_whatever_its_devices() {
        let marked: Vec<_> = from_devices(50, 1)
            .into_iter()
            .map(|click| Click {
                on_institution_network: true,
                ..click
            })
            .collect();
        let found = detect(&marked);
        assert_eq!(found.total_flagged(), 0);
        assert_eq!(found.shared_networks[0].1, SharedNetworkReason::Institution);
    }

    #[test]
    fn every_class_is_explained_with_its_numbers() {
        let groups = group_by_day_and_ip(&from_devices(30, 6), &a_day(1), Tz::UTC);
        let classification = classify_group(&groups[0], &Thresholds::default()).unwrap();
        let sentence = explain(&groups[0], classification, &Thresholds::default());
        assert_eq!(
            sentence,
            "30 clicks in a day from 6 devices, none with more than 10: probably a shared network such as a school."
        );
        assert_eq!(classification.as_str(), "shared_network");
    }

    /// Counts by comparing every click with every other: slow, and hard to get wrong.
    fn brute_force_count(
        clicks: &[Click],
        group: &IpDayGroup,
        tz: Tz,
        window: &TimeWindow,
    ) -> (u64, u64, u64) {
        let members: Vec<_> = clicks
            .iter()
            .filter(|c| window.contains(c.occurred_at) && c.ip.as_ref() == Some(&group.ip))
            .filter(|c| c.occurred_at.with_timezone(&tz).date_naive() == group.day)
            .collect();
        let same_device = |one: &Click| {
            members
                .iter()
                .filter(|other| other.device == one.device)
                .count() as u64
        };
        let with_device: Vec<_> = members.iter().filter(|c| c.device.is_some()).collect();
        let mut devices: Vec<_> = with_device.iter().map(|c| &c.device).collect();
        devices.sort();
        devices.dedup();
        let busiest = with_device
            .iter()
            .map(|c| same_device(c))
            .max()
            .unwrap_or(0);
        (members.len() as u64, devices.len() as u64, busiest)
    }

    proptest! {
        #[test]
        fn grouping_agrees_with_brute_force(clicks in clicks(60)) {
            let (window, tz) = (a_day(2), Tz::America__New_York);
            let groups = group_by_day_and_ip(&clicks, &window, tz);
            for group in &groups {
                let counted = (group.click_count, group.distinct_devices, group.busiest_device_clicks);
                prop_assert_eq!(counted, brute_force_count(&clicks, group, tz, &window));
            }
            let grouped: u64 = groups.iter().map(|group| group.click_count).sum();
            let with_ip = clicks.iter().filter(|c| c.ip.is_some() && window.contains(c.occurred_at)).count();
            prop_assert_eq!(grouped, with_ip as u64);
        }

        #[test]
        fn one_more_click_never_unlists_a_group(mut clicks in clicks(60), extra in clicks(1)) {
            let thresholds = Thresholds { fraud_detection_threshold: 3, ..Thresholds::default() };
            let listed = |clicks: &[Click]| -> Vec<(NaiveDate, String)> {
                let groups = group_by_day_and_ip(clicks, &a_day(3), Tz::UTC);
                let listed = groups.into_iter().filter(|group| classify_group(group, &thresholds).is_some());
                listed.map(|group| (group.day, group.ip)).collect()
            };
            let before = listed(&clicks);
            clicks.extend(extra);
            let after = listed(&clicks);
            prop_assert!(before.iter().all(|group| after.contains(group)));
        }

        #[test]
        fn a_higher_threshold_never_lists_more(clicks in clicks(60), threshold in 1_u32..10) {
            let groups = group_by_day_and_ip(&clicks, &a_day(3), Tz::UTC);
            let listed = |threshold| {
                let thresholds = Thresholds { fraud_detection_threshold: threshold, ..Thresholds::default() };
                groups.iter().filter(|group| classify_group(group, &thresholds).is_some()).count()
            };
            prop_assert!(listed(threshold + 1) <= listed(threshold));
        }

        #[test]
        fn neighbouring_windows_hold_together_what_one_window_holds(
            clicks in clicks(60), cut in 1_i64..3 * 86_400,
        ) {
            let whole = a_day(3);
            let middle = whole.from() + TimeDelta::seconds(cut);
            let count = |from, to| -> u64 {
                let window = TimeWindow::new(from, to).unwrap();
                group_by_day_and_ip(&clicks, &window, Tz::UTC).iter().map(|group| group.click_count).sum()
            };
            let (from, to) = (whole.from(), whole.to());
            prop_assert_eq!(count(from, middle) + count(middle, to), count(from, to));
        }
    }
}
