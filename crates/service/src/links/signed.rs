//! Between a stored link and its signature.

use viral_engine_db::links::LinkRow;
use viral_engine_domain::links::{KeyRing, LinkFields, LinkToken};

use crate::error::{ServiceError, ServiceResult};

/// The signed fields of a stored link; `None` when the token is none or the maximum negative, which no link of ours
/// has.
fn fields(row: &LinkRow) -> Option<LinkFields<'_>> {
    Some(LinkFields {
        token: row.token.parse::<LinkToken>().ok()?,
        alias: row.alias.as_deref(),
        referrer: row.referrer_id,
        source: &row.source,
        channel: &row.channel,
        campaign: &row.campaign,
        utm_medium: row.utm_medium.as_deref(),
        target_url: &row.target_url,
        expires_at: row.expires_at,
        max_clicks: match row.max_clicks {
            Some(clicks) => Some(u64::try_from(clicks).ok()?),
            None => None,
        },
    })
}

/// The signature to store with a link.
///
/// # Errors
/// Internal, when the row is none of ours.
pub(crate) fn sign(row: &LinkRow, keys: &KeyRing) -> ServiceResult<String> {
    fields(row)
        .map(|fields| keys.sign(&fields).to_string())
        .ok_or_else(|| ServiceError::Internal(format!("link {} can not be signed", row.id)))
}

/// Whether a stored link is as it was signed.
pub fn is_genuine(row: &LinkRow, keys: &KeyRing) -> bool {
    fields(row).is_some_and(|fields| match keys.verify_text(&fields, &row.signature) {
        Ok(()) => true,
        Err(error) => {
            tracing::warn!(link = %row.id, %error, "a stored link is taken for forged");
            false
        }
    })
}
