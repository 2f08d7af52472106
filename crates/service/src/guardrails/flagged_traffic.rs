//! What the guardrails flag in a window, in the words of the database: verified figures leave it out.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel_async::AsyncPgConnection;
use uuid::Uuid;
use viral_engine_api_types::guardrails::{Bots, ConversionAnomalies, SuspiciousClicks};
use viral_engine_db::growth::Flagged;
use viral_engine_domain::guardrails::Thresholds;
use viral_engine_domain::time_window::TimeWindow;

use super::{bots, conversion_anomalies, suspicious_clicks};
use crate::answers::{Computation, Question};
use crate::error::ServiceResult;

/// Suspicious addresses, bot-like devices, and referrers whose conversions stand out.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn flagged_traffic(
    conn: &mut AsyncPgConnection,
    question: &Question,
) -> ServiceResult<Flagged> {
    let days = Days::of(question);
    let addresses = suspicious_clicks::suspicious(conn, question).await?;
    Ok(Flagged {
        addresses: addresses
            .into_iter()
            .filter_map(|(day, ip_hash)| Some((ip_hash, days.at(day)?)))
            .collect(),
        devices: bots::bot_like(conn, question)
            .await?
            .into_iter()
            .map(|device| device.device_fingerprint)
            .collect(),
        referrers: flagged_referrers(conn, question).await?,
    })
}

/// Referrers whose conversions stand out, and when these were.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn flagged_referrers(
    conn: &mut AsyncPgConnection,
    question: &Question,
) -> ServiceResult<Vec<(Uuid, TimeWindow)>> {
    let days = Days::of(question);
    let (busy, referrers) = conversion_anomalies::anomalous(conn, question).await?;
    let on_days = busy
        .into_iter()
        .filter_map(|(day, referrer)| Some((referrer, days.at(day)?)));
    let all_along = referrers
        .into_iter()
        .map(|referrer| (referrer, question.window));
    Ok(on_days.chain(all_along).collect())
}

/// Everything that decides what is flagged.
pub(crate) fn flagging_thresholds(thresholds: &Thresholds) -> [[f64; 3]; 3] {
    [
        SuspiciousClicks::thresholds(thresholds),
        Bots::thresholds(thresholds),
        ConversionAnomalies::thresholds(thresholds),
    ]
}

/// The days of a window, by the name of the day.
struct Days(BTreeMap<NaiveDate, TimeWindow>);

impl Days {
    fn of(question: &Question) -> Self {
        let days = question.window.days(question.time_zone).into_iter();
        let windows =
            days.filter_map(|day| Some((day.day, TimeWindow::new(day.start, day.end).ok()?)));
        Self(windows.collect())
    }

    fn at(&self, day: NaiveDate) -> Option<TimeWindow> {
        self.0.get(&day).copied()
    }
}
