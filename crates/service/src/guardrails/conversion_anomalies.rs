//! Referrers whose conversions are too many, too certain, or come from nowhere.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use diesel_async::AsyncPgConnection;
use uuid::Uuid;
use viral_engine_api_types::guardrails::{
    ConversionAnomalies, ConversionRateKind, ReferrerDay, ReferrerRate,
};
use viral_engine_db::guardrails::{
    ReferrerDayCut, ReferrerDayRow, busy_referrer_days, candidate_totals, external_ids,
    recount_referrer_days, referrer_corrections,
};
use viral_engine_domain::guardrails::Thresholds;
use viral_engine_domain::guardrails::conversion_anomalies::{
    self as rules, RateAnomaly, RateAnomalyKind, ReferrerTotals, classify,
};

use super::LISTED;
use super::suspicious_clicks::count;
use super::utc_days::UtcDays;
use crate::answers::{Answers, Computation, KeptAnswers, Key, Question};
use crate::error::ServiceResult;

impl Computation for ConversionAnomalies {
    fn thresholds(thresholds: &Thresholds) -> [f64; 3] {
        [
            thresholds.conversion_anomaly_threshold.into(),
            thresholds.conversion_anomaly_min_clicks.into(),
            thresholds.conversion_anomaly_rate_threshold,
        ]
    }

    fn kept(answers: &Answers) -> &KeptAnswers<Key, Self> {
        &answers.conversion_anomalies
    }

    async fn compute(conn: &mut AsyncPgConnection, question: &Question) -> ServiceResult<Self> {
        let thresholds = &question.thresholds;
        let mut found = found(conn, question).await?;
        let total_flagged = count(found.total_flagged());
        found.days.sort_by_key(|day| {
            let most_first = std::cmp::Reverse((day.conversion_count, day.day));
            (most_first, day.referrer)
        });
        found.days.truncate(LISTED);
        found.rates.sort_by_key(|rate| {
            let most_first = std::cmp::Reverse(rate.totals.conversions);
            (most_first, rate.totals.referrer)
        });
        found.rates.truncate(LISTED);
        let names = names(conn, &found).await?;
        let name = |id: Uuid| names.get(&id).cloned().unwrap_or_else(|| id.to_string());
        Ok(Self {
            window: question.shown_window(),
            suspicious_referrers: found
                .days
                .iter()
                .map(|day| referrer_day(day, name(day.referrer)))
                .collect(),
            high_conversion_rate_referrers: found
                .rates
                .iter()
                .map(|rate| referrer_rate(rate, name(rate.totals.referrer)))
                .collect(),
            total_flagged,
            threshold_used: thresholds.conversion_anomaly_threshold.into(),
            rate_threshold_used: thresholds.conversion_anomaly_rate_threshold,
        })
    }
}

async fn found(
    conn: &mut AsyncPgConnection,
    question: &Question,
) -> ServiceResult<rules::ConversionAnomalies> {
    let days = busy_days(conn, question).await?;
    let totals = totals(conn, question).await?;
    Ok(classify(days, totals, &question.thresholds))
}

/// The referrers whose conversions stand out: on which day, or over the whole window.
///
/// # Errors
/// When the database refuses.
pub(super) async fn anomalous(
    conn: &mut AsyncPgConnection,
    question: &Question,
) -> ServiceResult<(Vec<(NaiveDate, Uuid)>, Vec<Uuid>)> {
    let found = found(conn, question).await?;
    let days = found.days.iter().map(|day| (day.day, day.referrer));
    let rates = found.rates.iter().map(|rate| rate.totals.referrer);
    Ok((days.collect(), rates.collect()))
}

/// Every day that may have too many conversions, exactly counted.
async fn busy_days(
    conn: &mut AsyncPgConnection,
    question: &Question,
) -> ServiceResult<Vec<rules::ReferrerDay>> {
    let days = UtcDays::of(question);
    let share = days.share(question.thresholds.conversion_anomaly_threshold);
    let mut busy = Vec::new();
    let mut cuts = BTreeSet::new();
    for row in busy_referrer_days(conn, &days.list(), share).await? {
        for touching in days.touching(row.day) {
            let day = touching.day;
            if day.is_whole_utc_day {
                busy.push(row.clone());
            } else {
                cuts.insert(ReferrerDayCut {
                    day: day.day,
                    start: day.start,
                    end: day.end,
                    referrer_id: row.referrer_id,
                });
            }
        }
    }
    let cuts: Vec<_> = cuts.into_iter().collect();
    busy.extend(recount_referrer_days(conn, &cuts).await?);
    Ok(busy.into_iter().map(rule_day).collect())
}

fn rule_day(row: ReferrerDayRow) -> rules::ReferrerDay {
    rules::ReferrerDay {
        day: row.day,
        referrer: row.referrer_id,
        conversion_count: row.conversions.unsigned_abs(),
    }
}

/// Sums over the window of every referrer whose rate may be flagged. A referrer with events in a stretch that
/// corrects the sums is always among them: what the stretch changes is not known beforehand.
async fn totals(
    conn: &mut AsyncPgConnection,
    question: &Question,
) -> ServiceResult<Vec<ReferrerTotals>> {
    let cover = question.window.cover(question.now);
    let corrections = referrer_corrections(conn, &cover.corrections).await?;
    let corrected: Vec<Uuid> = corrections.iter().map(|row| row.referrer_id).collect();
    let mut rows = corrections;
    if let Some(days) = cover.days {
        let (first, last) = days.into_inner();
        let rate = question.thresholds.conversion_anomaly_rate_threshold;
        rows.extend(candidate_totals(conn, first, last, rate, &corrected).await?);
    }
    let mut sums: BTreeMap<Uuid, (i64, i64)> = BTreeMap::new();
    for row in rows {
        let (clicks, conversions) = sums.entry(row.referrer_id).or_default();
        *clicks += row.clicks;
        *conversions += row.conversions;
    }
    let totals = sums
        .into_iter()
        .map(|(referrer, (clicks, conversions))| ReferrerTotals {
            referrer,
            clicks: clicks.unsigned_abs(),
            conversions: conversions.unsigned_abs(),
        });
    Ok(totals.collect())
}

async fn names(
    conn: &mut AsyncPgConnection,
    found: &rules::ConversionAnomalies,
) -> ServiceResult<HashMap<Uuid, String>> {
    let by_day = found.days.iter().map(|day| day.referrer);
    let by_rate = found.rates.iter().map(|rate| rate.totals.referrer);
    let ids: BTreeSet<Uuid> = by_day.chain(by_rate).collect();
    let ids: Vec<_> = ids.into_iter().collect();
    Ok(external_ids(conn, &ids).await?.into_iter().collect())
}

fn referrer_day(day: &rules::ReferrerDay, referrer: String) -> ReferrerDay {
    ReferrerDay {
        date: day.day,
        referrer,
        conversion_count: day.conversion_count.cast_signed(),
    }
}

fn referrer_rate(rate: &RateAnomaly, referrer: String) -> ReferrerRate {
    ReferrerRate {
        referrer,
        total_clicks: rate.totals.clicks.cast_signed(),
        total_conversions: rate.totals.conversions.cast_signed(),
        conversion_rate: rate.conversion_rate,
        wilson_low: rate.wilson_low,
        kind: match rate.kind {
            RateAnomalyKind::HighConversionRate => ConversionRateKind::HighConversionRate,
            RateAnomalyKind::ConversionsWithoutClicks => {
                ConversionRateKind::ConversionsWithoutClicks
            }
        },
    }
}
