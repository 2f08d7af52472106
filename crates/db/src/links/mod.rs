//! Attribution links: rows, and the queries that find, store and change one.

mod list;
mod totals;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::Value;
use uuid::Uuid;

use crate::error::DbResult;
use crate::schema::{links, users};

use crate::users::resolve::KnownUserRow;

pub use list::{LinkFilter, LinkState, list_links};
pub use totals::{AgentTotal, LinkDayHits, LinkTotals, link_agents, link_days, link_totals};

/// Unique constraint: an alias names one link.
pub const ALIAS_KEY: &str = "links_alias_key";

/// A link as stored.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = links, check_for_backend(diesel::pg::Pg))]
pub struct LinkRow {
    /// Its id.
    pub id: Uuid,
    /// 128 random bits, URL-safe.
    pub token: String,
    /// Readable name.
    pub alias: Option<String>,
    /// Who shares it.
    pub referrer_id: Uuid,
    /// Loop or slug.
    pub source: String,
    /// Where it leads, normalised.
    pub target_url: String,
    /// How it is passed on.
    pub channel: String,
    /// Campaign slug.
    pub campaign: String,
    /// `utm_medium` to add.
    pub utm_medium: Option<String>,
    /// The platform's notes.
    pub metadata: Value,
    /// Human clicks after which it stops.
    pub max_clicks: Option<i64>,
    /// Over every field that decides where it leads and who is credited.
    pub signature: String,
    /// When it was minted.
    pub created_at: DateTime<Utc>,
    /// When it stops.
    pub expires_at: DateTime<Utc>,
    /// When it was switched off.
    pub disabled_at: Option<DateTime<Utc>>,
    /// When it had its last click.
    pub exhausted_at: Option<DateTime<Utc>>,
    /// First human click.
    pub first_clicked_at: Option<DateTime<Utc>>,
    /// Grows with each change.
    pub version: i64,
}

/// The link with this token.
///
/// # Errors
/// When the database refuses.
pub async fn find_by_token(conn: &mut AsyncPgConnection, token: &str) -> DbResult<Option<LinkRow>> {
    Ok(links::table
        .filter(links::token.eq(token))
        .select(LinkRow::as_select())
        .first(conn)
        .await
        .optional()?)
}

/// The link with this alias.
///
/// # Errors
/// When the database refuses.
pub async fn find_by_alias(conn: &mut AsyncPgConnection, alias: &str) -> DbResult<Option<LinkRow>> {
    Ok(links::table
        .filter(links::alias.eq(alias))
        .select(LinkRow::as_select())
        .first(conn)
        .await
        .optional()?)
}

/// Stores links; answers the ids of those that were stored. The others' aliases are taken.
///
/// # Errors
/// When the database refuses.
pub async fn insert_links(conn: &mut AsyncPgConnection, rows: &[LinkRow]) -> DbResult<Vec<Uuid>> {
    Ok(diesel::insert_into(links::table)
        .values(rows)
        .on_conflict(links::alias)
        .do_nothing()
        .returning(links::id)
        .get_results(conn)
        .await?)
}

/// A link and the external id of who shares it.
pub type SharedLink = (LinkRow, String);

/// The link with this id.
///
/// # Errors
/// When the database refuses.
pub async fn find_link(conn: &mut AsyncPgConnection, id: Uuid) -> DbResult<Option<SharedLink>> {
    Ok(links::table
        .inner_join(users::table.on(users::id.eq(links::referrer_id)))
        .filter(links::id.eq(id))
        .select((LinkRow::as_select(), users::external_id))
        .first(conn)
        .await
        .optional()?)
}

/// The link with this id, kept from others who want to change it until the transaction ends, and who shares it.
///
/// # Errors
/// When the database refuses.
pub async fn lock_link(
    conn: &mut AsyncPgConnection,
    id: Uuid,
) -> DbResult<Option<(LinkRow, KnownUserRow)>> {
    let row = links::table
        .find(id)
        .select(LinkRow::as_select())
        .for_no_key_update()
        .first(conn)
        .await
        .optional()?;
    let Some(row) = row else { return Ok(None) };
    let referrer = users::table
        .find(row.referrer_id)
        .select(KnownUserRow::as_select())
        .first(conn)
        .await?;
    Ok(Some((row, referrer)))
}

/// What can be changed of a link.
#[derive(Clone, Debug, AsChangeset)]
#[diesel(table_name = links, treat_none_as_null = true)]
pub struct LinkChange {
    /// When it stops.
    pub expires_at: DateTime<Utc>,
    /// When it was switched off.
    pub disabled_at: Option<DateTime<Utc>>,
    /// Over the fields as changed.
    pub signature: String,
    /// The new version.
    pub version: i64,
}

/// Switches off every link of these users that is on, and answers which.
///
/// # Errors
/// When the database refuses.
pub async fn disable_links_of(
    conn: &mut AsyncPgConnection,
    referrers: &[Uuid],
    now: DateTime<Utc>,
) -> DbResult<Vec<Uuid>> {
    let on = links::table
        .filter(links::referrer_id.eq_any(referrers))
        .filter(links::disabled_at.is_null());
    Ok(diesel::update(on)
        .set((
            links::disabled_at.eq(now),
            links::version.eq(links::version + 1),
        ))
        .returning(links::id)
        .get_results(conn)
        .await?)
}

/// Changes a link.
///
/// # Errors
/// When the database refuses.
pub async fn update_link(
    conn: &mut AsyncPgConnection,
    id: Uuid,
    change: &LinkChange,
) -> DbResult<()> {
    diesel::update(links::table.find(id))
        .set(change)
        .execute(conn)
        .await?;
    Ok(())
}
