//! Devices that click faster than a person: a number of consecutive clicks within a few seconds.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::{Click, Thresholds};
use crate::time_window::TimeWindow;

/// The clicks of one device within a window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceActivity {
    pub device: String,
    pub total_clicks: u64,
    pub first_seen: DateTime<Utc>,
    pub last_seen: DateTime<Utc>,
    /// The shortest time that held `min_clicks` consecutive clicks; `None` when there were fewer
    /// clicks.
    pub fastest_burst: Option<TimeDelta>,
}

/// Whether the device's fastest burst fits in the time window. The end is inclusive, to the
/// microsecond: clicks exactly 5 s apart fit in 5 s, clicks 5.000001 s apart do not.
#[must_use]
pub fn is_bot_like(activity: &DeviceActivity, thresholds: &Thresholds) -> bool {
    let allowed = TimeDelta::seconds(i64::from(thresholds.bot_detection_time_window));
    activity.fastest_burst.is_some_and(|burst| burst <= allowed)
}

/// The devices that are flagged, by name.
#[must_use]
pub fn bot_like_devices(
    clicks: &[Click],
    window: &TimeWindow,
    thresholds: &Thresholds,
) -> Vec<DeviceActivity> {
    let mut devices = device_activity(clicks, window, thresholds.bot_detection_min_clicks);
    devices.retain(|activity| is_bot_like(activity, thresholds));
    devices
}

/// Sums up each device's clicks in the window, sorted by device.
#[must_use]
pub fn device_activity(
    clicks: &[Click],
    window: &TimeWindow,
    min_clicks: u32,
) -> Vec<DeviceActivity> {
    let mut per_device: BTreeMap<&str, Vec<DateTime<Utc>>> = BTreeMap::new();
    for click in clicks
        .iter()
        .filter(|click| window.contains(click.occurred_at))
    {
        if let Some(device) = attributable_device(click) {
            per_device
                .entry(device)
                .or_default()
                .push(click.occurred_at);
        }
    }
    per_device
        .into_iter()
        .filter_map(|(device, times)| sum_up(device, times, min_clicks))
        .collect()
}

/// The device that a click can be held against. Clicks without a fingerprint have none; nor have
/// those from an institution without a cookie, where one fingerprint may be a whole class of
/// pupils.
#[must_use]
pub fn attributable_device(click: &Click) -> Option<&str> {
    if click.on_institution_network && !click.has_cookie {
        return None;
    }
    click.device.as_deref()
}

fn sum_up(device: &str, mut times: Vec<DateTime<Utc>>, min_clicks: u32) -> Option<DeviceActivity> {
    times.sort_unstable();
    Some(DeviceActivity {
        device: device.to_owned(),
        total_clicks: times.len() as u64,
        first_seen: *times.first()?,
        last_seen: *times.last()?,
        fastest_burst: fastest_burst(&times, min_clicks),
    })
}

