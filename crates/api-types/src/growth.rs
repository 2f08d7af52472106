//! Growth analytics: how users bring users. Counts are of people and of what they did; bots, previews, duplicates, forged hits and
//! conversions under review never enter one.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::guardrails::Window;
use crate::links::Channel;
use crate::users::{AgeBand, Persona};

/// An interval that holds the figure with 95 % certainty, as far as chance goes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Interval95 {
    /// Its lower end.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

/// What a figure is asked for; absent is everything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GrowthFilter {
    /// Loop id or slug.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Channel of the links.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// Part that whoever invites plays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub persona: Option<Persona>,
    /// Campaign of the links.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub campaign: Option<String>,
    /// Which traffic, when not all of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub traffic: Option<Traffic>,
}

/// Which traffic a figure is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Traffic {
    /// All that counts: people's clicks and accepted conversions.
    Raw,
    /// Without what the guardrails flag in the same window: clicks of suspicious addresses and bot-like devices, conversions of
    /// referrers whose conversions stand out, and what came of these.
    Verified,
}

/// What a window is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Compare {
    /// The window of the same length before it.
    Previous,
}

/// What counts as an invitation in a window (`INVITES_FROM_LINKS`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum InvitesFrom {
    /// An `invite_sent` event.
    Events,
    /// The minting of a link, since the platform reports no invitations.
    Links,
}

/// How good a K-factor is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum KStatus {
    /// Below 0.8.
    Poor,
    /// From 0.8.
    Warning,
    /// From 1.0: every user brings another.
    Good,
    /// From 1.2.
    Excellent,
}

/// The K-factor and what it is made of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KFigures {
    /// Different users who invited.
    pub active_users: i64,
    /// Invitations.
    pub total_invites: i64,
    /// Clicks of people.
    pub total_clicks: i64,
    /// Conversions, one a referee.
    pub total_conversions: i64,
    /// Referees who reached the first valuable moment (`activation`).
    pub total_activations: i64,
    /// `total_invites / active_users`, two decimals.
    pub avg_invites_per_user: f64,
    /// `total_conversions / total_invites`, four decimals, not in percent.
    pub invite_conversion_rate: f64,
    /// `avg_invites_per_user × invite_conversion_rate` before they are rounded, three decimals; 0 when nobody invited.
    pub k_factor: f64,
    /// Interval of `k_factor`; absent when too few people tell anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub k_interval: Option<Interval95>,
    /// Whether that interval is rough: too few people, or too unevenly given what they brought, for its 95 %.
    pub k_interval_is_rough: bool,
    /// How good that is.
    pub k_status: KStatus,
    /// `total_conversions / total_clicks` in percent, two decimals; above 100 when conversions come without their clicks.
    pub conversion_rate: f64,
    /// Wilson interval of `conversion_rate`; absent without clicks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversion_rate_interval: Option<Interval95>,
    /// Users who had signed up before the end of the window.
    pub eligible_users: i64,
    /// `total_conversions / eligible_users`, four decimals: participation × invites per inviter × conversions per invite.
    pub k_per_eligible: f64,
    /// `active_users / eligible_users`, four decimals.
    pub participation: f64,
    /// `total_activations / total_conversions`, four decimals.
    pub activation: f64,
    /// Share of the invitations that are older than `maturity_days`, four decimals: the others may still bring conversions.
    pub matured_share: f64,
    /// Whether less than half of the invitations are: the figures will grow, and are no judgement yet.
    pub immature: bool,
}

/// Answer of `get_k_factor`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KFactor {
    /// Window.
    pub window: Window,
    /// What was asked for.
    pub filter: GrowthFilter,
    /// What counts as an invitation here.
    pub invites_from: InvitesFrom,
    /// Days after which an invitation is expected to have brought what it brings.
    pub maturity_days: u32,
    /// The figures.
    #[serde(flatten)]
    pub figures: KFigures,
    /// The same in the window of the same length before, when `compare=previous`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous: Option<KFigures>,
}

/// The K-factor of a source.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SourceK {
    /// Loop id or slug; empty for what came without a link; `other` for the merged ones.
    pub source: String,
    /// Whether these are several sources with fewer than 10 inviting users each, and what hides them.
    pub is_merged: bool,
    /// The figures.
    #[serde(flatten)]
    pub figures: KFigures,
}

/// Answer of `get_k_factor_by_source`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KFactorBySource {
    /// Window.
    pub window: Window,
    /// What was asked for.
    pub filter: GrowthFilter,
    /// What counts as an invitation here.
    pub invites_from: InvitesFrom,
    /// Days after which an invitation is expected to have brought what it brings.
    pub maturity_days: u32,
    /// By K, the greatest first. Invitations, clicks, conversions and `k_per_eligible` sum to the total; users do not, since
    /// one can invite by several sources.
    pub items: Vec<SourceK>,
}

