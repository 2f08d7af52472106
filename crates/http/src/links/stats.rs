//! Hits of a link.

use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Deserialize;
use utoipa::IntoParams;
use viral_engine_api_types::links::LinkStats;
use viral_engine_api_types::times::optional;
use viral_engine_api_types::{FieldError, LinkId};
use viral_engine_domain::time_window::{WindowLimits, WindowRequest};
use viral_engine_service::ServiceError;
use viral_engine_service::links::{self, StatsWindow};

use crate::answer;
use crate::extract::{Caller, PathId, Query};
use crate::problem::ApiResult;
use crate::state::AppState;

/// Days shown when no period is named.
const DEFAULT_DAYS: u32 = 30;

/// Period of a link's figures.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct LinkStatsPeriod {
    /// The last days, including today; not together with `from` and `to`.
    #[param(minimum = 1, maximum = 90, default = 30)]
    days: Option<i64>,
    /// First instant.
    #[serde(default, deserialize_with = "optional")]
    from: Option<DateTime<Utc>>,
    /// End, not included.
    #[serde(default, deserialize_with = "optional")]
    to: Option<DateTime<Utc>>,
    /// IANA time zone whose days are counted; default UTC.
    time_zone: Option<String>,
}

impl LinkStatsPeriod {
    fn window(&self, now: DateTime<Utc>) -> Result<StatsWindow, ServiceError> {
        let bad = |parameter: &str, code: &str, detail: String| {
            ServiceError::BadRequest(FieldError::new(format!("?{parameter}"), code, detail))
        };
        let time_zone: Tz = match self.time_zone.as_deref() {
            None => Tz::UTC,
            Some(name) => name.parse().map_err(|_| {
                let detail = "Give an IANA time zone such as Europe/Berlin.";
                bad("time_zone", "unknown_time_zone", detail.to_owned())
            })?,
        };
        let request = WindowRequest {
            days: self.days,
            from: self.from,
            to: self.to,
        };
        let window = request
            .resolve(WindowLimits::guardrails(DEFAULT_DAYS), now, time_zone)
            .map_err(|error| bad(error.parameter(), "invalid_window", error.to_string()))?;
        Ok(StatsWindow { window, time_zone })
    }
}

/// Hits of a link by day and class
///
/// The classes add up to the requests. Days without hits are listed too.
#[utoipa::path(
    tag = "links",
    params(("id" = LinkId, Path, description = "The link"), LinkStatsPeriod),
    responses((status = 200, description = "The figures", body = LinkStats))
)]
#[get("/v1/links/{id}/stats")]
pub async fn get_link_stats(
    state: Data<AppState>,
    _caller: Caller,
    id: PathId<LinkId>,
    period: Query<LinkStatsPeriod>,
) -> ApiResult<HttpResponse> {
    let window = period.window(state.context.now())?;
    Ok(answer::ok(
        &links::get_link_stats(&state.context, id.0, window).await?,
    ))
}
