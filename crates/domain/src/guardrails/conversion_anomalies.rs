//! Referrers whose conversions are too many, too certain, or come from nowhere.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use uuid::Uuid;

use super::Thresholds;
use crate::statistics::{percent, round_to, wilson_interval_95};
use crate::time_window::{TimeWindow, day_of};

/// A click on a referrer's link, or a conversion credited to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReferrerEvent {
    pub kind: ReferrerEventKind,
    pub referrer: Uuid,
    pub occurred_at: DateTime<Utc>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReferrerEventKind {
    Click,
    Conversion,
}

/// The conversions of one referrer on one calendar day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReferrerDay {
    pub day: NaiveDate,
    pub referrer: Uuid,
    pub conversion_count: u64,
}

/// The clicks and conversions of one referrer over a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReferrerTotals {
    pub referrer: Uuid,
    pub clicks: u64,
    pub conversions: u64,
}

/// A referrer whose rate is flagged.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RateAnomaly {
    pub totals: ReferrerTotals,
    pub kind: RateAnomalyKind,
    /// Percent with two decimals, above 100 when conversions outnumber clicks; `None` without
    /// clicks.
    pub conversion_rate: Option<f64>,
    /// The lower end of the rate's 95 % Wilson interval, percent with two decimals; `None` without
    /// clicks.
    pub wilson_low: Option<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RateAnomalyKind {
    /// More of the clicks convert than people's do.
    HighConversionRate,
    /// Nobody clicked, and yet somebody converted.
    ConversionsWithoutClicks,
}

/// What was found in a window.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ConversionAnomalies {
    pub days: Vec<ReferrerDay>,
    pub rates: Vec<RateAnomaly>,
}

impl RateAnomalyKind {
    /// The name in answers and exports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::HighConversionRate => "high_conversion_rate",
            Self::ConversionsWithoutClicks => "conversions_without_clicks",
        }
    }
}

impl ConversionAnomalies {
    /// Distinct referrers: one that is flagged on several days, or for days and rate, counts once.
    #[must_use]
    pub fn total_flagged(&self) -> usize {
        let by_day = self.days.iter().map(|found| found.referrer);
        let by_rate = self.rates.iter().map(|found| found.totals.referrer);
        by_day.chain(by_rate).collect::<BTreeSet<_>>().len()
    }
}

/// Whether a referrer's day has more conversions than the threshold; exactly as many are not
/// flagged.
#[must_use]
pub fn is_anomalous_day(day: &ReferrerDay, thresholds: &Thresholds) -> bool {
    day.conversion_count > u64::from(thresholds.conversion_anomaly_threshold)
}

/// Decides about a referrer's rate over the window.
#[must_use]
pub fn classify_totals(totals: &ReferrerTotals, thresholds: &Thresholds) -> Option<RateAnomaly> {
    let ReferrerTotals {
        clicks,
        conversions,
        ..
    } = *totals;
    if clicks == 0 {
        let kind = RateAnomalyKind::ConversionsWithoutClicks;
        let found = RateAnomaly {
            totals: *totals,
            kind,
            conversion_rate: None,
            wilson_low: None,
        };
        return (conversions > 0).then_some(found);
    }
    let has_enough_clicks = clicks >= u64::from(thresholds.conversion_anomaly_min_clicks);
    // The exact rate, not the rounded one: 80.004 % is above 80 %.
    let allowed = thresholds.conversion_anomaly_rate_threshold * clicks as f64;
    (has_enough_clicks && conversions as f64 * 100.0 > allowed).then(|| RateAnomaly {
        totals: *totals,
        kind: RateAnomalyKind::HighConversionRate,
        conversion_rate: Some(percent(conversions, clicks)),
        wilson_low: wilson_interval_95(conversions, clicks)
            .map(|interval| round_to(interval.low * 100.0, 2)),
    })
}