/// Answer of `get_viral_coefficient`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ViralCoefficient {
    /// Window.
    pub window: Window,
    /// What was asked for.
    pub filter: GrowthFilter,
    /// The figures.
    #[serde(flatten)]
    pub figures: ViralFigures,
    /// The same in the window of the same length before, when `compare=previous`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous: Option<ViralFigures>,
}

/// New users by existing ones.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ViralFigures {
    /// Users who had signed up before the window began.
    pub existing_users: i64,
    /// Conversions in the window.
    pub conversions: i64,
    /// `conversions / existing_users`, three decimals; 0 without any.
    pub viral_coefficient: f64,
    /// Interval of `viral_coefficient`; absent when too few people tell anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<Interval95>,
    /// Whether that interval is rough: too few people, or too unevenly given what they brought, for its 95 %.
    pub interval_is_rough: bool,
}

/// Answer of `get_cycle_time`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CycleTime {
    /// Window of the invitations.
    pub window: Window,
    /// What was asked for.
    pub filter: GrowthFilter,
    /// Days after which an invitation is expected to have brought what it brings.
    pub maturity_days: u32,
    /// Invitations before this are old enough to be counted.
    pub matured_until: DateTime<Utc>,
    /// The figures.
    #[serde(flatten)]
    pub figures: CycleFigures,
    /// The same of the invitations of the window of the same length before, when `compare=previous`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous: Option<CycleFigures>,
}

/// Hours from an invitation to its conversion, measured to a tenth of an hour.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CycleFigures {
    /// Conversions of invitations that are old enough.
    pub n: i64,
    /// Mean; absent without any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean_hours: Option<f64>,
    /// Interval of the mean; absent below two.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean_interval: Option<Interval95>,
    /// Half of them took at most this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub median_hours: Option<f64>,
    /// Nine of ten took at most this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p90_hours: Option<f64>,
    /// Whether no invitation of the window is old enough.
    pub immature: bool,
}

/// Stage of the funnel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FunnelStage {
    /// Invitations sent in the window.
    Invited,
    /// Different people who clicked: one a link and visitor.
    Clicked,
    /// Different people who signed up (`conversion`).
    SignedUp,
    /// Different people who reached the first valuable moment (`activation`).
    ReachedFvm,
}

/// How many came so far.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FunnelStep {
    /// The stage.
    pub stage: FunnelStage,
    /// People, and invitations in the first stage.
    pub count: i64,
    /// In percent of the stage before, two decimals; absent in the first, and where that is empty. Above 100 when people came
    /// who were invited before the window.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate: Option<f64>,
    /// Wilson interval of `rate`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate_interval: Option<Interval95>,
    /// In percent of the first stage, two decimals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overall: Option<f64>,
}

/// Answer of `get_growth_funnel`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GrowthFunnel {
    /// Window.
    pub window: Window,
    /// What was asked for.
    pub filter: GrowthFilter,
    /// What counts as an invitation here.
    pub invites_from: InvitesFrom,
    /// The four stages, in their order.
    pub steps: Vec<FunnelStep>,
    /// The same in the window of the same length before, when `compare=previous`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous: Option<Vec<FunnelStep>>,
}

/// What to do with a loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Recommendation {
    /// Below the others.
    ReworkOrStop,
    /// K from 0.8 and efficiency from 0.2.
    Optimise,
    /// K from 1.0 and efficiency from 0.3.
    KeepInvesting,
    /// K from 1.2 and efficiency from 0.5.
    ScaleAggressively,
}

/// How well a loop does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LoopEfficiency {
    /// Loop id or slug; `other` for the merged ones.
    pub source: String,
    /// Whether these are several sources with fewer than 10 inviting users each, and what hides them.
    pub is_merged: bool,
    /// Different users who invited.
    pub active_users: i64,
    /// Conversions.
    pub conversions: i64,
    /// K-factor, three decimals.
    pub k_factor: f64,
    /// Interval of `k_factor`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub k_interval: Option<Interval95>,
    /// Whether that interval is rough: too few people, or too unevenly given what they brought, for its 95 %.
    pub k_interval_is_rough: bool,
    /// Conversions per click in percent, two decimals.
    pub conversion_rate: f64,
    /// `k_factor × conversion_rate` as a fraction, three decimals.
    pub efficiency: f64,
    /// Conversions per inviting user, two decimals.
    pub conversions_per_inviter: f64,
    /// What to do with it; `rework_or_stop` of an immature one is no verdict yet.
    pub recommendation: Recommendation,
    /// Whether less than half of its invitations are old enough to judge it.
    pub immature: bool,
}

/// Answer of `get_loop_efficiency`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LoopEfficiencies {
    /// Window.
    pub window: Window,
    /// What was asked for.
    pub filter: GrowthFilter,
    /// By efficiency, the greatest first.
    pub items: Vec<LoopEfficiency>,
}

