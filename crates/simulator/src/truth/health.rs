//! The health score that must come out, and the alerts that must be open.

use serde::{Deserialize, Serialize};

use super::clicks::{BotsTruth, SuspiciousClicksTruth};
use super::coppa::CoppaTruth;
use super::figures::one_decimal;
use super::opt_outs::OptOutsTruth;
use super::window::WindowTruth;

/// The health score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HealthTruth {
    /// 0 to 100, one decimal.
    pub health_score: f64,
    /// In words.
    pub health_status: HealthStatus,
    /// Points taken off.
    pub deductions: DeductionsTruth,
}

/// Points taken off, one decimal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeductionsTruth {
    /// Suspicious clicks.
    pub fraud: f64,
    /// Bots.
    pub bot_behavior: f64,
    /// Opt-out rates.
    pub opt_out_rate: f64,
    /// Personal information in payloads.
    pub coppa_violations: f64,
}

/// The health score in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HealthStatus {
    /// 90 or more.
    Excellent,
    /// 75 or more.
    Good,
    /// 60 or more.
    Fair,
    /// 40 or more.
    Warning,
    /// Less than 40.
    Critical,
}

/// What an alert is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertType {
    /// Personal information in a payload.
    CoppaViolation,
    /// More than five suspicious groups.
    FraudDetection,
    /// More than three bots.
    BotDetection,
    /// More than 30 % of parent shares never viewed.
    HighOptOut,
    /// Any referrer that stands out.
    ConversionAnomaly,
}

/// What the score is computed from.
pub(super) struct Parts<'a> {
    pub(super) clicks: &'a SuspiciousClicksTruth,
    pub(super) bots: &'a BotsTruth,
    pub(super) opt_outs: &'a OptOutsTruth,
    pub(super) coppa: &'a CoppaTruth,
}

/// 100 points less 2 a group (at most 30), 2 a bot (at most 20), a fifth of the mean opt-out rate (at most 20) and a
/// third of what compliance misses (at most 30).
pub(super) fn health(parts: &Parts<'_>) -> HealthTruth {
    let rates = [
        parts.opt_outs.parent_shares.opt_out_rate,
        parts.opt_outs.attribution_links.opt_out_rate,
    ];
    let missed = parts
        .coppa
        .overall_compliance_rate
        .map_or(0.0, |rate| 100.0 - rate);
    let fraud = (2.0 * parts.clicks.total_flagged_ips as f64).min(30.0);
    let bots = (2.0 * parts.bots.total_flagged_devices as f64).min(20.0);
    let opt_outs = ((rates[0] + rates[1]) / 2.0 / 100.0 * 20.0).min(20.0);
    let coppa = (missed * 0.333).min(30.0);
    let score = one_decimal((100.0 - (fraud + bots + opt_outs + coppa)).max(0.0));
    HealthTruth {
        health_score: score,
        health_status: status(score),
        deductions: DeductionsTruth {
            fraud: one_decimal(fraud),
            bot_behavior: one_decimal(bots),
            opt_out_rate: one_decimal(opt_outs),
            coppa_violations: one_decimal(coppa),
        },
    }
}

fn status(score: f64) -> HealthStatus {
    let steps = [
        (90.0, HealthStatus::Excellent),
        (75.0, HealthStatus::Good),
        (60.0, HealthStatus::Fair),
        (40.0, HealthStatus::Warning),
    ];
    let reached = steps.into_iter().find(|&(least, _)| score >= least);
    reached.map_or(HealthStatus::Critical, |(_, status)| status)
}

/// The alerts that are open with the default settings: opt-outs and payloads are looked at over a month, the rest over
/// a week.
pub(super) fn alerts(week: &WindowTruth, month: &WindowTruth) -> Vec<AlertType> {
    let rules = [
        (
            AlertType::CoppaViolation,
            !month.coppa.violations.is_empty(),
        ),
        (
            AlertType::FraudDetection,
            week.suspicious_clicks.total_flagged_ips > 5,
        ),
        (AlertType::BotDetection, week.bots.total_flagged_devices > 3),
        (
            AlertType::HighOptOut,
            month.opt_outs.parent_shares.opt_out_rate > 30.0,
        ),
        (
            AlertType::ConversionAnomaly,
            week.conversion_anomalies.total_flagged > 0,
        ),
    ];
    rules
        .into_iter()
        .filter(|&(_, fires)| fires)
        .map(|(alert, _)| alert)
        .collect()
}
