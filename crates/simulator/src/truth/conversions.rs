//! Referrers whose conversions stand out.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::figures::percent;
use crate::calendar::midnight;
use crate::facts::{Facts, Referrer};
use crate::world::World;

/// More conversions a day than this stand out.
const CONVERSIONS: u64 = 10;
/// So do more conversions than four fifths of the clicks, when there are at least five clicks.
const CLICKS: u64 = 5;
/// Both sides of a normal distribution beyond this are 5 %.
const Z: f64 = 1.959_963_984_540_054;

/// Referrers whose conversions stand out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConversionsTruth {
    /// Days with many conversions.
    pub suspicious_referrers: Vec<ReferrerDayTruth>,
    /// Rates that are too high, or without clicks.
    pub high_conversion_rate_referrers: Vec<ReferrerRateTruth>,
    /// Distinct referrers.
    pub total_flagged: u64,
}

/// A referrer with many conversions on one day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferrerDayTruth {
    /// UTC day.
    pub date: NaiveDate,
    /// External id.
    pub referrer: String,
    /// Conversions.
    pub conversion_count: u64,
}

/// A referrer with too many conversions for the clicks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReferrerRateTruth {
    /// External id.
    pub referrer: String,
    /// Clicks.
    pub total_clicks: u64,
    /// Conversions.
    pub total_conversions: u64,
    /// Percent, two decimals; null without clicks.
    pub conversion_rate: Option<f64>,
    /// Lower end of the Wilson 95 % interval, percent, two decimals; null without clicks.
    pub wilson_low: Option<f64>,
    /// What is wrong.
    pub kind: RateKind,
}

/// What is wrong with a rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RateKind {
    /// It is too high.
    HighConversionRate,
    /// There are no clicks.
    ConversionsWithoutClicks,
}

/// Tells which referrers must be found.
pub(super) fn truth(world: &World, facts: &Facts, from: DateTime<Utc>) -> ConversionsTruth {
    let planted = || {
        facts
            .referrers
            .iter()
            .filter(|one| midnight(one.day) >= from)
    };
    let name = |one: &Referrer| world.users[one.user.0].external_id.clone();
    let days: Vec<_> = planted()
        .filter(|one| one.conversions > CONVERSIONS)
        .map(|one| ReferrerDayTruth {
            date: one.day,
            referrer: name(one),
            conversion_count: one.conversions,
        })
        .collect();
    let rates: Vec<_> = planted()
        .filter_map(|one| Some(rate(name(one), one, kind(one)?)))
        .collect();
    let flagged: BTreeSet<_> = days
        .iter()
        .map(|day| &day.referrer)
        .chain(rates.iter().map(|rate| &rate.referrer))
        .collect();
    ConversionsTruth {
        total_flagged: flagged.len() as u64,
        suspicious_referrers: days,
        high_conversion_rate_referrers: rates,
    }
}

fn kind(one: &Referrer) -> Option<RateKind> {
    match one.clicks {
        0 => (one.conversions > 0).then_some(RateKind::ConversionsWithoutClicks),
        1..CLICKS => None,
        clicks => (one.conversions * 5 > clicks * 4).then_some(RateKind::HighConversionRate),
    }
}

fn rate(referrer: String, one: &Referrer, kind: RateKind) -> ReferrerRateTruth {
    let measured = one.clicks > 0;
    ReferrerRateTruth {
        referrer,
        total_clicks: one.clicks,
        total_conversions: one.conversions,
        conversion_rate: measured.then(|| percent(one.conversions, one.clicks)),
        wilson_low: measured.then(|| wilson_low(one.conversions, one.clicks)),
        kind,
    }
}

/// Lower end of the interval of Wilson (1927), percent, two decimals.
fn wilson_low(part: u64, whole: u64) -> f64 {
    let (n, p) = (whole as f64, part as f64 / whole as f64);
    let centre = p + Z * Z / (2.0 * n);
    let margin = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    let low = (centre - margin) / (1.0 + Z * Z / n);
    (low * 10_000.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Figures of statsmodels' `proportion_confint(method="wilson")`.
    #[test]
    fn intervals_are_those_of_statsmodels() {
        assert_eq!(wilson_low(9, 10), 59.58);
        assert_eq!(wilson_low(6, 6), 60.97);
    }
}