/// A day of the timeline.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GrowthDay {
    /// Day in the window's time zone.
    pub date: NaiveDate,
    /// Links minted.
    pub links: i64,
    /// Invitations.
    pub invites: i64,
    /// Clicks of people.
    pub clicks: i64,
    /// Conversions.
    pub conversions: i64,
    /// Activations.
    pub activations: i64,
    /// K-factor of this day and the six before it, three decimals.
    pub k_factor: f64,
}

/// Answer of `get_growth_timeline`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GrowthTimeline {
    /// Window.
    pub window: Window,
    /// What was asked for.
    pub filter: GrowthFilter,
    /// What counts as an invitation here.
    pub invites_from: InvitesFrom,
    /// Every day that the window touches, oldest first.
    pub days: Vec<GrowthDay>,
    /// The days of the window of the same length before, when `compare=previous`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous: Option<Vec<GrowthDay>>,
}

/// What one referrer brought.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GrowthReferrer {
    /// Place, from 1.
    pub rank: i64,
    /// The platform's id; of a child, a pseudonym that stays the same.
    pub referrer: String,
    /// Whether `referrer` is a pseudonym.
    pub is_pseudonym: bool,
    /// Age band.
    pub age_band: AgeBand,
    /// Invitations.
    pub invites: i64,
    /// Clicks of people.
    pub clicks: i64,
    /// Conversions.
    pub conversions: i64,
}

/// Answer of `get_top_referrers`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TopReferrers {
    /// Window.
    pub window: Window,
    /// What was asked for.
    pub filter: GrowthFilter,
    /// By conversions, then clicks, then id.
    pub items: Vec<GrowthReferrer>,
}

/// How many of a group came back on a day after they signed up.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Retention {
    /// Days after the day of the sign-up: 1, 7 or 28.
    pub day: u32,
    /// Users whose day is over; 0 when it is of nobody.
    pub users: i64,
    /// Those of them who were active on it.
    pub active: i64,
    /// `active / users` in percent, two decimals; absent when they are fewer than 10, and when no activity was reported at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate: Option<f64>,
    /// Wilson interval of `rate`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<Interval95>,
    /// Whether the day of some of the group is not over: they are not counted yet.
    pub immature: bool,
}

/// Users who signed up in one week.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GrowthCohort {
    /// Monday of the week, in the time zone.
    pub week: NaiveDate,
    /// Users.
    pub size: i64,
    /// Whether they are fewer than 10, so that nothing else is told of them.
    pub is_suppressed: bool,
    /// Invitations that they sent within 28 days after each one's sign-up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invites: Option<i64>,
    /// Conversions that they brought within 28 days after each one's sign-up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversions: Option<i64>,
    /// Invitations per user, two decimals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invites_per_user: Option<f64>,
    /// Conversions per user, three decimals: K of the cohort.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub k_factor: Option<f64>,
    /// Interval of `k_factor`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub k_interval: Option<Interval95>,
    /// Whether that interval is rough: too few people, or too unevenly given what they brought, for its 95 %.
    pub k_interval_is_rough: bool,
    /// Whether the 28 days of the last of them are not over.
    pub immature: bool,
    /// Those who were referred.
    pub referred: Vec<Retention>,
    /// Those who came by themselves.
    pub unreferred: Vec<Retention>,
}

/// Answer of `get_growth_cohorts`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GrowthCohorts {
    /// IANA time zone of the weeks.
    pub time_zone: String,
    /// Part that the users play, when it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub persona: Option<Persona>,
    /// Which traffic, when not all of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub traffic: Option<Traffic>,
    /// What counts as an invitation here.
    pub invites_from: InvitesFrom,
    /// Whether the platform reported any activity since the first week; without, nothing is told of who came back.
    pub has_activities: bool,
    /// Weeks, oldest first.
    pub cohorts: Vec<GrowthCohort>,
}

/// How many users there may be at the end of a day.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ForecastDay {
    /// Days from now.
    pub day: u32,
    /// Users, if K and the cycle time stay.
    pub users: f64,
    /// What their intervals leave open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<Interval95>,
}

/// Answer of `get_growth_forecast`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GrowthForecast {
    /// Window that K and the cycle time are taken from.
    pub window: Window,
    /// What was asked for.
    pub filter: GrowthFilter,
    /// Users now.
    pub base: i64,
    /// K-factor.
    pub k_factor: f64,
    /// Interval of `k_factor`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub k_interval: Option<Interval95>,
    /// Whether that interval is rough: too few people, or too unevenly given what they brought, for its 95 %.
    pub k_interval_is_rough: bool,
    /// Mean hours from an invitation to its conversion.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cycle_hours: Option<f64>,
    /// Interval of `cycle_hours`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cycle_interval: Option<Interval95>,
    /// Whether K or the cycle time rests on too few or too young invitations.
    pub immature: bool,
    /// Day by day, from today; empty without a cycle time.
    pub days: Vec<ForecastDay>,
}
