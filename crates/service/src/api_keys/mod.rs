//! API keys: how a platform's backend signs in.

use chrono::{DateTime, TimeDelta, Utc};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde_json::json;
use uuid::Uuid;
use viral_engine_api_types::api_keys::{ApiKey, CreateApiKey, CreatedApiKey, RotateApiKey};
use viral_engine_api_types::permissions::Permission;
use viral_engine_api_types::{ApiKeyId, Page};
use viral_engine_db::api_keys::{self, ApiKeyRow};

use crate::audit;
use crate::caller::Caller;
use crate::context::Context;
use crate::cursor::PageRequest;
use crate::error::{ServiceError, ServiceResult};
use crate::secret::SecretText;
use crate::validation::validate;

/// What every key begins with, so that scanners recognise one that leaked.
pub const KEY_PREFIX: &str = "ve_live_";
/// Characters of a key that are kept to recognise it by; the rest has still over 200 bits.
const SHOWN: usize = KEY_PREFIX.len() + 6;

/// Hours in which a rotated key still works unless the caller says otherwise.
const DEFAULT_OVERLAP_HOURS: u32 = 24;

/// Keys, newest first.
///
/// # Errors
/// When the database refuses.
pub async fn list_api_keys(context: &Context, page: PageRequest) -> ServiceResult<Page<ApiKey>> {
    let mut conn = context.connection().await?;
    let rows = api_keys::list_api_keys(&mut conn, page.query()).await?;
    let page = page.page(rows, |row| (row.created_at, row.id));
    Ok(Page {
        items: page.items.into_iter().map(to_dto).collect(),
        next_cursor: page.next_cursor,
        prev_cursor: page.prev_cursor,
    })
}

/// One key, without its secret.
///
/// # Errors
/// [`ServiceError::NotFound`].
pub async fn get_api_key(context: &Context, id: ApiKeyId) -> ServiceResult<ApiKey> {
    let mut conn = context.connection().await?;
    Ok(to_dto(find(&mut conn, id).await?))
}

/// Makes a key and shows it, once.
///
/// # Errors
/// [`ServiceError::Invalid`] for unknown scopes or scopes that keys can not have.
pub async fn create_api_key(
    context: &Context,
    caller: &Caller,
    body: &CreateApiKey,
) -> ServiceResult<CreatedApiKey> {
    check(body)?;
    let now = context.now();
    let expires_at = body
        .expires_in_days
        .map(|days| now + TimeDelta::days(days.into()));
    let secret = SecretText::random(KEY_PREFIX)?;
    let row = new_row(&secret, body.name.trim(), &body.scopes, now, expires_at);
    let mut conn = context.connection().await?;
    conn.transaction(async |conn| {
        insert_audited(conn, context, caller, "create_api_key", &row).await
    })
    .await?;
    Ok(CreatedApiKey {
        api_key: to_dto(row),
        secret: secret.expose().to_owned(),
    })
}

/// Makes a key that follows another one; the old one still works for the overlap.
///
/// # Errors
/// [`ServiceError::NotFound`], or [`ServiceError::Conflict`] when the old one has ended already.
pub async fn rotate_api_key(
    context: &Context,
    caller: &Caller,
    id: ApiKeyId,
    body: &RotateApiKey,
) -> ServiceResult<CreatedApiKey> {
    let now = context.now();
    let overlap = TimeDelta::hours(body.overlap_hours.unwrap_or(DEFAULT_OVERLAP_HOURS).into());
    let secret = SecretText::random(KEY_PREFIX)?;
    let mut conn = context.connection().await?;
    let row = conn
        .transaction(async |conn| {
            let old = find(conn, id).await?;
            let ended = |end: Option<DateTime<Utc>>| end.is_some_and(|end| end <= now);
            if ended(old.revoked_at) || ended(old.expires_at) {
                return Err(ServiceError::Conflict(
                    "the key has ended: create a new one".to_owned(),
                ));
            }
            let row = new_row(&secret, &old.name, &old.scopes, now, old.expires_at);
            api_keys::revoke_api_key(conn, old.id, now + overlap).await?;
            insert_audited(conn, context, caller, "rotate_api_key", &row).await?;
            Ok(row)
        })
        .await?;
    context.authentication.forget_all();
    Ok(CreatedApiKey {
        api_key: to_dto(row),
        secret: secret.expose().to_owned(),
    })
}

/// Ends a key at once.
///
/// # Errors
/// [`ServiceError::NotFound`]. A key that was revoked before stays so.
pub async fn revoke_api_key(context: &Context, caller: &Caller, id: ApiKeyId) -> ServiceResult<()> {
    let mut conn = context.connection().await?;
    conn.transaction(async |conn| {
        find(conn, id).await?;
        if api_keys::revoke_api_key(conn, id.0, context.now()).await? {
            let object = ("api_key", &*id.to_string());
            let changes = json!({ "revoked": true });
            audit::record(conn, context, caller, "revoke_api_key", object, changes).await?;
        }
        ServiceResult::Ok(())
    })
    .await?;
    context.authentication.forget_all();
    Ok(())
}

fn new_row(
    secret: &SecretText,
    name: &str,
    scopes: &[String],
    now: DateTime<Utc>,
    expires_at: Option<DateTime<Utc>>,
) -> ApiKeyRow {
    ApiKeyRow {
        id: Uuid::now_v7(),
        name: name.to_owned(),
        prefix: secret.expose().chars().take(SHOWN).collect(),
        secret_hash: secret.hash().to_vec(),
        scopes: scopes.to_vec(),
        created_at: now,
        expires_at,
        last_used_at: None,
        revoked_at: None,
    }
}

async fn find(conn: &mut AsyncPgConnection, id: ApiKeyId) -> ServiceResult<ApiKeyRow> {
    api_keys::find_api_key(conn, id.0)
        .await?
        .ok_or(ServiceError::NotFound("API key"))
}

async fn insert_audited(
    conn: &mut AsyncPgConnection,
    context: &Context,
    caller: &Caller,
    action: &'static str,
    row: &ApiKeyRow,
) -> ServiceResult<()> {
    api_keys::insert_api_key(conn, row).await?;
    // Without its name, in which somebody may be named: the trail outlives people.
    let changes = json!({ "scopes": row.scopes, "expires_at": row.expires_at });
    let object = ("api_key", &*row.id.to_string());
    audit::record(conn, context, caller, action, object, changes).await
}

fn known_scopes() -> String {
    let grantable = Permission::ALL
        .iter()
        .copied()
        .filter(|permission| permission.grantable_to_api_key());
    grantable
        .map(viral_engine_api_types::permissions::Permission::as_str)
        .collect::<Vec<_>>()
        .join(", ")
}

fn check(body: &CreateApiKey) -> ServiceResult<()> {
    validate(body, "")?;
    for (index, scope) in body.scopes.iter().enumerate() {
        let known =
            scope == "*" || Permission::parse(scope).is_some_and(Permission::grantable_to_api_key);
        if !known {
            let detail = format!(
                "An API key can have *, which is all of: {}.",
                known_scopes()
            );
            let pointer = format!("/scopes/{index}");
            return Err(ServiceError::field(pointer, "unknown_scope", detail));
        }
    }
    Ok(())
}

fn to_dto(row: ApiKeyRow) -> ApiKey {
    ApiKey {
        id: row.id.into(),
        name: row.name,
        prefix: row.prefix,
        scopes: row.scopes,
        created_at: row.created_at,
        expires_at: row.expires_at,
        last_used_at: row.last_used_at,
        revoked_at: row.revoked_at,
    }
}
