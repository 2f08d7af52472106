//! A question: a window, a time zone, thresholds, and the version of the data that its answer must hold.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use diesel_async::AsyncPgConnection;
use viral_engine_api_types::FieldError;
use viral_engine_api_types::flags::FlagKey;
use viral_engine_api_types::growth::GrowthFilter;
use viral_engine_api_types::guardrails::Window;
use viral_engine_db::data_version::{self, Versions};
use viral_engine_domain::guardrails::Thresholds;
use viral_engine_domain::time_window::{TimeWindow, WindowError, WindowLimits, WindowRequest};

use crate::config::InvitesFromLinks;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
use crate::flags;

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

/// What figures of growth are asked for beside the window.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct GrowthTerms {
    pub(crate) filter: GrowthFilter,
    /// Whether the window before is told as well.
    pub(crate) is_compared: bool,
    /// Entries, weeks or days, where there is a choice.
    pub(crate) number: u32,
    pub(crate) invites_from_links: InvitesFromLinks,
    /// Bits of the thresholds by which traffic is left out; zeros when all of it counts.
    pub(crate) judged_by: [u64; 9],
}

/// One question.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    pub(crate) window: TimeWindow,
    /// Whether the window goes on as time does.
    pub(crate) is_up_to_now: bool,
    pub(crate) time_zone: Tz,
    pub(crate) thresholds: Thresholds,
    pub(crate) now: DateTime<Utc>,
    /// The data version that the answer must hold.
    pub(crate) version: i64,
    pub(crate) growth: GrowthTerms,
}

impl Asked {
    /// Reads the versions and settings.
    pub(crate) async fn now(context: &Context) -> ServiceResult<Self> {
        Self::read(context, &mut *context.connection().await?).await
    }

    /// The same for a dashboard.
    ///
    /// # Errors
    /// Dashboards are switched off.
    pub(crate) async fn by_dashboard(context: &Context) -> ServiceResult<Self> {
        let mut conn = context.connection().await?;
        flags::require(&mut conn, FlagKey::Dashboard).await?;
        Self::read(context, &mut conn).await
    }

    async fn read(context: &Context, conn: &mut AsyncPgConnection) -> ServiceResult<Self> {
        let now = context.now();
        let versions = data_version::current(conn).await?;
        let configured = &context.config.thresholds;
        let thresholds = context
            .settings
            .thresholds(conn, versions.settings, configured)
            .await?;
        Ok(Self {
            now,
            versions,
            thresholds,
        })
    }

    /// What is asked of a window with the settings in force.
    ///
    /// # Errors
    /// The parameter at fault.
    pub(crate) fn question(
        &self,
        window: &WindowParameters,
        default_days: u32,
    ) -> ServiceResult<Question> {
        let (resolved, time_zone) = window.resolve(default_days, self.now)?;
        Ok(Question {
            window: resolved,
            is_up_to_now: window.to.is_none(),
            time_zone,
            thresholds: self.thresholds,
            now: self.now,
            version: self.versions.data,
            growth: GrowthTerms::default(),
        })
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
        Window {
            from: self.window.from(),
            to: self.window.to(),
            time_zone: self.time_zone.name().to_owned(),
        }
    }
}

fn bad_window(error: WindowError) -> ServiceError {
    bad_parameter(error.parameter(), "invalid_window", format!("{error}."))
}

/// A query parameter at fault.
pub(crate) fn bad_parameter(name: &str, code: &str, detail: String) -> ServiceError {
    ServiceError::BadRequest(FieldError::new(format!("?{name}"), code, detail))
}
