//! Encrypts with users' own keys what is not yet, and follows when the master key is replaced, so that the former one can
//! be thrown away.

use std::collections::HashMap;

use diesel_async::AsyncConnection;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use viral_engine_db::consents::uses_other_keys as contacts_use_other_keys;
use viral_engine_db::users::reseal::{lock_users_to_seal, uses_other_keys};
use viral_engine_db::users::{self as db, UserRow};
use viral_engine_domain::consents::Gate;

use super::envelope::UserKey;
use super::keys::{keys_of, stored_slot};
use super::personal::{Field, PersonalKeys};
use super::which_key::note_current_alone;
use crate::achievements::seal_achievements;
use crate::consents::reseal_contacts;
use crate::context::Context;
use crate::emails::{reseal_emails, uses_other_keys as emails_use_other_keys};
use crate::error::ServiceResult;
use crate::jobs::JobPayload;
use crate::lasting_keys::keep_lasting_keys;
use crate::recaps::seal_recaps;
use crate::reports::reseal_report_subscriptions;
use crate::tutoring_sessions::seal_sessions;
use crate::webhooks::reseal_webhook_secrets;

/// Rows in one transaction.
pub(crate) const BATCH: i64 = 500;

/// Encrypts what is not encrypted as it should be.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResealPersonalFields {}

impl JobPayload for ResealPersonalFields {
    const KIND: &'static str = "reseal_personal_fields";
    const GATE: Gate = Gate::Nothing;
}

/// Encrypts everything as it should be that is not yet, and answers how many rows that were: with the keys of those it is
/// about, and while the master key is being replaced, with the new one.
///
/// # Errors
/// When the database or the key store refuses, or a field was encrypted with a key that is not configured.
pub async fn reseal_personal_fields(context: &Context) -> ServiceResult<usize> {
    let keys = PersonalKeys::of(&context.keys);
    let is_replaced = context.keys.personal_data_previous.is_some();
    let master = is_replaced.then(|| keys.current_id()).transpose()?;
    let mut resealed = reseal_users(context, &keys, master).await?;
    resealed += reseal_contacts(context, &keys, master).await?;
    resealed += seal_sessions(context, &keys).await?;
    resealed += seal_achievements(context, &keys).await?;
    resealed += seal_recaps(context, &keys).await?;
    let Some(master) = master else {
        return Ok(resealed);
    };
    keep_lasting_keys(context, &keys).await?;
    reseal_webhook_secrets(context, &keys).await?;
    reseal_report_subscriptions(context, &keys).await?;
    resealed += reseal_emails(context, &keys).await?;
    let rewrapped = keys.rewrap().await?;
    tell(context, master, resealed, rewrapped).await?;
    Ok(resealed)
}

/// Says that the former key can go, unless rows that somebody else is changing still need it: the next call has them.
async fn tell(
    context: &Context,
    master: u8,
    resealed: usize,
    rewrapped: usize,
) -> ServiceResult<()> {
    let mut conn = context.connection().await?;
    let is_needed = uses_other_keys(&mut conn, master).await?
        || emails_use_other_keys(&mut conn, master).await?
        || contacts_use_other_keys(&mut conn, master).await?;
    if !is_needed {
        note_current_alone(&mut conn, &context.keys).await?;
        tracing::info!(
            resealed,
            rewrapped,
            "every personal field has the current key: the former one is not needed any more"
        );
    }
    Ok(())
}

async fn reseal_users(
    context: &Context,
    keys: &PersonalKeys,
    master: Option<u8>,
) -> ServiceResult<usize> {
    let (mut resealed, mut after) = (0, Uuid::nil());
    let mut conn = context.connection().await?;
    loop {
        let done = conn
            .transaction(async |conn| {
                let rows = lock_users_to_seal(conn, master, after, BATCH).await?;
                let last = rows.last().map(|row| row.id);
                let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
                let user_keys = keys_of(conn, keys, &ids).await?;
                let mut changed = Vec::with_capacity(rows.len());
                for row in rows {
                    changed.extend(reseal(row, keys, &user_keys)?);
                }
                if !changed.is_empty() {
                    db::save_users(conn, &changed).await?;
                }
                ServiceResult::Ok((changed.len(), last))
            })
            .await?;
        resealed += done.0;
        match done.1 {
            Some(last) => after = last,
            None => return Ok(resealed),
        }
    }
}

/// The row with everything encrypted as it should be; `None` when something can not be read at the moment.
fn reseal(
    mut row: UserRow,
    keys: &PersonalKeys,
    user_keys: &HashMap<Uuid, UserKey>,
) -> ServiceResult<Option<UserRow>> {
    let user = row.id;
    let Some(key) = user_keys.get(&user) else {
        return Ok(None);
    };
    row.key_slot = Some(stored_slot(*key)?);
    for (field, cipher, hash) in [
        (Field::Name, &mut row.name_cipher, None),
        (
            Field::Email,
            &mut row.email_cipher,
            Some(&mut row.email_hash),
        ),
        (
            Field::Phone,
            &mut row.phone_cipher,
            Some(&mut row.phone_hash),
        ),
        (
            Field::Handle,
            &mut row.handle_cipher,
            Some(&mut row.handle_hash),
        ),
    ] {
        let Some(stored) = cipher.as_deref() else {
            continue;
        };
        // A store that was lost may be put back: nothing is thrown away here.
        let Some(text) = keys.open(user, field, stored)? else {
            return Ok(None);
        };
        *cipher = Some(keys.seal(user, field, &text, &[*key])?);
        if let Some(hash) = hash {
            *hash = Some(keys.search_hash(field, &text)?);
        }
    }
    Ok(Some(row))
}
