//! What happens by the clock: the health score is stored every five minutes. Alerts are evaluated every minute, see
//! `alerts::evaluate_alerts`.

use serde::{Deserialize, Serialize};
use viral_engine_domain::consents::Gate;

use super::history::store_snapshot;
use crate::alerts;
use crate::answers::Asked;
use crate::context::Context;
use crate::error::ServiceResult;
use crate::jobs::JobPayload;

/// Stores the health score of these five minutes.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoreHealthSnapshot {}

impl JobPayload for StoreHealthSnapshot {
    const KIND: &'static str = "store_health_snapshot";
    const GATE: Gate = Gate::Nothing;
    /// A score of five minutes ago is no use.
    const MAX_ATTEMPTS: u32 = 2;
}

/// Stores the health score of these five minutes, unless that is done.
///
/// # Errors
/// When the database can not be asked.
pub async fn store_health_snapshot(context: &Context) -> ServiceResult<()> {
    store_snapshot(context, &Asked::now(context).await?).await
}

/// Evaluates the alerts and stores the health score, both as of the context's now.
///
/// # Errors
/// As [`store_health_snapshot`].
pub async fn tick(context: &Context) -> ServiceResult<()> {
    let asked = Asked::now(context).await?;
    alerts::evaluate(context, &asked).await?;
    store_snapshot(context, &asked).await
}
