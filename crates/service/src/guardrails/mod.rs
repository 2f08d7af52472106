//! Is the growth real, and is it safe? The five computations, the health score and what they are kept in.
//!
//! Whoever asks for them by a dashboard is refused while dashboards are switched off; alerts and snapshots go on.
//! An answer is kept until what it was made from changes (`crate::answers`). It is made of candidates that the rollups
//! lead to, judged by the rules in `domain`; a file per computation.

mod bots;
mod conversion_anomalies;
mod coppa;
mod flagged_traffic;
mod health;
mod history;
mod institutions;
mod opt_outs;
mod request;
mod suspicious_clicks;
mod timer;
mod utc_days;

use std::sync::Arc;

use viral_engine_api_types::guardrails::{
    Bots, ConversionAnomalies, Coppa, GuardrailsOverview, HealthScore, OptOuts, SuspiciousClicks,
};
use viral_engine_db::institution_networks::all_institution_networks;

pub use history::{HistoryRequest, get_health_history};
pub use request::GuardrailsRequest;
pub use timer::{StoreHealthSnapshot, store_health_snapshot, tick};

pub(crate) use flagged_traffic::{flagged_referrers, flagged_traffic, flagging_thresholds};
pub(crate) use health::{Parts, default_health, flagged, health_of, status};

use crate::alerts;
use crate::answers::{Asked, answer};
use crate::context::Context;
use crate::error::ServiceResult;
use crate::institution_networks::institution_network;
use request::{Part, question};

/// More rows than this are counted, but not listed.
const LISTED: usize = 1_000;

/// Addresses with more clicks on a day than people make.
///
/// # Errors
/// A parameter at fault, or a database that can not be asked.
pub async fn get_suspicious_clicks(
    context: &Context,
    request: &GuardrailsRequest,
) -> ServiceResult<Arc<SuspiciousClicks>> {
    let asked = Asked::by_dashboard(context).await?;
    answer(context, &question(&asked, Part::SuspiciousClicks, request)?).await
}

/// Devices that click faster than people do.
///
/// # Errors
/// As [`get_suspicious_clicks`].
pub async fn get_bots(context: &Context, request: &GuardrailsRequest) -> ServiceResult<Arc<Bots>> {
    let asked = Asked::by_dashboard(context).await?;
    answer(context, &question(&asked, Part::Bots, request)?).await
}

/// How many did not want what was shared.
///
/// # Errors
/// As [`get_suspicious_clicks`].
pub async fn get_opt_outs(
    context: &Context,
    request: &GuardrailsRequest,
) -> ServiceResult<Arc<OptOuts>> {
    let asked = Asked::by_dashboard(context).await?;
    answer(context, &question(&asked, Part::OptOuts, request)?).await
}

/// Payloads with personal information.
///
/// # Errors
/// As [`get_suspicious_clicks`].
pub async fn get_coppa(
    context: &Context,
    request: &GuardrailsRequest,
) -> ServiceResult<Arc<Coppa>> {
    let asked = Asked::by_dashboard(context).await?;
    answer(context, &question(&asked, Part::Coppa, request)?).await
}

/// Referrers whose conversions are too many or too certain.
///
/// # Errors
/// As [`get_suspicious_clicks`].
pub async fn get_conversion_anomalies(
    context: &Context,
    request: &GuardrailsRequest,
) -> ServiceResult<Arc<ConversionAnomalies>> {
    let asked = Asked::by_dashboard(context).await?;
    answer(
        context,
        &question(&asked, Part::ConversionAnomalies, request)?,
    )
    .await
}

/// The health score, why it is what it is, and the five computations over its window.
///
/// # Errors
/// As [`get_suspicious_clicks`].
pub async fn get_health(
    context: &Context,
    request: &GuardrailsRequest,
) -> ServiceResult<HealthScore> {
    let asked = Asked::by_dashboard(context).await?;
    health_of(context, &question(&asked, Part::Health, request)?).await
}

/// Everything the screen shows.
///
/// # Errors
/// As [`get_suspicious_clicks`].
pub async fn get_guardrails_overview(
    context: &Context,
    request: &GuardrailsRequest,
) -> ServiceResult<GuardrailsOverview> {
    let asked = Asked::by_dashboard(context).await?;
    let question = question(&asked, Part::Health, request)?;
    let health = health_of(context, &question).await?;
    let alerts = alerts::current(context, &asked).await?;
    let mut conn = context.connection().await?;
    let networks = all_institution_networks(&mut conn).await?;
    Ok(GuardrailsOverview {
        health,
        alerts,
        institution_networks: networks.into_iter().map(institution_network).collect(),
        computed_at: asked.now,
    })
}
