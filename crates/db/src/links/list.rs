//! Lists of links, newest first.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::{LinkRow, SharedLink};
use crate::error::DbResult;
use crate::page::{PageQuery, page_of};
use crate::schema::{links, users};

/// State of a link at a time. The first that applies is the state, in this order but `Active`, which is none of the
/// others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkState {
    /// Redirects.
    Active,
    /// Switched off.
    Disabled,
    /// Past its expiry.
    Expired,
    /// Had its clicks.
    Exhausted,
}

/// Which links to list. Absent filters let all through.
#[derive(Clone, Debug, Default)]
pub struct LinkFilter {
    /// Loop or slug.
    pub source: Option<String>,
    /// External id of who shares.
    pub referrer: Option<String>,
    /// Campaign slug.
    pub campaign: Option<String>,
    /// How it is passed on.
    pub channel: Option<String>,
    /// State at a time.
    pub state: Option<(LinkState, DateTime<Utc>)>,
    /// Minted at this time or later.
    pub created_from: Option<DateTime<Utc>>,
    /// Minted before this time.
    pub created_to: Option<DateTime<Utc>>,
    /// Token or alias.
    pub name: Option<String>,
}

/// A page of links.
///
/// # Errors
/// When the database refuses.
pub async fn list_links(
    conn: &mut AsyncPgConnection,
    filter: &LinkFilter,
    page: PageQuery,
) -> DbResult<Vec<SharedLink>> {
    let mut query = links::table
        .inner_join(users::table.on(users::id.eq(links::referrer_id)))
        .select((LinkRow::as_select(), users::external_id))
        .into_boxed();
    if let Some(source) = &filter.source {
        query = query.filter(links::source.eq(source));
    }
    if let Some(referrer) = &filter.referrer {
        query = query.filter(users::external_id.eq(referrer));
    }
    if let Some(campaign) = &filter.campaign {
        query = query.filter(links::campaign.eq(campaign));
    }
    if let Some(channel) = &filter.channel {
        query = query.filter(links::channel.eq(channel));
    }
    if let Some(from) = filter.created_from {
        query = query.filter(links::created_at.ge(from));
    }
    if let Some(to) = filter.created_to {
        query = query.filter(links::created_at.lt(to));
    }
    if let Some(name) = &filter.name {
        query = query.filter(
            links::token
                .eq(name)
                .or(links::alias.eq(name.to_lowercase())),
        );
    }
    if let Some((state, now)) = filter.state {
        let enabled = links::disabled_at.is_null();
        query = match state {
            LinkState::Disabled => query.filter(links::disabled_at.is_not_null()),
            LinkState::Expired => query.filter(enabled).filter(links::expires_at.le(now)),
            LinkState::Exhausted => query
                .filter(enabled)
                .filter(links::expires_at.gt(now))
                .filter(links::exhausted_at.is_not_null()),
            LinkState::Active => query
                .filter(enabled)
                .filter(links::expires_at.gt(now))
                .filter(links::exhausted_at.is_null()),
        };
    }
    Ok(page_of!(query, page, links::created_at, links::id)
        .load(conn)
        .await?)
}
