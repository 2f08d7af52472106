//! Switching links off and on, and extending them.

use chrono::{DateTime, TimeDelta, Utc};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde_json::{Map, Value, json};
use uuid::Uuid;
use viral_engine_api_types::LinkId;
use viral_engine_api_types::links::{Link, UpdateLink};
use viral_engine_db::data_version;
use viral_engine_db::links::{self as db, LinkChange, LinkRow, SharedLink};
use viral_engine_domain::links::signature::to_stored_precision;

use super::answer::answers;
use super::gate::{hold_invites, may_invite};
use super::signed;
use crate::audit;
use crate::caller::Caller;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
use crate::users::{KnownUser, resolve};

/// Furthest expiry from now.
const LONGEST: TimeDelta = TimeDelta::days(365);

/// Changes a link, if it still has the version the caller has seen (`None` for any).
///
/// Whatever makes a link lead on again (switching it on, extending it) needs what minting needs: that its referrer
/// may invite. Extending signs anew, and so needs a link that is as it was signed.
///
/// # Errors
/// No such link; another version; fields at fault; the gate's reason; a conflict when the link was
/// tampered with.
pub async fn update_link(
    context: &Context,
    caller: &Caller,
    id: LinkId,
    version: Option<i64>,
    body: UpdateLink,
) -> ServiceResult<Link> {
    let now = context.now();
    let expires_at = body.expires_at.map(to_stored_precision);
    check_expiry(expires_at, now)?;
    let leads = match body.disabled == Some(false) || expires_at.is_some() {
        true => Some(require_may_invite(context, id).await?),
        false => None,
    };
    let wish = Wish {
        id,
        version,
        disabled: body.disabled,
        expires_at,
    };
    let mut conn = context.connection().await?;
    let link = conn
        .transaction(async |conn| change(conn, context, caller, &wish, leads.as_ref()).await)
        .await?;
    data_version::bump(&mut conn).await?;
    let mut links = answers(&mut conn, context, vec![link]).await?;
    links.pop().ok_or(ServiceError::NotFound("link"))
}

/// Switches off the links of users who may not share them any more, in the caller's transaction: somebody who turns
/// out to be a child (`age_band`), or whose guardian does not allow it any more (`consent`).
///
/// # Errors
/// When the database refuses.
pub(crate) async fn disable_links_of(
    conn: &mut AsyncPgConnection,
    context: &Context,
    caller: &Caller,
    users: &[Uuid],
    reason: &'static str,
) -> ServiceResult<()> {
    if users.is_empty() {
        return Ok(());
    }
    let changes = json!({ "disabled": { "before": false, "after": true }, "reason": reason });
    let objects: Vec<(String, Value)> = db::disable_links_of(conn, users, context.now())
        .await?
        .iter()
        .map(|link| (link.to_string(), changes.clone()))
        .collect();
    audit::record_each(conn, context, caller, "update_link", "link", &objects).await
}

/// What lets a link lead on.
struct Leads {
    referrer: String,
    referrer_id: Uuid,
}

/// Refuses to let a link lead on whose referrer may not share it.
async fn require_may_invite(context: &Context, link: LinkId) -> ServiceResult<Leads> {
    let mut conn = context.connection().await?;
    let found = db::find_link(&mut conn, link.0).await?;
    let (row, referrer) = found.ok_or(ServiceError::NotFound("link"))?;
    let known = resolve(&mut conn, [referrer.as_str()]).await?;
    // The gate may need a connection: whoever waits for one holds none.
    drop(conn);
    let user = known.get(&referrer);
    let users: Vec<KnownUser> = user.into_iter().copied().collect();
    let invites = may_invite(context, &users).await?;
    invites.require(&referrer, user)?;
    Ok(Leads {
        referrer_id: row.referrer_id,
        referrer,
    })
}

fn check_expiry(expires_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> ServiceResult<()> {
    match expires_at {
        Some(at) if at <= now || at > now + LONGEST => Err(ServiceError::field(
            "/expires_at",
            "out_of_range",
            "Give a time later than now and at most 365 days ahead.",
        )),
        _ => Ok(()),
    }
}

/// What is to become of a link.
struct Wish {
    id: LinkId,
    version: Option<i64>,
    disabled: Option<bool>,
    expires_at: Option<DateTime<Utc>>,
}

async fn change(
    conn: &mut AsyncPgConnection,
    context: &Context,
    caller: &Caller,
    wish: &Wish,
    leads: Option<&Leads>,
) -> ServiceResult<SharedLink> {
    let Wish {
        id,
        version,
        disabled,
        expires_at,
    } = *wish;
    // Consents before links, as whoever takes one back locks them.
    if let Some(leads) = leads {
        let invites = hold_invites(conn, &[leads.referrer_id]).await?;
        invites.require(&leads.referrer, leads.referrer_id)?;
    }
    let found = db::lock_link(conn, id.0).await?;
    let (mut row, referrer) = found.ok_or(ServiceError::NotFound("link"))?;
    if version.is_some_and(|seen| seen != row.version) {
        return Err(ServiceError::PreconditionFailed);
    }
    let before = (row.disabled_at, row.expires_at);
    match disabled {
        Some(true) => row.disabled_at = row.disabled_at.or(Some(context.now())),
        Some(false) => row.disabled_at = None,
        None => {}
    }
    if let Some(expires_at) = expires_at {
        extend(context, &mut row, expires_at)?;
    }
    if (row.disabled_at, row.expires_at) != before {
        row.version += 1;
        store(conn, &row).await?;
        let object = row.id.to_string();
        let changes = changes(before, &row);
        audit::record(
            conn,
            context,
            caller,
            "update_link",
            ("link", &object),
            changes,
        )
        .await?;
    }
    Ok((row, referrer.external_id))
}

/// A forged row must not be made genuine by a new signature.
fn extend(context: &Context, row: &mut LinkRow, expires_at: DateTime<Utc>) -> ServiceResult<()> {
    if !signed::is_genuine(row, &context.keys.links) {
        return Err(ServiceError::Conflict(
            "this link is not as it was signed and can only be switched off".to_owned(),
        ));
    }
    row.expires_at = expires_at;
    row.signature = signed::sign(row, &context.keys.links)?;
    Ok(())
}

async fn store(conn: &mut AsyncPgConnection, row: &LinkRow) -> ServiceResult<()> {
    let change = LinkChange {
        expires_at: row.expires_at,
        disabled_at: row.disabled_at,
        signature: row.signature.clone(),
        version: row.version,
    };
    Ok(db::update_link(conn, row.id, &change).await?)
}

fn changes(before: (Option<DateTime<Utc>>, DateTime<Utc>), row: &LinkRow) -> Value {
    let mut changes = Map::new();
    if before.0 != row.disabled_at {
        let change = json!({ "before": before.0.is_some(), "after": row.disabled_at.is_some() });
        changes.insert("disabled".to_owned(), change);
    }
    if before.1 != row.expires_at {
        let change = json!({ "before": before.1, "after": row.expires_at });
        changes.insert("expires_at".to_owned(), change);
    }
    Value::Object(changes)
}