/// Finds the anomalies among groups.
#[must_use]
pub fn classify(
    days: impl IntoIterator<Item = ReferrerDay>,
    totals: impl IntoIterator<Item = ReferrerTotals>,
    thresholds: &Thresholds,
) -> ConversionAnomalies {
    ConversionAnomalies {
        days: days
            .into_iter()
            .filter(|day| is_anomalous_day(day, thresholds))
            .collect(),
        rates: totals
            .into_iter()
            .filter_map(|totals| classify_totals(&totals, thresholds))
            .collect(),
    }
}

/// Counts conversions per day (of `tz`) and referrer, sorted by both.
#[must_use]
pub fn conversions_per_day(
    events: &[ReferrerEvent],
    window: &TimeWindow,
    tz: Tz,
) -> Vec<ReferrerDay> {
    let mut counts: BTreeMap<(NaiveDate, Uuid), u64> = BTreeMap::new();
    for event in events
        .iter()
        .filter(|event| window.contains(event.occurred_at))
    {
        if event.kind == ReferrerEventKind::Conversion {
            *counts
                .entry((day_of(event.occurred_at, tz), event.referrer))
                .or_default() += 1;
        }
    }
    let to_day = |((day, referrer), conversion_count)| ReferrerDay {
        day,
        referrer,
        conversion_count,
    };
    counts.into_iter().map(to_day).collect()
}

