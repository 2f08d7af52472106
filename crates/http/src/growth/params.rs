//! Query parameters of the figures of growth, a struct per set: a flattened one could not refuse unknown parameters.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use viral_engine_api_types::growth::{Compare, GrowthFilter, Traffic};
use viral_engine_api_types::links::Channel;
use viral_engine_api_types::times::optional;
use viral_engine_api_types::users::Persona;
use viral_engine_service::answers::WindowParameters;
use viral_engine_service::growth::GrowthRequest;

/// How figures are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FigureFormat {
    /// All of the answer.
    #[default]
    Json,
    /// What it lists, or its figures, as comma-separated values with a line of column names.
    Csv,
}

/// A window, what of it, and whether the one before is told as well.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ComparedParams {
    /// Last days including today, up to now; default 30. Not together with `from` and `to`.
    #[param(minimum = 1, maximum = 90)]
    days: Option<i64>,
    /// First instant; goes with `to`.
    #[serde(default, deserialize_with = "optional")]
    from: Option<DateTime<Utc>>,
    /// End, not included; at most 90 days after `from`.
    #[serde(default, deserialize_with = "optional")]
    to: Option<DateTime<Utc>>,
    /// IANA time zone whose midnights part days; default UTC.
    #[param(example = "Europe/Berlin")]
    time_zone: Option<String>,
    /// Of this loop or slug alone; empty for what came without a link.
    #[param(max_length = 64)]
    source: Option<String>,
    /// Of links of this channel alone.
    channel: Option<Channel>,
    /// Of referrers of this persona alone.
    persona: Option<Persona>,
    /// Of links of this campaign alone.
    #[param(max_length = 64)]
    campaign: Option<String>,
    /// `verified`: without what the guardrails flag in the window; default `raw`.
    #[param(inline)]
    traffic: Option<Traffic>,
    /// `previous`: the window of the same length before is told as well.
    #[param(inline)]
    compare: Option<Compare>,
    /// `csv` for a table instead of JSON.
    #[param(inline)]
    pub(super) format: Option<FigureFormat>,
}

impl ComparedParams {
    pub(super) fn request(self) -> GrowthRequest {
        GrowthRequest {
            window: WindowParameters {
                days: self.days,
                from: self.from,
                to: self.to,
                time_zone: self.time_zone,
            },
            filter: GrowthFilter {
                source: self.source,
                channel: self.channel,
                persona: self.persona,
                campaign: self.campaign,
                traffic: self.traffic.filter(|traffic| *traffic != Traffic::Raw),
            },
            is_compared: self.compare == Some(Compare::Previous),
        }
    }
}

/// A window and what of it.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SourceParams {
    /// Last days including today, up to now; default 30. Not together with `from` and `to`.
    #[param(minimum = 1, maximum = 90)]
    days: Option<i64>,
    /// First instant; goes with `to`.
    #[serde(default, deserialize_with = "optional")]
    from: Option<DateTime<Utc>>,
    /// End, not included; at most 90 days after `from`.
    #[serde(default, deserialize_with = "optional")]
    to: Option<DateTime<Utc>>,
    /// IANA time zone whose midnights part days; default UTC.
    #[param(example = "Europe/Berlin")]
    time_zone: Option<String>,
    /// Of this loop or slug alone; empty for what came without a link.
    #[param(max_length = 64)]
    source: Option<String>,
    /// Of links of this channel alone.
    channel: Option<Channel>,
    /// Of referrers of this persona alone.
    persona: Option<Persona>,
    /// Of links of this campaign alone.
    #[param(max_length = 64)]
    campaign: Option<String>,
    /// `verified`: without what the guardrails flag in the window; default `raw`.
    #[param(inline)]
    traffic: Option<Traffic>,
    /// `csv` for a table instead of JSON.
    #[param(inline)]
    pub(super) format: Option<FigureFormat>,
}

impl SourceParams {
    pub(super) fn request(self) -> GrowthRequest {
        GrowthRequest {
            window: WindowParameters {
                days: self.days,
                from: self.from,
                to: self.to,
                time_zone: self.time_zone,
            },
            filter: GrowthFilter {
                source: self.source,
                channel: self.channel,
                persona: self.persona,
                campaign: self.campaign,
                traffic: self.traffic.filter(|traffic| *traffic != Traffic::Raw),
            },
            is_compared: false,
        }
    }
}

/// Parameters of `get_attribution`: the ledger knows no flagged traffic.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CreditParams {
    /// Last days including today, up to now; default 30. Not together with `from` and `to`.
    #[param(minimum = 1, maximum = 90)]
    days: Option<i64>,
    /// First instant; goes with `to`.
    #[serde(default, deserialize_with = "optional")]
    from: Option<DateTime<Utc>>,
    /// End, not included; at most 90 days after `from`.
    #[serde(default, deserialize_with = "optional")]
    to: Option<DateTime<Utc>>,
    /// IANA time zone whose midnights part days; default UTC.
    #[param(example = "Europe/Berlin")]
    time_zone: Option<String>,
    /// Of this loop or slug alone; empty for what came without a link.
    #[param(max_length = 64)]
    source: Option<String>,
    /// Of links of this channel alone.
    channel: Option<Channel>,
    /// Of referrers of this persona alone.
    persona: Option<Persona>,
    /// Of links of this campaign alone.
    #[param(max_length = 64)]
    campaign: Option<String>,
    /// `csv` for a table instead of JSON.
    #[param(inline)]
    pub(crate) format: Option<FigureFormat>,
}

