//! Who is credited with a conversion, and why.

use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;
use viral_engine_api_types::EventId;
use viral_engine_api_types::attribution::{AttributionModel, ConversionExplanation};
use viral_engine_service::attribution;

use crate::answer;
use crate::extract::{Caller, PathId, Query};
use crate::problem::ApiResult;
use crate::state::AppState;

/// Registers the routes of this area.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(explain_conversion);
}

/// How a conversion is explained.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ExplainConversion {
    /// How credit is parted; default `last`.
    #[param(inline)]
    model: Option<AttributionModel>,
    /// Days before the conversion in which touches count; default 30.
    #[param(minimum = 1, maximum = 90)]
    lookback_days: Option<i64>,
}

/// Explain a conversion
///
/// The touches that led to it (invitations and clicks, or what it names itself), earliest first, and the part of it that a
/// model credits each with. Asking changes nothing.
#[utoipa::path(tag = "attribution", params(("id" = EventId, Path, description = "Id of the conversion, an event"), ExplainConversion),
    responses((status = 200, description = "The touches and their credit", body = ConversionExplanation)))]
#[get("/v1/conversions/{id}/explain")]
pub async fn explain_conversion(
    state: Data<AppState>,
    _: Caller,
    id: PathId<EventId>,
    query: Query<ExplainConversion>,
) -> ApiResult<HttpResponse> {
    let (model, lookback_days) = (query.0.model, query.0.lookback_days);
    let explained =
        attribution::explain_conversion(&state.context, id.0, model, lookback_days).await?;
    Ok(answer::ok(&explained))
}
