//! Answers of the guardrails. Field names are a contract; rates and scores are numbers.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::alerts::{Alert, Severity};
use crate::institution_networks::InstitutionNetwork;

/// Window an answer is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Window {
    /// First instant.
    pub from: DateTime<Utc>,
    /// End, not included.
    pub to: DateTime<Utc>,
    /// IANA time zone of the day borders.
    pub time_zone: String,
}

/// Why a group of clicks is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum IpClassification {
    /// More clicks than people make.
    Suspicious,
    /// Many devices behind one address.
    SharedNetwork,
    /// On a network marked as an institution's.
    Institution,
}

/// Clicks of one IP address on one day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IpGroup {
    /// Day in the window's time zone.
    pub date: NaiveDate,
    /// Opaque key of the address, for the list of its events (`GET /v1/events?ip_key=…`).
    pub ip_key: String,
    /// Truncated network (/24 or /48).
    pub ip_prefix: Option<String>,
    /// Clicks.
    pub click_count: i64,
    /// Distinct devices.
    pub distinct_devices: i64,
    /// First click.
    pub first_seen: DateTime<Utc>,
    /// Last click.
    pub last_seen: DateTime<Utc>,
    /// Why it is listed.
    pub classification: IpClassification,
    /// The same in a sentence.
    pub explanation: String,
}

/// Answer of `get_suspicious_clicks`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SuspiciousClicks {
    /// Window.
    pub window: Window,
    /// Flagged groups, most clicks first, at most 1,000.
    pub suspicious_ips: Vec<IpGroup>,
    /// Groups above the threshold that are explained, at most 1,000.
    pub shared_networks: Vec<IpGroup>,
    /// All flagged groups, also those not listed.
    pub total_flagged_ips: i64,
    /// All explained groups, also those not listed.
    pub total_shared_networks: i64,
    /// More clicks than this are flagged.
    pub threshold_used: i64,
    /// Clicks in the window (sample size).
    pub total_clicks: i64,
}

/// A device that clicks faster than people do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BotDevice {
    /// Fingerprint as the caller sent it, or a short hash for redirect hits.
    pub device_fingerprint: String,
    /// Clicks in the window.
    pub total_clicks: i64,
    /// First click.
    pub first_seen: DateTime<Utc>,
    /// Last click.
    pub last_seen: DateTime<Utc>,
    /// Shortest time in which `min_clicks` consecutive clicks lie, in seconds.
    pub fastest_burst_seconds: f64,
}

/// Parameters of bot detection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BotDetectionParams {
    /// Window, inclusive, in seconds.
    pub time_window_seconds: i64,
    /// Consecutive clicks within it.
    pub min_clicks: i64,
}

/// Answer of `get_bots`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Bots {
    /// Window.
    pub window: Window,
    /// Flagged devices, fastest first, at most 1,000.
    pub bot_like_devices: Vec<BotDevice>,
    /// All flagged devices, also those not listed.
    pub total_flagged_devices: i64,
    /// Parameters used.
    pub detection_params: BotDetectionParams,
}

/// Parent shares that nobody looked at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ParentShareOptOut {
    /// Shares in the window.
    pub total: i64,
    /// Never viewed.
    pub never_viewed: i64,
    /// Percent, two decimals; 0 without shares.
    pub opt_out_rate: f64,
}

/// Links that nobody clicked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LinkOptOut {
    /// Links minted in the window.
    pub total: i64,
    /// Without a human click.
    pub zero_clicks: i64,
    /// Percent, two decimals; 0 without links.
    pub opt_out_rate: f64,
}

/// Study sessions and how many take part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StudySessionFigures {
    /// Sessions in the window.
    pub total: i64,
    /// Mean number of participants, two decimals; 0 without sessions.
    pub avg_participants: f64,
}

/// Explicit opt-outs beside the users who were reached.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExplicitOptOut {
    /// Opt-outs in the window.
    pub total: i64,
    /// Distinct users who opted out.
    pub users: i64,
    /// Distinct users reached: parents with a share, users invited to a study session, referees of invitations.
    pub users_reached: i64,
    /// Percent of `users` in `users_reached`, two decimals; 0 when nobody was reached.
    pub opt_out_rate: f64,
}

/// Answer of `get_opt_outs`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OptOuts {
    /// Window.
    pub window: Window,
    /// Parent shares.
    pub parent_shares: ParentShareOptOut,
    /// Attribution links.
    pub attribution_links: LinkOptOut,
    /// Study sessions.
    pub study_sessions: StudySessionFigures,
    /// Explicit opt-outs.
    pub explicit: ExplicitOptOut,
}

/// Compliance of one kind of payload.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KindCompliance {
    /// Payloads in the window.
    pub total_checked: i64,
    /// Payloads with personal information.
    pub violations_found: i64,
    /// Percent without, two decimals; null when nothing was checked.
    pub compliance_rate: Option<f64>,
}

/// Kind of payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PayloadKind {
    /// A parent share.
    ParentShare,
    /// A progress reel.
    ProgressReel,
}

