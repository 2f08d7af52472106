//! Which messages and suppressions have ciphertexts of a key that is being replaced. What is encrypted
//! with users' keys follows too: its recipient is searched by a hash of the master key.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::{EmailRow, SuppressionRow};
use crate::error::DbResult;
use crate::schema::{email_suppressions, emails};
use crate::users::reseal::master_key_of;

/// At most `limit` messages with a ciphertext of another key than `key_id`, locked until the transaction ends; those
/// that another transaction has are left to it.
///
/// # Errors
/// When the database refuses.
pub async fn lock_emails_of_other_keys(
    conn: &mut AsyncPgConnection,
    key_id: u8,
    limit: i64,
) -> DbResult<Vec<EmailRow>> {
    let key_id = i32::from(key_id);
    Ok(emails::table
        .filter(
            master_key_of(emails::address_cipher)
                .ne(key_id)
                .or(master_key_of(emails::content_cipher).ne(key_id)),
        )
        .limit(limit)
        .select(EmailRow::as_select())
        .for_update()
        .skip_locked()
        .load(conn)
        .await?)
}

/// The same of suppressions.
///
/// # Errors
/// When the database refuses.
pub async fn lock_suppressions_of_other_keys(
    conn: &mut AsyncPgConnection,
    key_id: u8,
    limit: i64,
) -> DbResult<Vec<SuppressionRow>> {
    Ok(email_suppressions::table
        .filter(master_key_of(email_suppressions::address_cipher).ne(i32::from(key_id)))
        .limit(limit)
        .select(SuppressionRow::as_select())
        .for_update()
        .skip_locked()
        .load(conn)
        .await?)
}

/// Stores the ciphertexts and the hash of a message that were made anew.
///
/// # Errors
/// When the database refuses.
pub async fn save_resealed_email(conn: &mut AsyncPgConnection, row: &EmailRow) -> DbResult<()> {
    diesel::update(emails::table.find(row.id))
        .set((
            emails::recipient_hash.eq(&row.recipient_hash),
            emails::address_cipher.eq(&row.address_cipher),
            emails::content_cipher.eq(&row.content_cipher),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Removes suppressions by what their seals are bound to, before they are stored with their new hashes.
///
/// # Errors
/// When the database refuses.
pub async fn take_suppressions(conn: &mut AsyncPgConnection, ids: &[Uuid]) -> DbResult<()> {
    diesel::delete(email_suppressions::table.filter(email_suppressions::id.eq_any(ids)))
        .execute(conn)
        .await?;
    Ok(())
}

/// Whether any message or suppression has a ciphertext of another key than `key_id`.
///
/// # Errors
/// When the database refuses.
pub async fn uses_other_keys(conn: &mut AsyncPgConnection, key_id: u8) -> DbResult<bool> {
    let key = i32::from(key_id);
    let email: Option<Uuid> = emails::table
        .filter(
            master_key_of(emails::address_cipher)
                .ne(key)
                .or(master_key_of(emails::content_cipher).ne(key)),
        )
        .select(emails::id)
        .first(conn)
        .await
        .optional()?;
    let suppression: Option<Uuid> = email_suppressions::table
        .filter(master_key_of(email_suppressions::address_cipher).ne(key))
        .select(email_suppressions::id)
        .first(conn)
        .await
        .optional()?;
    Ok(email.is_some() || suppression.is_some())
}