/// Counts clicks and conversions per referrer, sorted by referrer.
#[must_use]
pub fn totals_per_referrer(events: &[ReferrerEvent], window: &TimeWindow) -> Vec<ReferrerTotals> {
    let mut counts: BTreeMap<Uuid, (u64, u64)> = BTreeMap::new();
    for event in events
        .iter()
        .filter(|event| window.contains(event.occurred_at))
    {
        let (clicks, conversions) = counts.entry(event.referrer).or_default();
        match event.kind {
            ReferrerEventKind::Click => *clicks += 1,
            ReferrerEventKind::Conversion => *conversions += 1,
        }
    }
    let to_totals = |(referrer, (clicks, conversions))| ReferrerTotals {
        referrer,
        clicks,
        conversions,
    };
    counts.into_iter().map(to_totals).collect()
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use proptest::prelude::*;

    use super::*;
    use crate::guardrails::tests::a_day;

    fn totals(clicks: u64, conversions: u64) -> Option<RateAnomaly> {
        let totals = ReferrerTotals {
            referrer: Uuid::nil(),
            clicks,
            conversions,
        };
        classify_totals(&totals, &Thresholds::default())
    }

    fn events(
        kind: ReferrerEventKind,
        referrer: u128,
        seconds: impl IntoIterator<Item = i64>,
    ) -> Vec<ReferrerEvent> {
        let at = |second| a_day(1).from() + TimeDelta::seconds(second);
        let referrer = Uuid::from_u128(referrer);
        seconds
            .into_iter()
            .map(|second| ReferrerEvent {
                kind,
                referrer,
                occurred_at: at(second),
            })
            .collect()
    }

    fn detect(events: &[ReferrerEvent]) -> ConversionAnomalies {
        let window = a_day(3);
        let days = conversions_per_day(events, &window, Tz::UTC);
        classify(
            days,
            totals_per_referrer(events, &window),
            &Thresholds::default(),
        )
    }

    #[test]
    fn exactly_ten_conversions_a_day_are_not_flagged_and_eleven_are() {
        let mut all = events(ReferrerEventKind::Click, 1, 0..100);
        all.extend(events(ReferrerEventKind::Conversion, 1, 0..10));
        assert_eq!(detect(&all), ConversionAnomalies::default());
        all.extend(events(ReferrerEventKind::Conversion, 1, 10..11));
        let found = detect(&all);
        assert_eq!(found.days[0].conversion_count, 11);
        assert!(found.rates.is_empty());
    }

    #[test]
    fn eleven_conversions_over_two_days_are_not_flagged() {
        let mut all = events(ReferrerEventKind::Click, 1, 0..100);
        all.extend(events(ReferrerEventKind::Conversion, 1, 86_395..86_406));
        assert!(detect(&all).days.is_empty());
    }

    #[test]
    fn exactly_eighty_percent_is_not_flagged() {
        assert_eq!(totals(5, 4), None);
        assert_eq!(totals(100, 80), None);
        let found = totals(100, 81).unwrap();
        assert_eq!(found.conversion_rate, Some(81.0));
        assert_eq!(found.wilson_low, Some(72.22));
        assert_eq!(found.kind, RateAnomalyKind::HighConversionRate);
    }

    #[test]
    fn a_hair_above_eighty_percent_is_flagged_though_it_rounds_to_eighty() {
        assert_eq!(
            totals(1_000_000, 800_001).and_then(|found| found.conversion_rate),
            Some(80.0)
        );
    }

    #[test]
    fn fewer_than_five_clicks_say_nothing() {
        assert_eq!(totals(4, 4), None);
        assert!(totals(5, 5).is_some());
    }

    #[test]
    fn conversions_without_any_click_are_a_kind_of_their_own() {
        let found = totals(0, 1).unwrap();
        assert_eq!(found.kind.as_str(), "conversions_without_clicks");
        assert_eq!((found.conversion_rate, found.wilson_low), (None, None));
        assert_eq!(totals(0, 0), None);
    }

    #[test]
    fn more_conversions_than_clicks_are_a_rate_above_a_hundred() {
        let found = totals(5, 10).unwrap();
        assert_eq!(found.conversion_rate, Some(200.0));
        assert_eq!(found.wilson_low, Some(56.55));
    }

    #[test]
    fn a_referrer_flagged_twice_counts_once() {
        let mut all = events(
            ReferrerEventKind::Conversion,
            1,
            (0..11).chain(86_400..86_411),
        );
        all.extend(events(ReferrerEventKind::Conversion, 2, 0..1));
        let found = detect(&all);
        assert_eq!((found.days.len(), found.rates.len()), (2, 2));
        assert_eq!(found.total_flagged(), 2);
    }

    proptest! {
        #[test]
        fn one_more_click_never_flags_a_rate(clicks in 5_u64..200, conversions in 0_u64..200) {
            if totals(clicks, conversions).is_none() {
                prop_assert_eq!(totals(clicks + 1, conversions), None);
            }
        }

        #[test]
        fn one_more_conversion_never_unflags(clicks in 0_u64..200, conversions in 0_u64..200) {
            if totals(clicks, conversions).is_some() {
                prop_assert!(totals(clicks, conversions + 1).is_some());
            }
        }

        #[test]
        fn every_event_in_the_window_is_counted_once(
            clicks in prop::collection::vec((0_u128..4, 0_i64..4 * 86_400), 0..40),
            conversions in prop::collection::vec((0_u128..4, 0_i64..4 * 86_400), 0..40),
        ) {
            use ReferrerEventKind::{Click, Conversion};
            let clicks = clicks.iter().flat_map(|(who, when)| events(Click, *who, [*when]));
            let conversions = conversions.iter().flat_map(|(who, when)| events(Conversion, *who, [*when]));
            let all: Vec<_> = clicks.chain(conversions).collect();
            let window = a_day(3);
            let is_inside = |event: &&ReferrerEvent| window.contains(event.occurred_at);
            let inside = |kind| all.iter().filter(is_inside).filter(|event| event.kind == kind).count() as u64;
            let totals = totals_per_referrer(&all, &window);
            prop_assert_eq!(totals.iter().map(|t| t.clicks).sum::<u64>(), inside(Click));
            prop_assert_eq!(totals.iter().map(|t| t.conversions).sum::<u64>(), inside(Conversion));
            let days = conversions_per_day(&all, &window, Tz::Asia__Tokyo);
            prop_assert_eq!(days.iter().map(|d| d.conversion_count).sum::<u64>(), inside(Conversion));
        }
    }
}
