//! Writes entries, each protected from the moment it exists.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use serde_json::Value;
use uuid::Uuid;
use viral_engine_db::audit::{NewAuditEntry, insert_audit_entries};
use viral_engine_domain::audit::Entry;

use super::actor_kind_name;
use crate::caller::Caller;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
use crate::users::{PersonalKeys, keys_of};

/// What stands for a user in the trail, which outlives users: nobody can tell whose it is once the user's key is destroyed.
///
/// # Errors
/// A conflict when the user is erased; when the database or the key store refuses.
pub(crate) async fn subject(
    conn: &mut AsyncPgConnection,
    context: &Context,
    user: Uuid,
) -> ServiceResult<String> {
    let keys = PersonalKeys::of(&context.keys);
    let own = keys_of(conn, &keys, &[user]).await?;
    let key = own.get(&user).map(|key| keys.data_key(*key)).transpose()?;
    let key = key.flatten();
    key.map(|key| key.subject(user))
        .ok_or_else(|| ServiceError::Internal(format!("the user {user} has no key")))
}

/// Records that `caller` did `action` (an operationId) to an object. `changes` holds no personal data and no secret. A user
/// is written as [`subject`].
///
/// # Errors
/// When the database refuses; the caller's transaction then rolls back.
pub async fn record(
    conn: &mut AsyncPgConnection,
    context: &Context,
    caller: &Caller,
    action: &'static str,
    object: (&'static str, &str),
    changes: Value,
) -> ServiceResult<()> {
    record_one(conn, context, caller, action, object, changes).await?;
    Ok(())
}

/// The same, and answers the entry's id and time.
pub(super) async fn record_one(
    conn: &mut AsyncPgConnection,
    context: &Context,
    caller: &Caller,
    action: &'static str,
    object: (&'static str, &str),
    changes: Value,
) -> ServiceResult<(Uuid, DateTime<Utc>)> {
    let subject = match (object.0, object.1.parse::<Uuid>()) {
        ("user", Ok(user)) => Some(subject(conn, context, user).await?),
        _ => None,
    };
    let object = (object.0, subject.as_deref().unwrap_or(object.1));
    let entry = entry(context, caller, action, object, changes)?;
    let written = (entry.id, entry.at);
    insert_audit_entries(conn, &[entry]).await?;
    Ok(written)
}

/// What stands for each of these users, by our id of them.
async fn subjects(
    conn: &mut AsyncPgConnection,
    context: &Context,
    objects: &[(String, Value)],
) -> ServiceResult<HashMap<String, String>> {
    let users: Vec<Uuid> = objects
        .iter()
        .filter_map(|(id, _)| id.parse().ok())
        .collect();
    let keys = PersonalKeys::of(&context.keys);
    let mut subjects = HashMap::with_capacity(users.len());
    for (user, key) in keys_of(conn, &keys, &users).await? {
        if let Some(key) = keys.data_key(key)? {
            subjects.insert(user.to_string(), key.subject(user));
        }
    }
    Ok(subjects)
}

/// Records that `caller` did `action` to several objects of a kind, each with its id and changes. Users are written as
/// [`subject`].
///
/// # Errors
/// As [`record`].
pub async fn record_each(
    conn: &mut AsyncPgConnection,
    context: &Context,
    caller: &Caller,
    action: &'static str,
    kind: &'static str,
    objects: &[(String, Value)],
) -> ServiceResult<()> {
    let subjects = match kind {
        "user" => subjects(conn, context, objects).await?,
        _ => HashMap::new(),
    };
    let entries: ServiceResult<Vec<NewAuditEntry<'_>>> = objects
        .iter()
        .map(|(id, changes)| {
            let id = subjects.get(id).unwrap_or(id);
            entry(context, caller, action, (kind, id), changes.clone())
        })
        .collect();
    Ok(insert_audit_entries(conn, &entries?).await?)
}

fn entry<'a>(
    context: &Context,
    caller: &'a Caller,
    action: &'static str,
    object: (&'static str, &'a str),
    changes: Value,
) -> ServiceResult<NewAuditEntry<'a>> {
    let mut entry = NewAuditEntry {
        id: Uuid::now_v7(),
        at: context.now(),
        actor_kind: actor_kind_name(caller.actor_kind()),
        actor_id: caller.actor_id(),
        action,
        object_kind: object.0,
        object_id: object.1,
        changes,
        request_id: caller.request_id.as_deref(),
        ip_prefix: caller.ip_prefix.as_deref(),
        mac: Vec::new(),
    };
    entry.mac = mac(context, &entry)?;
    Ok(entry)
}

fn mac(context: &Context, entry: &NewAuditEntry<'_>) -> ServiceResult<Vec<u8>> {
    let changes = entry.changes.to_string();
    let sealed = Entry {
        id: entry.id,
        at: entry.at,
        actor_kind: entry.actor_kind,
        actor_id: entry.actor_id,
        action: entry.action,
        object_kind: entry.object_kind,
        object_id: entry.object_id,
        changes: &changes,
        request_id: entry.request_id,
        ip_prefix: entry.ip_prefix,
    };
    let mac = context.keys.audit.protect_entry(&sealed);
    mac.map(|mac| mac.to_vec())
        .map_err(|error| ServiceError::Internal(format!("an audit entry: {error}")))
}
