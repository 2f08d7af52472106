//! Encrypts recipients and texts anew after the key of personal fields was replaced.

use diesel_async::{AsyncConnection, AsyncPgConnection};
use viral_engine_db::emails::{self as db, EmailRow, SuppressionRow};

use super::seal::{Content, open_address};
use crate::context::Context;
use crate::error::ServiceResult;
use crate::users::{Field, PersonalKeys};

/// Rows in one transaction.
const BATCH: i64 = 500;

/// Encrypts everything with the current key that is not yet, and answers how many rows that were.
///
/// # Errors
/// When the database refuses, or a row was encrypted with a key that is not configured.
pub(crate) async fn reseal_emails(context: &Context, keys: &PersonalKeys) -> ServiceResult<usize> {
    let mut resealed = 0;
    loop {
        let mut conn = context.connection().await?;
        let batch = conn
            .transaction(async |conn| {
                let emails = reseal_messages(conn, keys).await?;
                ServiceResult::Ok(emails + reseal_suppressions(conn, keys).await?)
            })
            .await?;
        resealed += batch;
        if batch == 0 {
            return Ok(resealed);
        }
    }
}

/// Whether the former key is still needed.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn uses_other_keys(
    conn: &mut AsyncPgConnection,
    key_id: u8,
) -> ServiceResult<bool> {
    Ok(db::reseal::uses_other_keys(conn, key_id).await?)
}

async fn reseal_messages(
    conn: &mut AsyncPgConnection,
    keys: &PersonalKeys,
) -> ServiceResult<usize> {
    let rows = db::reseal::lock_emails_of_other_keys(conn, keys.current_id()?, BATCH).await?;
    let count = rows.len();
    for row in rows {
        db::reseal::save_resealed_email(conn, &reseal_message(row, keys)?).await?;
    }
    Ok(count)
}

fn reseal_message(mut row: EmailRow, keys: &PersonalKeys) -> ServiceResult<EmailRow> {
    if let Some(address) = open_address(keys, &row)? {
        row.recipient_hash = keys.search_hash(Field::Email, &address.key())?;
        row.address_cipher = Some(keys.encrypt(row.id, Field::EmailRecipient, address.expose())?);
    }
    if let Some(content) = Content::open(keys, &row)? {
        row.content_cipher = Some(content.seal(keys, row.id)?);
    }
    Ok(row)
}

async fn reseal_suppressions(
    conn: &mut AsyncPgConnection,
    keys: &PersonalKeys,
) -> ServiceResult<usize> {
    let key_id = keys.current_id()?;
    let rows = db::reseal::lock_suppressions_of_other_keys(conn, key_id, BATCH).await?;
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    db::reseal::take_suppressions(conn, &ids).await?;
    for row in rows {
        // Somebody may have been suppressed under the new key meanwhile: then the old row is not needed.
        db::insert_suppression(conn, &reseal_suppression(row, keys)?).await?;
    }
    Ok(ids.len())
}

fn reseal_suppression(
    mut row: SuppressionRow,
    keys: &PersonalKeys,
) -> ServiceResult<SuppressionRow> {
    if let Some(sealed) = &row.address_cipher {
        let address = keys.decrypt(row.id, Field::SuppressedAddress, sealed)?;
        row.recipient_hash = keys.search_hash(Field::Email, &address)?;
        row.address_cipher = Some(keys.encrypt(row.id, Field::SuppressedAddress, &address)?);
    }
    Ok(row)
}