impl CreditParams {
    pub(crate) fn request(self) -> GrowthRequest {
        GrowthRequest {
            window: WindowParameters {
                days: self.days,
                from: self.from,
                to: self.to,
                time_zone: self.time_zone,
            },
            filter: GrowthFilter {
                source: self.source,
                channel: self.channel,
                persona: self.persona,
                campaign: self.campaign,
                traffic: None,
            },
            is_compared: false,
        }
    }
}

/// Parameters of `get_top_referrers`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TopReferrersParams {
    /// Last days including today, up to now; default 30. Not together with `from` and `to`.
    #[param(minimum = 1, maximum = 90)]
    days: Option<i64>,
    /// First instant; goes with `to`.
    #[serde(default, deserialize_with = "optional")]
    from: Option<DateTime<Utc>>,
    /// End, not included; at most 90 days after `from`.
    #[serde(default, deserialize_with = "optional")]
    to: Option<DateTime<Utc>>,
    /// IANA time zone whose midnights part days; default UTC.
    #[param(example = "Europe/Berlin")]
    time_zone: Option<String>,
    /// Of this loop or slug alone; empty for what came without a link.
    #[param(max_length = 64)]
    source: Option<String>,
    /// Of links of this channel alone.
    channel: Option<Channel>,
    /// Of referrers of this persona alone.
    persona: Option<Persona>,
    /// Of links of this campaign alone.
    #[param(max_length = 64)]
    campaign: Option<String>,
    /// `verified`: without what the guardrails flag in the window; default `raw`.
    #[param(inline)]
    traffic: Option<Traffic>,
    /// How many; default 10.
    #[param(minimum = 1, maximum = 100)]
    pub(super) limit: Option<i64>,
    /// `csv` for a table instead of JSON.
    #[param(inline)]
    pub(super) format: Option<FigureFormat>,
}

impl TopReferrersParams {
    pub(super) fn request(self) -> GrowthRequest {
        GrowthRequest {
            window: WindowParameters {
                days: self.days,
                from: self.from,
                to: self.to,
                time_zone: self.time_zone,
            },
            filter: GrowthFilter {
                source: self.source,
                channel: self.channel,
                persona: self.persona,
                campaign: self.campaign,
                traffic: self.traffic.filter(|traffic| *traffic != Traffic::Raw),
            },
            is_compared: false,
        }
    }
}

/// Parameters of `get_growth_forecast`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ForecastParams {
    /// Last days including today, up to now; default 30. Not together with `from` and `to`.
    #[param(minimum = 1, maximum = 90)]
    days: Option<i64>,
    /// First instant; goes with `to`.
    #[serde(default, deserialize_with = "optional")]
    from: Option<DateTime<Utc>>,
    /// End, not included; at most 90 days after `from`.
    #[serde(default, deserialize_with = "optional")]
    to: Option<DateTime<Utc>>,
    /// IANA time zone whose midnights part days; default UTC.
    #[param(example = "Europe/Berlin")]
    time_zone: Option<String>,
    /// Of this loop or slug alone; empty for what came without a link.
    #[param(max_length = 64)]
    source: Option<String>,
    /// Of links of this channel alone.
    channel: Option<Channel>,
    /// Of referrers of this persona alone.
    persona: Option<Persona>,
    /// Of links of this campaign alone.
    #[param(max_length = 64)]
    campaign: Option<String>,
    /// `verified`: without what the guardrails flag in the window; default `raw`.
    #[param(inline)]
    traffic: Option<Traffic>,
    /// Days to look ahead; default 30.
    #[param(minimum = 1, maximum = 365)]
    pub(super) horizon_days: Option<i64>,
    /// `csv` for a table instead of JSON.
    #[param(inline)]
    pub(super) format: Option<FigureFormat>,
}

impl ForecastParams {
    pub(super) fn request(self) -> GrowthRequest {
        GrowthRequest {
            window: WindowParameters {
                days: self.days,
                from: self.from,
                to: self.to,
                time_zone: self.time_zone,
            },
            filter: GrowthFilter {
                source: self.source,
                channel: self.channel,
                persona: self.persona,
                campaign: self.campaign,
                traffic: self.traffic.filter(|traffic| *traffic != Traffic::Raw),
            },
            is_compared: false,
        }
    }
}

/// Parameters of `get_growth_cohorts`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CohortParams {
    /// Weeks up to this one; default 12.
    #[param(minimum = 1, maximum = 53)]
    pub(super) weeks: Option<i64>,
    /// IANA time zone whose Mondays part weeks; default UTC.
    #[param(example = "Europe/Berlin")]
    time_zone: Option<String>,
    /// Of users of this persona alone.
    persona: Option<Persona>,
    /// `verified`: without conversions of referrers whom the guardrails flag since the first week; default `raw`.
    #[param(inline)]
    traffic: Option<Traffic>,
    /// `csv` for a table instead of JSON.
    #[param(inline)]
    pub(super) format: Option<FigureFormat>,
}

impl CohortParams {
    pub(super) fn request(self) -> GrowthRequest {
        GrowthRequest {
            window: WindowParameters {
                time_zone: self.time_zone,
                ..WindowParameters::default()
            },
            filter: GrowthFilter {
                persona: self.persona,
                traffic: self.traffic.filter(|traffic| *traffic != Traffic::Raw),
                ..GrowthFilter::default()
            },
            is_compared: false,
        }
    }
}
