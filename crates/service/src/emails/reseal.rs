//! Encrypts recipients and texts anew after the key of personal fields was replaced.

use diesel_async::{AsyncConnection, AsyncPgConnection};
use viral_engine_api_types::emails::EmailState;
use viral_engine_db::emails::{self as db, EmailRow, SuppressionRow};
use viral_engine_domain::emails::{Address, EmailEvent};

use super::row::{self, advance};
use super::seal::Content;
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
        let mut row = reseal_message(row, keys)?;
        let is_readable = row.address_cipher.is_some() && row.content_cipher.is_some();
        if !is_readable && row::state(&row)? == EmailState::Queued {
            row.last_error = Some("the key of somebody of whom it tells is gone".to_owned());
            advance(&mut row, EmailEvent::GivenUp)?;
            db::update_email(conn, &row).await?;
        } else {
            db::reseal::save_resealed_email(conn, &row).await?;
        }
    }
    Ok(count)
}

/// The message with the current key; without what nobody can read any more.
fn reseal_message(mut row: EmailRow, keys: &PersonalKeys) -> ServiceResult<EmailRow> {
    let address = match row.address_cipher.take() {
        Some(sealed) => keys.opened(row.id, Field::EmailRecipient, &sealed)?,
        None => None,
    };
    if let Some((text, about)) = address {
        let address = Address::parse(&text);
        let key = address.map_or(text.clone(), |address| address.key());
        row.recipient_hash = keys.search_hash(Field::Email, &key)?;
        row.address_cipher = Some(keys.seal(row.id, Field::EmailRecipient, &text, &about)?);
    }
    let content = Content::opened(keys, &row)?;
    row.content_cipher = content
        .map(|(content, about)| content.seal(keys, row.id, &about))
        .transpose()?;
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
