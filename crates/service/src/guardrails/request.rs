//! A request to the guardrails as a question: which thresholds its parameters stand for.

use viral_engine_domain::guardrails::{Override, SettingError, Thresholds};

use crate::answers::{Asked, Question, WindowParameters, bad_parameter};
use crate::error::{ServiceError, ServiceResult};

/// What can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    SuspiciousClicks,
    Bots,
    OptOuts,
    Coppa,
    ConversionAnomalies,
    /// All of them.
    Health,
}

impl Part {
    /// Days of the window unless the request names one.
    fn default_days(self, thresholds: &Thresholds) -> u32 {
        match self {
            Self::SuspiciousClicks => thresholds.fraud_detection_days,
            Self::Bots => thresholds.bot_detection_days,
            Self::OptOuts => thresholds.opt_out_rate_days,
            Self::Coppa => thresholds.coppa_compliance_days,
            Self::ConversionAnomalies => thresholds.conversion_anomaly_days,
            Self::Health => thresholds.health_score_days,
        }
    }
}

/// What a request to the guardrails may name, as sent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GuardrailsRequest {
    /// The window.
    pub window: WindowParameters,
    /// Clicks per address and day, or conversions per referrer and day; more are flagged.
    pub threshold: Option<f64>,
    /// Seconds within which a burst lies.
    pub time_window: Option<f64>,
    /// Clicks of a burst, or clicks a referrer needs before its rate is judged.
    pub min_clicks: Option<f64>,
    /// Conversions per click in percent; more are flagged.
    pub rate_threshold: Option<f64>,
}

/// The question that a request asks of `part`.
///
/// # Errors
/// The parameter at fault.
pub(crate) fn question(
    asked: &Asked,
    part: Part,
    request: &GuardrailsRequest,
) -> ServiceResult<Question> {
    let thresholds = asked
        .thresholds
        .with_overrides(&overrides(part, request))
        .map_err(|error| bad_threshold(&error))?;
    let default_days = part.default_days(&asked.thresholds);
    Ok(Question {
        thresholds,
        ..asked.question(&request.window, default_days)?
    })
}

/// The question of a part over its default window.
pub(crate) fn default_question(asked: &Asked, part: Part) -> ServiceResult<Question> {
    question(asked, part, &GuardrailsRequest::default())
}

/// The settings that a request's parameters stand for.
fn overrides(part: Part, request: &GuardrailsRequest) -> Vec<Override> {
    let (threshold, min_clicks) = match part {
        Part::ConversionAnomalies => (
            "CONVERSION_ANOMALY_THRESHOLD",
            "CONVERSION_ANOMALY_MIN_CLICKS",
        ),
        _ => ("FRAUD_DETECTION_THRESHOLD", "BOT_DETECTION_MIN_CLICKS"),
    };
    [
        ("threshold", threshold, request.threshold),
        (
            "time_window",
            "BOT_DETECTION_TIME_WINDOW",
            request.time_window,
        ),
        ("min_clicks", min_clicks, request.min_clicks),
        (
            "rate_threshold",
            "CONVERSION_ANOMALY_RATE_THRESHOLD",
            request.rate_threshold,
        ),
    ]
    .into_iter()
    .filter_map(|(parameter, key, value)| {
        Some(Override {
            parameter,
            key,
            value: value?,
        })
    })
    .collect()
}

fn bad_threshold(error: &SettingError) -> ServiceError {
    let name = match error {
        SettingError::Invalid { name, .. } => name,
        SettingError::Unknown { .. } | SettingError::CapsExceedScore { .. } => "threshold",
    };
    bad_parameter(name, "out_of_range", format!("{error}."))
}
