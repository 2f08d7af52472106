//! Clicks for the tests of this area.

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;

use super::Click;
use crate::time_window::TimeWindow;

fn midnight() -> DateTime<Utc> {
    "2026-03-02T00:00:00Z".parse().unwrap()
}

/// A window of `days` days that starts at second 0 of [`click`].
pub(super) fn a_day(days: i64) -> TimeWindow {
    TimeWindow::new(midnight(), midnight() + TimeDelta::days(days)).unwrap()
}

/// A click at a second after midnight, outside of any institution.
pub(super) fn click(second: i64, ip: &str, device: Option<&str>) -> Click {
    Click {
        occurred_at: midnight() + TimeDelta::seconds(second),
        ip: Some(ip.to_owned()),
        device: device.map(str::to_owned),
        on_institution_network: false,
        has_cookie: true,
    }
}

/// Up to `count` clicks of a few IPs and devices over three days, some bunched into the first
/// minutes.
pub(super) fn clicks(count: usize) -> impl Strategy<Value = Vec<Click>> {
    let second = prop_oneof![0_i64..120, 0_i64..3 * 86_400];
    let name = |prefix: &'static str| {
        prop::option::weighted(
            0.9,
            (0_u8..4).prop_map(move |index| format!("{prefix}{index}")),
        )
    };
    let one = (
        second,
        name("ip"),
        name("device"),
        prop::bool::weighted(0.1),
        any::<bool>(),
    );
    let one = one.prop_map(
        |(second, ip, device, on_institution_network, has_cookie)| Click {
            occurred_at: midnight() + TimeDelta::seconds(second),
            ip,
            device,
            on_institution_network,
            has_cookie,
        },
    );
    prop::collection::vec(one, 1..=count)
}