/// A finding of personal information; never the value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Violation {
    /// Id of the parent share or reel.
    pub id: uuid::Uuid,
    /// Kind of payload.
    pub kind: PayloadKind,
    /// JSON pointer of the field; personal information in keys is masked.
    pub field_path: String,
    /// What was found, for example `email`.
    pub entity_type: String,
    /// When the payload was shared.
    pub at: DateTime<Utc>,
}

/// Answer of `get_coppa`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Coppa {
    /// Window.
    pub window: Window,
    /// Parent shares.
    pub parent_shares: KindCompliance,
    /// Progress reels.
    pub progress_reels: KindCompliance,
    /// Both together, percent, two decimals; null when nothing was checked.
    pub overall_compliance_rate: Option<f64>,
    /// Target, percent.
    pub target: f64,
    /// The overall rate is below the target.
    pub below_target: bool,
    /// Findings, newest first, at most 1,000.
    pub violations: Vec<Violation>,
}

/// A referrer with many conversions on one day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReferrerDay {
    /// Day in the window's time zone.
    pub date: NaiveDate,
    /// External id of the referrer.
    pub referrer: String,
    /// Conversions.
    pub conversion_count: i64,
}

/// Why a referrer's conversions are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ConversionRateKind {
    /// More conversions a click than people make.
    HighConversionRate,
    /// Conversions, but not one click.
    ConversionsWithoutClicks,
}

/// A referrer whose clicks convert more often than people's do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReferrerRate {
    /// External id of the referrer.
    pub referrer: String,
    /// Clicks in the window.
    pub total_clicks: i64,
    /// Conversions in the window.
    pub total_conversions: i64,
    /// Percent, two decimals; null without clicks.
    pub conversion_rate: Option<f64>,
    /// Lower end of the Wilson 95 % interval, percent, two decimals; null without clicks.
    pub wilson_low: Option<f64>,
    /// Why it is listed.
    pub kind: ConversionRateKind,
}

/// Answer of `get_conversion_anomalies`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConversionAnomalies {
    /// Window.
    pub window: Window,
    /// Days above the threshold, most conversions first, at most 1,000.
    pub suspicious_referrers: Vec<ReferrerDay>,
    /// Rates above the threshold, at most 1,000.
    pub high_conversion_rate_referrers: Vec<ReferrerRate>,
    /// Distinct referrers in both.
    pub total_flagged: i64,
    /// More conversions a day than this are flagged.
    pub threshold_used: i64,
    /// Percent; higher rates are flagged.
    pub rate_threshold_used: f64,
}

/// Points taken off the health score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Deductions {
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
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

/// Why points were taken off.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HealthExplanation {
    /// `fraud`, `bot_behavior`, `opt_out_rate` or `coppa_violations`.
    pub part: String,
    /// The figure it was computed from, in words.
    pub input: String,
    /// The formula with its numbers.
    pub formula: String,
    /// Points taken off, positive.
    pub deduction: f64,
    /// Most points that can be taken off.
    pub cap: f64,
    /// Why, in a sentence.
    pub sentence: String,
}

/// The five computations over the score's own window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HealthComponents {
    /// Suspicious clicks.
    pub suspicious_clicks: SuspiciousClicks,
    /// Bots.
    pub bots: Bots,
    /// Opt-outs.
    pub opt_outs: OptOuts,
    /// COPPA compliance.
    pub coppa: Coppa,
    /// Conversion anomalies; they take no points off.
    pub conversion_anomalies: ConversionAnomalies,
}

/// Answer of `get_health`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HealthScore {
    /// Window.
    pub window: Window,
    /// 0 to 100, one decimal.
    pub health_score: f64,
    /// In words.
    pub health_status: HealthStatus,
    /// Points taken off.
    pub deductions: Deductions,
    /// The five computations.
    pub components: HealthComponents,
    /// One a part.
    pub explanations: Vec<HealthExplanation>,
}

/// Answer of `get_current_alerts`: open and acknowledged alerts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CurrentAlerts {
    /// Number of alerts.
    pub total_alerts: i64,
    /// Gravest first, then oldest.
    pub alerts: Vec<Alert>,
    /// Health score over its default window.
    pub health_score: f64,
    /// In words.
    pub health_status: HealthStatus,
    /// Gravest severity among the alerts.
    pub worst_severity: Option<Severity>,
}

/// Answer of `get_guardrails_overview`: everything the screen shows, over one window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GuardrailsOverview {
    /// Health score, its explanations and the five computations.
    pub health: HealthScore,
    /// Open and acknowledged alerts.
    pub alerts: CurrentAlerts,
    /// Networks marked as an institution's.
    pub institution_networks: Vec<InstitutionNetwork>,
    /// When this was computed.
    pub computed_at: DateTime<Utc>,
}

/// A stored health score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HealthSnapshot {
    /// When it was computed.
    pub at: DateTime<Utc>,
    /// Score.
    pub health_score: f64,
    /// In words.
    pub health_status: HealthStatus,
    /// Points taken off.
    pub deductions: Deductions,
}

/// Answer of `get_health_history`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HealthHistory {
    /// First instant.
    pub from: DateTime<Utc>,
    /// End, not included.
    pub to: DateTime<Utc>,
    /// Oldest first; thinned to at most 500 evenly spaced snapshots.
    pub snapshots: Vec<HealthSnapshot>,
}
