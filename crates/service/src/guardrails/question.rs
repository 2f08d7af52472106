//! What is asked of the guardrails: a window, a time zone and thresholds.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use viral_engine_api_types::FieldError;
use viral_engine_api_types::guardrails::Window;
use viral_engine_db::data_version::{self, Versions};
use viral_engine_domain::guardrails::{Override, SettingError, Thresholds};
use viral_engine_domain::time_window::{TimeWindow, WindowError, WindowLimits, WindowRequest};

use super::part::Part;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};

/// The window parameters of a request, as sent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WindowParameters {
    /// Last days including today.
    pub days: Option<i64>,
    /// First instant.
    pub from: Option<DateTime<Utc>>,
    /// End, not included.
    pub to: Option<DateTime<Utc>>,
    /// IANA name of the time zone whose midnights part days; UTC when absent.
    pub time_zone: Option<String>,
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

/// When a request was made, and what was in force then.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked {
    /// The time.
    pub(crate) now: DateTime<Utc>,
    /// Read after the request arrived, so that they count every write acknowledged before.
    pub(crate) versions: Versions,
    /// Settings in force.
    pub(crate) thresholds: Thresholds,
}

/// One question that the guardrails can answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Question {
    pub(crate) window: TimeWindow,
    /// Whether the window goes on as time does.
    pub(crate) is_up_to_now: bool,
    pub(crate) time_zone: Tz,
    pub(crate) thresholds: Thresholds,
    pub(crate) now: DateTime<Utc>,
    /// The data version that the answer must hold.
    pub(crate) version: i64,
}

impl Asked {
    /// Reads the versions and settings.
    pub(crate) async fn now(context: &Context) -> ServiceResult<Self> {
        let now = context.now();
        let mut conn = context.connection().await?;
        let versions = data_version::current(&mut conn).await?;
        let configured = &context.config.thresholds;
        let thresholds = context
            .settings
            .thresholds(&mut conn, versions.settings, configured)
            .await?;
        Ok(Self {
            now,
            versions,
            thresholds,
        })
    }

    /// The question that a request asks of `part`.
    ///
    /// # Errors
    /// The parameter at fault.
    pub(crate) fn question(
        &self,
        part: Part,
        request: &GuardrailsRequest,
    ) -> ServiceResult<Question> {
        let thresholds = self
            .thresholds
            .with_overrides(&overrides(part, request))
            .map_err(|error| bad_threshold(&error))?;
        let default_days = part.default_days(&self.thresholds);
        let (window, time_zone) = request.window.resolve(default_days, self.now)?;
        Ok(Question {
            window,
            is_up_to_now: request.window.is_up_to_now(),
            time_zone,
            thresholds,
            now: self.now,
            version: self.versions.data,
        })
    }

    /// The question of a part over its default window.
    pub(crate) fn default_question(&self, part: Part) -> ServiceResult<Question> {
        self.question(part, &GuardrailsRequest::default())
    }
}

impl WindowParameters {
    /// The window and the time zone of its days.
    ///
    /// # Errors
    /// The parameter at fault.
    pub(crate) fn resolve(
        &self,
        default_days: u32,
        now: DateTime<Utc>,
    ) -> ServiceResult<(TimeWindow, Tz)> {
        let time_zone = match &self.time_zone {
            None => Tz::UTC,
            Some(name) => name.parse().map_err(|_| {
                bad_parameter(
                    "time_zone",
                    "unknown_time_zone",
                    "Give the IANA name of a time zone, such as Europe/Berlin.".to_owned(),
                )
            })?,
        };
        let request = WindowRequest {
            days: self.days,
            from: self.from,
            to: self.to,
        };
        let limits = WindowLimits::guardrails(default_days);
        let window = request
            .resolve(limits, now, time_zone)
            .map_err(bad_window)?;
        Ok((window, time_zone))
    }

    /// Whether the window ends now, and not at a given time.
    pub(crate) fn is_up_to_now(&self) -> bool {
        self.to.is_none()
    }
}

impl Question {
    /// The same question at a later time.
    pub(crate) fn at(self, now: DateTime<Utc>) -> Self {
        if !self.is_up_to_now {
            return Self { now, ..self };
        }
        let window = TimeWindow::new(self.window.from(), now + TimeDelta::microseconds(1));
        Self {
            window: window.unwrap_or(self.window),
            now,
            ..self
        }
    }

    /// The window as it is answered.
    pub(crate) fn shown_window(&self) -> Window {
        shown_window(&self.window, self.time_zone)
    }
}

/// A window as it is answered.
pub(crate) fn shown_window(window: &TimeWindow, time_zone: Tz) -> Window {
    Window {
        from: window.from(),
        to: window.to(),
        time_zone: time_zone.name().to_owned(),
    }
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

fn bad_window(error: WindowError) -> ServiceError {
    bad_parameter(error.parameter(), "invalid_window", format!("{error}."))
}

fn bad_threshold(error: &SettingError) -> ServiceError {
    let name = match error {
        SettingError::Invalid { name, .. } => name,
        SettingError::Unknown { .. } | SettingError::CapsExceedScore { .. } => "threshold",
    };
    bad_parameter(name, "out_of_range", format!("{error}."))
}

fn bad_parameter(name: &str, code: &str, detail: String) -> ServiceError {
    ServiceError::BadRequest(FieldError::new(format!("?{name}"), code, detail))
}
