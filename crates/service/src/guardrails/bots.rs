//! Devices that click faster than people do.
//!
//! Sums hold each device's fastest burst on a day and over the midnight before it, which leads to the candidates: a
//! burst of more clicks than those of the sums, or of the clicks that count among all, is one of them too. A candidate
//! whose sums do not fit (cut by the window, another number of clicks, an institution that may have to be left out)
//! is counted again from its events. Bursts of fewer clicks than those of the sums are looked for in all events.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel_async::AsyncPgConnection;
use viral_engine_api_types::guardrails::{BotDetectionParams, BotDevice, Bots};
use viral_engine_db::guardrails::{
    DeviceClicks, DeviceDay, device_candidates, device_days, recount_devices, stored_burst_clicks,
};
use viral_engine_domain::guardrails::Thresholds;
use viral_engine_domain::guardrails::bots::{DeviceActivity, is_bot_like};

use super::LISTED;
use super::institutions::Institutions;
use super::suspicious_clicks::count;
use super::utc_days::utc_days;
use crate::answers::{Answers, Computation, KeptAnswers, Key, Question};
use crate::error::ServiceResult;

const MICROSECONDS: i64 = 1_000_000;

impl Computation for Bots {
    fn thresholds(thresholds: &Thresholds) -> [f64; 3] {
        let clicks = thresholds.bot_detection_min_clicks;
        [
            thresholds.bot_detection_time_window.into(),
            clicks.into(),
            0.0,
        ]
    }

    fn kept(answers: &Answers) -> &KeptAnswers<Key, Self> {
        &answers.bots
    }

    async fn compute(conn: &mut AsyncPgConnection, question: &Question) -> ServiceResult<Self> {
        let thresholds = &question.thresholds;
        let mut devices = bot_like(conn, question).await?;
        devices.sort_by(|a, b| {
            let key = |device: &DeviceClicks| (device.fastest_burst_us, -device.clicks);
            key(a)
                .cmp(&key(b))
                .then_with(|| a.device_fingerprint.cmp(&b.device_fingerprint))
        });
        let total_flagged_devices = count(devices.len());
        devices.truncate(LISTED);
        Ok(Self {
            window: question.shown_window(),
            bot_like_devices: devices.into_iter().map(bot_device).collect(),
            total_flagged_devices,
            detection_params: BotDetectionParams {
                time_window_seconds: thresholds.bot_detection_time_window.into(),
                min_clicks: thresholds.bot_detection_min_clicks.into(),
            },
        })
    }
}

/// Devices that click faster than people do.
///
/// # Errors
/// When the database refuses.
pub(super) async fn bot_like(
    conn: &mut AsyncPgConnection,
    question: &Question,
) -> ServiceResult<Vec<DeviceClicks>> {
    let mut devices = bursting_devices(conn, question).await?;
    devices.retain(|device| is_bot_like(&activity(device), &question.thresholds));
    Ok(devices)
}

/// Devices with a burst, exactly counted.
async fn bursting_devices(
    conn: &mut AsyncPgConnection,
    question: &Question,
) -> ServiceResult<Vec<DeviceClicks>> {
    let min_clicks = question.thresholds.bot_detection_min_clicks;
    let summed = match stored_burst_clicks(conn).await? {
        Some(summed) if summed <= min_clicks => summed,
        _ => return recount(conn, question, None).await,
    };
    let days = utc_days(&question.window);
    // A burst over the first midnight began before the window.
    let border_days = days.get(1..).unwrap_or_default();
    let candidates = device_candidates(conn, &days, border_days, burst_us(question)).await?;
    let candidates: Vec<&str> = candidates
        .iter()
        .map(|candidate| candidate.device_fingerprint.as_str())
        .collect();
    if candidates.is_empty() {
        return Ok(Vec::new());
    }
    if min_clicks > summed || !Institutions::load(conn).await?.is_empty() {
        return recount(conn, question, Some(&candidates)).await;
    }
    let mut by_device: BTreeMap<String, Vec<DeviceDay>> = BTreeMap::new();
    for row in device_days(conn, &days, &candidates).await? {
        by_device
            .entry(row.device_fingerprint.clone())
            .or_default()
            .push(row);
    }
    let (cut, whole): (Vec<_>, Vec<_>) = by_device
        .into_iter()
        .partition(|(_, rows)| rows.iter().any(|row| is_cut(row, question)));
    let mut devices: Vec<_> = whole
        .into_iter()
        .filter_map(|(_, rows)| sum_up(rows, days.first().copied()))
        .collect();
    let cut: Vec<&str> = cut.iter().map(|(device, _)| device.as_str()).collect();
    if !cut.is_empty() {
        devices.extend(recount(conn, question, Some(&cut)).await?);
    }
    Ok(devices)
}

async fn recount(
    conn: &mut AsyncPgConnection,
    question: &Question,
    devices: Option<&[&str]>,
) -> ServiceResult<Vec<DeviceClicks>> {
    let window = &question.window;
    let min_clicks = question.thresholds.bot_detection_min_clicks.into();
    let (from, to, burst_us) = (window.from(), window.to(), burst_us(question));
    Ok(recount_devices(conn, from, to, min_clicks, burst_us, devices).await?)
}

fn burst_us(question: &Question) -> i64 {
    i64::from(question.thresholds.bot_detection_time_window) * MICROSECONDS
}

/// Whether some of the day's clicks lie outside of the window.
fn is_cut(row: &DeviceDay, question: &Question) -> bool {
    !question.window.contains(row.first_seen) || !question.window.contains(row.last_seen)
}

fn sum_up(rows: Vec<DeviceDay>, first_day: Option<NaiveDate>) -> Option<DeviceClicks> {
    let bursts = rows.iter().flat_map(|row| {
        let border = row.border_burst_us.filter(|_| Some(row.day) != first_day);
        [row.fastest_burst_us, border]
    });
    Some(DeviceClicks {
        fastest_burst_us: bursts.flatten().min()?,
        clicks: rows.iter().map(|row| row.clicks).sum(),
        first_seen: rows.iter().map(|row| row.first_seen).min()?,
        last_seen: rows.iter().map(|row| row.last_seen).max()?,
        device_fingerprint: rows.into_iter().next()?.device_fingerprint,
    })
}

fn activity(device: &DeviceClicks) -> DeviceActivity {
    DeviceActivity {
        device: device.device_fingerprint.clone(),
        total_clicks: device.clicks.unsigned_abs(),
        first_seen: device.first_seen,
        last_seen: device.last_seen,
        fastest_burst: Some(chrono::TimeDelta::microseconds(device.fastest_burst_us)),
    }
}

fn bot_device(device: DeviceClicks) -> BotDevice {
    BotDevice {
        device_fingerprint: device.device_fingerprint,
        total_clicks: device.clicks,
        first_seen: device.first_seen,
        last_seen: device.last_seen,
        fastest_burst_seconds: device.fastest_burst_us as f64 / MICROSECONDS as f64,
    }
}