/// The shortest span of any `min_clicks` consecutive times. `times` must be sorted. A burst has at
/// least two clicks.
#[must_use]
pub fn fastest_burst(times: &[DateTime<Utc>], min_clicks: u32) -> Option<TimeDelta> {
    let length = usize::try_from(min_clicks).unwrap_or(usize::MAX).max(2);
    times
        .windows(length)
        .map(|burst| burst[length - 1] - burst[0])
        .min()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::guardrails::tests::{a_day, click, clicks};

    fn flagged(clicks: &[Click]) -> Vec<DeviceActivity> {
        bot_like_devices(clicks, &a_day(1), &Thresholds::default())
    }

    fn of_device(seconds: &[i64]) -> Vec<Click> {
        seconds
            .iter()
            .map(|second| click(*second, "ip", Some("device")))
            .collect()
    }

    #[test]
    fn three_clicks_exactly_five_seconds_apart_are_flagged_and_six_are_not() {
        let found = flagged(&of_device(&[0, 2, 5]));
        assert_eq!(found[0].fastest_burst, Some(TimeDelta::seconds(5)));
        assert_eq!(flagged(&of_device(&[0, 2, 6])), []);
    }

    #[test]
    fn the_end_is_inclusive_to_the_microsecond() {
        let mut clicks = of_device(&[0, 1, 5]);
        clicks[2].occurred_at += TimeDelta::microseconds(1);
        assert_eq!(flagged(&clicks), []);
    }

    #[test]
    fn two_clicks_are_no_burst() {
        assert_eq!(flagged(&of_device(&[0, 0])), []);
    }

    #[test]
    fn a_burst_may_lie_anywhere_and_arrive_in_any_order() {
        let found = flagged(&of_device(&[503, 9_000, 0, 501, 60, 502]));
        assert_eq!(found[0].total_clicks, 6);
        assert_eq!(found[0].fastest_burst, Some(TimeDelta::seconds(2)));
    }

    #[test]
    fn clicks_of_different_devices_do_not_add_up() {
        let clicks: Vec<_> = ["a", "b", "c"]
            .map(|device| click(0, "ip", Some(device)))
            .into();
        assert_eq!(flagged(&clicks), []);
    }

    #[test]
    fn missing_fingerprints_are_skipped() {
        let nameless: Vec<_> = (0..10).map(|second| click(second, "ip", None)).collect();
        assert_eq!(device_activity(&nameless, &a_day(1), 3), []);
    }

    #[test]
    fn institutions_are_judged_only_by_cookies() {
        let in_class = |has_cookie| -> Vec<Click> {
            let mark = |click| Click {
                on_institution_network: true,
                has_cookie,
                ..click
            };
            of_device(&[0, 1, 2]).into_iter().map(mark).collect()
        };
        assert_eq!(flagged(&in_class(false)), []);
        assert_eq!(flagged(&in_class(true)).len(), 1);
    }

    /// Tries every choice of clicks, not only neighbouring ones.
    fn brute_force(times: &[DateTime<Utc>], min_clicks: usize) -> Option<TimeDelta> {
        let spans = times
            .iter()
            .flat_map(|first| times.iter().map(move |last| (*first, *last)));
        let holding_enough = spans.filter(|(first, last)| {
            times
                .iter()
                .filter(|time| first <= time && *time <= last)
                .count()
                >= min_clicks
        });
        holding_enough.map(|(first, last)| last - first).min()
    }

    proptest! {
        #[test]
        fn the_fastest_burst_agrees_with_brute_force(clicks in clicks(25), min_clicks in 2_u32..6) {
            let mut times: Vec<_> = clicks.iter().map(|click| click.occurred_at).collect();
            times.sort_unstable();
            prop_assert_eq!(fastest_burst(&times, min_clicks), brute_force(&times, min_clicks as usize));
        }

        #[test]
        fn one_more_click_never_unflags_a_device(mut clicks in clicks(40), extra in clicks(1)) {
            let thresholds = Thresholds { bot_detection_time_window: 60, ..Thresholds::default() };
            let names = |clicks: &[Click]| -> Vec<String> {
                bot_like_devices(clicks, &a_day(3), &thresholds).into_iter().map(|found| found.device).collect()
            };
            let before = names(&clicks);
            clicks.extend(extra);
            let after = names(&clicks);
            prop_assert!(before.iter().all(|device| after.contains(device)));
        }

        #[test]
        fn asking_for_more_clicks_never_makes_a_burst_faster(clicks in clicks(40), min_clicks in 2_u32..6) {
            let mut times: Vec<_> = clicks.iter().map(|click| click.occurred_at).collect();
            times.sort_unstable();
            if let Some(longer) = fastest_burst(&times, min_clicks + 1) {
                prop_assert!(fastest_burst(&times, min_clicks).is_some_and(|shorter| shorter <= longer));
            }
        }
    }
}
