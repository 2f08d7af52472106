//! What would be flagged with other settings, before they are saved.

use viral_engine_api_types::settings::{PreviewFigures, SettingsPreview, UpdateSettings};
use viral_engine_db::settings as db;
use viral_engine_domain::guardrails::alerts;

use super::change::Change;
use crate::alerts::inputs;
use crate::answers::Asked;
use crate::context::Context;
use crate::error::ServiceResult;
use crate::guardrails::{default_health, flagged};

/// What is flagged now, and what would be with the proposed values, over the default windows of each.
///
/// # Errors
/// Every value at fault.
pub async fn preview_settings(
    context: &Context,
    body: UpdateSettings,
) -> ServiceResult<SettingsPreview> {
    let asked = Asked::now(context).await?;
    let mut conn = context.connection().await?;
    let stored = db::list_settings(&mut conn).await?;
    drop(conn);
    let change = Change::check(&body, &context.config.thresholds, &stored)?;
    let with = |thresholds| Asked {
        thresholds,
        ..asked
    };
    Ok(SettingsPreview {
        current: figures(context, &with(change.before)).await?,
        proposed: figures(context, &with(change.after)).await?,
        warnings: change
            .after
            .warnings()
            .into_iter()
            .map(|warning| format!("{warning}."))
            .collect(),
    })
}

async fn figures(context: &Context, asked: &Asked) -> ServiceResult<PreviewFigures> {
    let parts = flagged(context, asked).await?;
    let health = default_health(context, asked).await?;
    let alerts = alerts::evaluate(&inputs(&parts), &asked.thresholds);
    Ok(PreviewFigures {
        flagged_ips: parts.suspicious_clicks.total_flagged_ips,
        shared_networks: parts.suspicious_clicks.total_shared_networks,
        flagged_devices: parts.bots.total_flagged_devices,
        flagged_referrers: parts.conversion_anomalies.total_flagged,
        health_score: health.score,
        alerts: i64::try_from(alerts.len()).unwrap_or(i64::MAX),
    })
}
