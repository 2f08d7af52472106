//! Clicks of an address on a day. Sums lead to the busy ones; where the window or its time zone cuts a UTC day with
//! clicks on both sides of the cut, the address is counted again from the events.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use diesel_async::AsyncPgConnection;
use viral_engine_api_types::guardrails::{IpClassification, IpGroup, SuspiciousClicks};
use viral_engine_db::guardrails::{
    IpDayCut, IpDayRow, busy_ip_days, count_clicks, recount_ip_days,
};
use viral_engine_domain::guardrails::Thresholds;
use viral_engine_domain::guardrails::suspicious_clicks::{
    Classification, IpDayGroup, SharedNetworkReason, classify_group, explain,
};

use super::LISTED;
use super::institutions::Institutions;
use super::utc_days::UtcDays;
use crate::answers::{Answers, Computation, KeptAnswers, Key, Question};
use crate::error::ServiceResult;

impl Computation for SuspiciousClicks {
    fn thresholds(thresholds: &Thresholds) -> [f64; 3] {
        let devices = thresholds.shared_network_min_devices;
        [
            thresholds.fraud_detection_threshold.into(),
            devices.into(),
            0.0,
        ]
    }

    fn kept(answers: &Answers) -> &KeptAnswers<Key, Self> {
        &answers.suspicious_clicks
    }

    async fn compute(conn: &mut AsyncPgConnection, question: &Question) -> ServiceResult<Self> {
        let institutions = Institutions::load(conn).await?;
        let mut found = Vec::new();
        for row in groups(conn, question).await? {
            found.extend(judge(row, &institutions, &question.thresholds));
        }
        found.sort_by(|a, b| {
            let key = |group: &IpGroup| (-group.click_count, std::cmp::Reverse(group.date));
            key(a).cmp(&key(b)).then_with(|| a.ip_key.cmp(&b.ip_key))
        });
        let (mut suspicious_ips, mut shared_networks): (Vec<_>, Vec<_>) = found
            .into_iter()
            .partition(|group| group.classification == IpClassification::Suspicious);
        let (flagged, shared) = (suspicious_ips.len(), shared_networks.len());
        suspicious_ips.truncate(LISTED);
        shared_networks.truncate(LISTED);
        let cover = question.window.cover(question.now);
        Ok(Self {
            window: question.shown_window(),
            suspicious_ips,
            shared_networks,
            total_flagged_ips: count(flagged),
            total_shared_networks: count(shared),
            threshold_used: question.thresholds.fraud_detection_threshold.into(),
            total_clicks: count_clicks(conn, &cover).await?,
        })
    }
}

/// The addresses that are flagged as suspicious, each on a day of the window.
///
/// # Errors
/// When the database refuses.
pub(super) async fn suspicious(
    conn: &mut AsyncPgConnection,
    question: &Question,
) -> ServiceResult<Vec<(NaiveDate, Vec<u8>)>> {
    let institutions = Institutions::load(conn).await?;
    let mut suspicious = Vec::new();
    for row in groups(conn, question).await? {
        let (day, ip_hash) = (row.day, row.ip_hash.clone());
        let judged = judge(row, &institutions, &question.thresholds);
        if judged.is_some_and(|one| one.classification == IpClassification::Suspicious) {
            suspicious.push((day, ip_hash));
        }
    }
    Ok(suspicious)
}

/// Every group that may be above the threshold, exactly counted.
async fn groups(conn: &mut AsyncPgConnection, question: &Question) -> ServiceResult<Vec<IpDayRow>> {
    let days = UtcDays::of(question);
    let threshold = question.thresholds.fraud_detection_threshold;
    let mut groups = Vec::new();
    let mut cuts = BTreeSet::new();
    for row in busy_ip_days(conn, &days.list(), days.share(threshold)).await? {
        for touching in days.touching(row.day) {
            let day = touching.day;
            let all_inside = day.start <= row.first_seen && row.last_seen < day.end;
            if touching.lies_within && all_inside {
                groups.push(IpDayRow {
                    day: day.day,
                    ..row.clone()
                });
            } else {
                cuts.insert(IpDayCut {
                    day: day.day,
                    start: day.start,
                    end: day.end,
                    ip_hash: row.ip_hash.clone(),
                });
            }
        }
    }
    let cuts: Vec<_> = cuts.into_iter().collect();
    groups.extend(recount_ip_days(conn, &cuts).await?);
    Ok(groups)
}

fn judge(row: IpDayRow, institutions: &Institutions, thresholds: &Thresholds) -> Option<IpGroup> {
    let group = IpDayGroup {
        day: row.day,
        ip: hex::encode(&row.ip_hash),
        click_count: row.clicks.unsigned_abs(),
        distinct_devices: row.devices.unsigned_abs(),
        busiest_device_clicks: row.max_device_clicks.unsigned_abs(),
        on_institution_network: institutions.contain(row.ip_prefix.as_deref()),
        first_seen: row.first_seen,
        last_seen: row.last_seen,
    };
    let classification = classify_group(&group, thresholds)?;
    Some(IpGroup {
        date: row.day,
        explanation: explain(&group, classification, thresholds),
        ip_key: group.ip,
        ip_prefix: row.ip_prefix,
        click_count: row.clicks,
        distinct_devices: row.devices,
        first_seen: row.first_seen,
        last_seen: row.last_seen,
        classification: match classification {
            Classification::Suspicious => IpClassification::Suspicious,
            Classification::SharedNetwork(SharedNetworkReason::ManyDevices) => {
                IpClassification::SharedNetwork
            }
            Classification::SharedNetwork(SharedNetworkReason::Institution) => {
                IpClassification::Institution
            }
        },
    })
}

/// A length as figures are answered.
pub(super) fn count(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}
