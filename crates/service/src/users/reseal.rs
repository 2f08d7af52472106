//! Encrypts personal fields anew after their key was replaced, so that the former key can be thrown away.

use diesel_async::AsyncConnection;
use serde::{Deserialize, Serialize};
use viral_engine_db::users::{self as db, UserRow};

use super::personal::{Field, PersonalKeys};
use crate::context::Context;
use crate::emails::{reseal_emails, uses_other_keys as emails_use_other_keys};
use crate::error::ServiceResult;
use crate::jobs::JobPayload;
use crate::reports::reseal_report_subscriptions;
use crate::webhooks::reseal_webhook_secrets;

/// Users in one transaction.
const BATCH: i64 = 500;

/// Encrypts personal fields with the current key.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResealPersonalFields {}

impl JobPayload for ResealPersonalFields {
    const KIND: &'static str = "reseal_personal_fields";
}

/// Encrypts everything with the current key that is not yet, and answers how many users and emails that were. Does nothing
/// without a former key.
///
/// # Errors
/// When the database refuses, or a field was encrypted with a key that is not configured.
pub async fn reseal_personal_fields(context: &Context) -> ServiceResult<usize> {
    if context.keys.personal_data_previous.is_none() {
        return Ok(0);
    }
    let keys = PersonalKeys::of(&context.keys);
    reseal_webhook_secrets(context, &keys).await?;
    reseal_report_subscriptions(context, &keys).await?;
    let mut resealed = 0;
    loop {
        let batch = reseal_batch(context, &keys).await?;
        resealed += batch;
        if batch == 0 {
            resealed += reseal_emails(context, &keys).await?;
            tell(context, &keys, resealed).await?;
            return Ok(resealed);
        }
    }
}

/// Says that the former key can go, unless rows that somebody else is changing still need it: the next call has them.
async fn tell(context: &Context, keys: &PersonalKeys, resealed: usize) -> ServiceResult<()> {
    let mut conn = context.connection().await?;
    let key = keys.current_id()?;
    let is_needed = db::reseal::uses_other_keys(&mut conn, key).await?
        || emails_use_other_keys(&mut conn, key).await?;
    if !is_needed {
        tracing::info!(
            resealed,
            "every personal field has the current key: the former one is not needed any more"
        );
    }
    Ok(())
}

async fn reseal_batch(context: &Context, keys: &PersonalKeys) -> ServiceResult<usize> {
    let mut conn = context.connection().await?;
    conn.transaction(async |conn| {
        let key_id = keys.current_id()?;
        let mut rows = db::reseal::lock_users_of_other_keys(conn, key_id, BATCH).await?;
        for row in &mut rows {
            reseal(row, keys)?;
        }
        if !rows.is_empty() {
            db::save_users(conn, &rows).await?;
        }
        ServiceResult::Ok(rows.len())
    })
    .await
}

fn reseal(row: &mut UserRow, keys: &PersonalKeys) -> ServiceResult<()> {
    let user = row.id;
    let open = |field, stored: &Option<Vec<u8>>| {
        let text = stored
            .as_deref()
            .map(|stored| keys.decrypt(user, field, stored));
        text.transpose()
    };
    let seal = |field, text: &Option<String>| -> ServiceResult<_> {
        let Some(text) = text else {
            return Ok((None, None));
        };
        let sealed = keys.encrypt(user, field, text)?;
        Ok((Some(sealed), Some(keys.search_hash(field, text)?)))
    };
    (row.name_cipher, _) = seal(Field::Name, &open(Field::Name, &row.name_cipher)?)?;
    let email = open(Field::Email, &row.email_cipher)?;
    (row.email_cipher, row.email_hash) = seal(Field::Email, &email)?;
    let phone = open(Field::Phone, &row.phone_cipher)?;
    (row.phone_cipher, row.phone_hash) = seal(Field::Phone, &phone)?;
    let handle = open(Field::Handle, &row.handle_cipher)?;
    (row.handle_cipher, row.handle_hash) = seal(Field::Handle, &handle)?;
    Ok(())
}
