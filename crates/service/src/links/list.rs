//! Finding links.

use chrono::{DateTime, Utc};
use viral_engine_api_types::links::{Channel, Link, LinkState};
use viral_engine_api_types::{LinkId, Page};
use viral_engine_db::links::{self as db, LinkFilter};

use super::answer::answers;
use crate::context::Context;
use crate::cursor::PageRequest;
use crate::error::{ServiceError, ServiceResult};

/// Which links; absent fields let all through.
#[derive(Clone, Debug, Default)]
pub struct LinkQuery {
    /// Loop or slug.
    pub source: Option<String>,
    /// External id of who shares.
    pub referrer: Option<String>,
    /// Campaign slug.
    pub campaign: Option<String>,
    /// How it is passed on.
    pub channel: Option<Channel>,
    /// What it claims to be now.
    pub status: Option<LinkState>,
    /// Minted at this time or later.
    pub created_from: Option<DateTime<Utc>>,
    /// Minted before this time.
    pub created_to: Option<DateTime<Utc>>,
    /// Token or alias.
    pub name: Option<String>,
}

impl LinkQuery {
    pub(super) fn filter(self, now: DateTime<Utc>) -> LinkFilter {
        LinkFilter {
            source: self.source,
            referrer: self.referrer,
            campaign: self.campaign,
            channel: self.channel.map(|channel| channel.as_str().to_owned()),
            state: self.status.map(|status| (state(status), now)),
            created_from: self.created_from,
            created_to: self.created_to,
            name: self.name,
        }
    }
}

fn state(state: LinkState) -> db::LinkState {
    match state {
        LinkState::Active => db::LinkState::Active,
        LinkState::Disabled => db::LinkState::Disabled,
        LinkState::Expired => db::LinkState::Expired,
        LinkState::Exhausted => db::LinkState::Exhausted,
    }
}

/// A page of links, newest first.
///
/// # Errors
/// When the database can not be asked.
pub async fn list_links(
    context: &Context,
    query: LinkQuery,
    page: PageRequest,
) -> ServiceResult<Page<Link>> {
    let mut conn = context.connection().await?;
    let filter = query.filter(context.now());
    let rows = db::list_links(&mut conn, &filter, page.query()).await?;
    let links = answers(&mut conn, context, rows).await?;
    Ok(page.page(links, |link| (link.created_at, link.id.0)))
}

/// A link.
///
/// # Errors
/// When there is no such link.
pub async fn get_link(context: &Context, id: LinkId) -> ServiceResult<Link> {
    let mut conn = context.connection().await?;
    let found = db::find_link(&mut conn, id.0).await?;
    let row = found.ok_or(ServiceError::NotFound("link"))?;
    let mut links = answers(&mut conn, context, vec![row]).await?;
    links.pop().ok_or(ServiceError::NotFound("link"))
}
