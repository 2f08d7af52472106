//! Encrypts the addresses of guardians with the key of the child, and anew after the master key was replaced: then the hash
//! by which an address is found follows too.

use diesel_async::AsyncConnection;
use uuid::Uuid;
use viral_engine_db::consents::{
    RequestRow, is_suppressed, lock_requests_to_seal, save_request, suppress_contact,
};
use viral_engine_domain::consents::Method;
use viral_engine_domain::emails::Address;

use super::verification::messages_of;
use crate::context::Context;
use crate::error::ServiceResult;
use crate::users::{Field, PersonalKeys, UserKey, keys_of};

/// Rows in one transaction.
const BATCH: i64 = 500;

/// Encrypts addresses as they should be that are not yet, and answers how many those were. `master` is the current master
/// key while one is being replaced.
///
/// # Errors
/// When the database or the key store refuses, or an address was encrypted with a key that is not configured.
pub(crate) async fn reseal_contacts(
    context: &Context,
    keys: &PersonalKeys,
    master: Option<u8>,
) -> ServiceResult<usize> {
    let (mut resealed, mut after) = (0, Uuid::nil());
    let mut conn = context.connection().await?;
    loop {
        let rows = conn
            .transaction(async |conn| {
                let rows = lock_requests_to_seal(conn, master, after, BATCH).await?;
                let children: Vec<Uuid> = rows.iter().map(|row| row.child_id).collect();
                let user_keys = keys_of(conn, keys, &children).await?;
                for row in &rows {
                    if let Some(key) = user_keys.get(&row.child_id) {
                        let resealed = reseal(row.clone(), keys, *key)?;
                        // Who said not to be the guardian has said so under the new hash too.
                        let former = std::slice::from_ref(&row.contact_hash);
                        if is_suppressed(conn, former).await? {
                            suppress_contact(conn, &resealed.contact_hash, context.now()).await?;
                        }
                        save_request(conn, &resealed).await?;
                    }
                }
                ServiceResult::Ok(rows)
            })
            .await?;
        resealed += rows.len();
        match rows.last() {
            Some(last) => after = last.id,
            None => return Ok(resealed),
        }
    }
}

fn reseal(mut row: RequestRow, keys: &PersonalKeys, key: UserKey) -> ServiceResult<RequestRow> {
    let sealed = row.contact_cipher.as_deref();
    let text = sealed
        .map(|sealed| keys.open(row.id, Field::ConsentContact, sealed))
        .transpose()?
        .flatten();
    // An address whose key was lost stays as it is: the key may be put back.
    if let Some(text) = text {
        row.contact_hash = match messages_of(&row) {
            Method::TextPlus => keys.search_hash(Field::Phone, &text)?,
            _ => {
                let address = Address::parse(&text);
                let found_by = address.map_or(text.clone(), |address| address.key());
                keys.search_hash(Field::Email, &found_by)?
            }
        };
        row.contact_cipher = Some(keys.seal(row.id, Field::ConsentContact, &text, &[key])?);
    }
    Ok(row)
}
