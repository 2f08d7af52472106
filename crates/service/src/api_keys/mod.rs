//! API keys: how a platform's backend signs in.

use chrono::TimeDelta;
use uuid::Uuid;
use viral_engine_api_types::api_keys::{ApiKey, CreateApiKey, CreatedApiKey};
use viral_engine_api_types::permissions::Permission;
use viral_engine_db::api_keys::{ApiKeyRow, insert_api_key};

use crate::audit;
use crate::caller::Caller;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
use crate::secret::SecretText;
use crate::validation::validate;

/// What every key begins with, so that scanners recognise one that leaked.
pub const KEY_PREFIX: &str = "ve_live_";
/// Characters of a key that are kept to recognise it by; the rest has still over 200 bits.
const SHOWN: usize = KEY_PREFIX.len() + 6;

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
    let secret = SecretText::random(KEY_PREFIX)?;
    let now = context.now();
    let row = ApiKeyRow {
        id: Uuid::now_v7(),
        name: body.name.clone(),
        prefix: secret.expose().chars().take(SHOWN).collect(),
        secret_hash: secret.hash().to_vec(),
        scopes: body.scopes.clone(),
        created_at: now,
        expires_at: body
            .expires_in_days
            .map(|days| now + TimeDelta::days(days.into())),
        last_used_at: None,
        revoked_at: None,
    };
    let mut conn = context.connection().await?;
    insert_audited(&mut conn, context, caller, "create_api_key", &row).await?;
    Ok(CreatedApiKey {
        api_key: to_dto(row),
        secret: secret.expose().to_owned(),
    })
}

async fn insert_audited(
    conn: &mut viral_engine_db::Connection,
    context: &Context,
    caller: &Caller,
    action: &'static str,
    row: &ApiKeyRow,
) -> ServiceResult<()> {
    use diesel_async::AsyncConnection;
    let changes = serde_json::json!({
        "name": row.name, "scopes": row.scopes, "expires_at": row.expires_at,
    });
    conn.transaction(async |conn| {
        insert_api_key(conn, row).await?;
        let id = row.id.to_string();
        audit::record(conn, context, caller, action, ("api_key", &id), changes).await
    })
    .await
}

fn check(body: &CreateApiKey) -> ServiceResult<()> {
    validate(body, "")?;
    for (index, scope) in body.scopes.iter().enumerate() {
        let known =
            scope == "*" || Permission::parse(scope).is_some_and(Permission::grantable_to_api_key);
        if !known {
            return Err(ServiceError::field(
                format!("/scopes/{index}"),
                "unknown_scope",
                "This is not a scope that an API key can have.",
            ));
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
