//! From stored links to what is answered.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use serde_json::{Map, Value};
use uuid::Uuid;
use viral_engine_api_types::links::{Channel, Link, LinkStatus};
use viral_engine_db::links::{LinkRow, LinkTotals, SharedLink, link_totals};

use super::signed::is_genuine;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};

/// Links with their figures, in the same order.
///
/// # Errors
/// When the database refuses.
pub(super) async fn answers(
    conn: &mut AsyncPgConnection,
    context: &Context,
    links: Vec<SharedLink>,
) -> ServiceResult<Vec<Link>> {
    let ids: Vec<Uuid> = links.iter().map(|(row, _)| row.id).collect();
    let totals: HashMap<Uuid, LinkTotals> = link_totals(conn, &ids)
        .await?
        .into_iter()
        .map(|totals| (totals.link_id, totals))
        .collect();
    let now = context.now();
    links
        .into_iter()
        .map(|(row, referrer)| {
            let totals = totals.get(&row.id).copied().unwrap_or_default();
            answer(context, row, referrer, totals, now)
        })
        .collect()
}

/// The channel of this name.
pub(crate) fn stored_channel(name: &str) -> ServiceResult<Channel> {
    let found = Channel::ALL
        .into_iter()
        .find(|channel| channel.as_str() == name);
    found.ok_or_else(|| ServiceError::Internal(format!("stored channel {name}")))
}

/// A link as it is answered.
pub(super) fn answer(
    context: &Context,
    row: LinkRow,
    referrer: String,
    totals: LinkTotals,
    now: DateTime<Utc>,
) -> ServiceResult<Link> {
    let status = status(context, &row, now);
    let channel = stored_channel(&row.channel)?;
    Ok(Link {
        url: url(context, &row),
        id: row.id.into(),
        token: row.token,
        alias: row.alias,
        referrer,
        source: row.source,
        target_url: row.target_url,
        channel,
        campaign: row.campaign,
        utm_medium: row.utm_medium,
        metadata: object(row.metadata),
        max_clicks: row.max_clicks,
        status,
        clicks: totals.clicks,
        hits: totals.hits,
        conversions: totals.conversions,
        created_at: row.created_at,
        expires_at: row.expires_at,
        disabled_at: row.disabled_at,
        version: row.version,
    })
}

/// The short link to pass on: by alias if it has one.
pub(super) fn url(context: &Context, row: &LinkRow) -> String {
    let name = row.alias.as_deref().unwrap_or(&row.token);
    format!("{}/l/{name}", context.config.public_url)
}

/// What keeps a link from redirecting, in the order in which the redirect decides.
fn status(context: &Context, row: &LinkRow, now: DateTime<Utc>) -> LinkStatus {
    if !is_genuine(row, &context.keys.links) {
        LinkStatus::Forged
    } else if row.disabled_at.is_some() {
        LinkStatus::Disabled
    } else if row.expires_at <= now {
        LinkStatus::Expired
    } else if row.exhausted_at.is_some() {
        LinkStatus::Exhausted
    } else {
        LinkStatus::Active
    }
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}
