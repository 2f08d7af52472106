//! Query parameters of the guardrails, a struct per set: a flattened one could not refuse unknown parameters.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::IntoParams;
use viral_engine_api_types::times::optional;
use viral_engine_service::answers::WindowParameters;
use viral_engine_service::guardrails::GuardrailsRequest;

/// A window.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct WindowParams {
    /// Last days including today, up to now. Not together with `from` and `to`.
    #[param(minimum = 1, maximum = 90)]
    pub days: Option<i64>,
    /// First instant; goes with `to`.
    #[serde(default, deserialize_with = "optional")]
    pub from: Option<DateTime<Utc>>,
    /// End, not included; at most 90 days after `from`.
    #[serde(default, deserialize_with = "optional")]
    pub to: Option<DateTime<Utc>>,
    /// IANA time zone whose midnights part days; default UTC.
    #[param(example = "Europe/Berlin")]
    pub time_zone: Option<String>,
}

/// Parameters of `get_suspicious_clicks`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SuspiciousClicksParams {
    /// Last days including today, up to now. Not together with `from` and `to`.
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
    /// More clicks of an IP address on a day are flagged; default `FRAUD_DETECTION_THRESHOLD`.
    #[param(value_type = Option<i64>, minimum = 1, maximum = 1_000_000)]
    threshold: Option<f64>,
}

/// Parameters of `get_bots`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct BotsParams {
    /// Last days including today, up to now. Not together with `from` and `to`.
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
    /// Seconds within which consecutive clicks are a burst, inclusive; default `BOT_DETECTION_TIME_WINDOW`.
    #[param(value_type = Option<i64>, minimum = 1, maximum = 60)]
    time_window: Option<f64>,
    /// Consecutive clicks of a burst; default `BOT_DETECTION_MIN_CLICKS`.
    #[param(value_type = Option<i64>, minimum = 2, maximum = 1_000_000)]
    min_clicks: Option<f64>,
}

/// Parameters of `get_conversion_anomalies`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ConversionAnomaliesParams {
    /// Last days including today, up to now. Not together with `from` and `to`.
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
    /// More conversions of a referrer on a day are flagged; default `CONVERSION_ANOMALY_THRESHOLD`.
    #[param(value_type = Option<i64>, minimum = 1, maximum = 1_000_000)]
    threshold: Option<f64>,
    /// More conversions per click, in percent, are flagged; default `CONVERSION_ANOMALY_RATE_THRESHOLD`.
    #[param(minimum = 0, maximum = 100)]
    rate_threshold: Option<f64>,
    /// Clicks below which a rate says nothing; default `CONVERSION_ANOMALY_MIN_CLICKS`.
    #[param(value_type = Option<i64>, minimum = 1, maximum = 1_000_000)]
    min_clicks: Option<f64>,
}

/// Parameters of `get_health` and `get_guardrails_overview`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct HealthParams {
    /// Last days including today, up to now. Not together with `from` and `to`.
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
    /// More clicks of an IP address on a day are flagged; default `FRAUD_DETECTION_THRESHOLD`.
    #[param(value_type = Option<i64>, minimum = 1, maximum = 1_000_000)]
    threshold: Option<f64>,
    /// Seconds within which consecutive clicks are a burst, inclusive; default `BOT_DETECTION_TIME_WINDOW`.
    #[param(value_type = Option<i64>, minimum = 1, maximum = 60)]
    time_window: Option<f64>,
    /// Consecutive clicks of a burst; default `BOT_DETECTION_MIN_CLICKS`.
    #[param(value_type = Option<i64>, minimum = 2, maximum = 1_000_000)]
    min_clicks: Option<f64>,
    /// More conversions per click, in percent, are flagged; default `CONVERSION_ANOMALY_RATE_THRESHOLD`.
    #[param(minimum = 0, maximum = 100)]
    rate_threshold: Option<f64>,
}

impl From<WindowParams> for WindowParameters {
    fn from(sent: WindowParams) -> Self {
        Self {
            days: sent.days,
            from: sent.from,
            to: sent.to,
            time_zone: sent.time_zone,
        }
    }
}

impl From<WindowParams> for GuardrailsRequest {
    fn from(sent: WindowParams) -> Self {
        Self {
            window: sent.into(),
            ..Self::default()
        }
    }
}

impl From<SuspiciousClicksParams> for GuardrailsRequest {
    fn from(sent: SuspiciousClicksParams) -> Self {
        Self {
            window: WindowParameters {
                days: sent.days,
                from: sent.from,
                to: sent.to,
                time_zone: sent.time_zone,
            },
            threshold: sent.threshold,
            ..Self::default()
        }
    }
}

impl From<BotsParams> for GuardrailsRequest {
    fn from(sent: BotsParams) -> Self {
        Self {
            window: WindowParameters {
                days: sent.days,
                from: sent.from,
                to: sent.to,
                time_zone: sent.time_zone,
            },
            time_window: sent.time_window,
            min_clicks: sent.min_clicks,
            ..Self::default()
        }
    }
}

impl From<ConversionAnomaliesParams> for GuardrailsRequest {
    fn from(sent: ConversionAnomaliesParams) -> Self {
        Self {
            window: WindowParameters {
                days: sent.days,
                from: sent.from,
                to: sent.to,
                time_zone: sent.time_zone,
            },
            threshold: sent.threshold,
            rate_threshold: sent.rate_threshold,
            min_clicks: sent.min_clicks,
            time_window: None,
        }
    }
}

impl From<HealthParams> for GuardrailsRequest {
    fn from(sent: HealthParams) -> Self {
        Self {
            window: WindowParameters {
                days: sent.days,
                from: sent.from,
                to: sent.to,
                time_zone: sent.time_zone,
            },
            threshold: sent.threshold,
            time_window: sent.time_window,
            min_clicks: sent.min_clicks,
            rate_threshold: sent.rate_threshold,
        }
    }
}
