//! Keys that are derived from the master key of personal data, and outlive it: when that is replaced, those of the former one are
//! kept, sealed under the new one, so that a guardian can take a consent back by the link of any message, however old, and that
//! nobody is asked again of whom nothing but a hash is left.

use diesel_async::{AsyncConnection, AsyncPgConnection};
use uuid::Uuid;
use viral_engine_db::lasting_keys::{
    self as db, LastingKeyRow, delete_lasting_keys, insert_lasting_keys, list_lasting_keys,
    lock_lasting_keys,
};
use viral_engine_domain::lasting_keys::{LastingKey, LastingSecrets};
use viral_engine_domain::mac::MacKey;
use zeroize::Zeroizing;

use crate::config::Keys;
use crate::context::Context;
use crate::error::ServiceResult;
use crate::users::{Field, PersonalKeys, key_identifier};

/// Those of so many former keys are kept: whoever replaces the key every year has the links of as many years.
const KEPT: usize = 8;

/// The keys of the master keys that are configured, the current one first.
pub(crate) fn lasting_keys(keys: &Keys, kind: LastingKey) -> impl Iterator<Item = MacKey> {
    let masters = std::iter::once(&keys.personal_data).chain(&keys.personal_data_previous);
    masters.map(move |master| kind.derive(master.expose()))
}

/// The keys of master keys that are not configured any more. They only accept; what is made has the current key.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn former_lasting_keys(
    conn: &mut AsyncPgConnection,
    context: &Context,
    kind: LastingKey,
) -> ServiceResult<Vec<MacKey>> {
    let personal = PersonalKeys::of(&context.keys);
    let rows = list_lasting_keys(conn).await?;
    // What does not open any more accepts nothing; that is no fault of whoever has a link.
    let opened = rows.iter().filter_map(|row| opened(&personal, row));
    Ok(opened.filter_map(|secrets| secrets.key(kind)).collect())
}

/// Keeps those of the master key that is being replaced, and seals those of earlier ones anew.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn keep_lasting_keys(
    context: &Context,
    personal: &PersonalKeys,
) -> ServiceResult<()> {
    let Some(previous) = &context.keys.personal_data_previous else {
        return Ok(());
    };
    let mut conn = context.connection().await?;
    conn.transaction(async |conn| {
        for row in lock_lasting_keys(conn).await? {
            if let Some(secrets) = opened(personal, &row) {
                let sealed = sealed(personal, row.id, &secrets)?;
                db::save_lasting_keys(conn, row.id, &sealed).await?;
            }
        }
        let id = key_identifier(previous);
        let kept = LastingKeyRow {
            id,
            sealed: sealed(personal, id, &LastingSecrets::derive(previous.expose()))?,
            replaced_at: context.now(),
        };
        insert_lasting_keys(conn, &kept).await?;
        let all = list_lasting_keys(conn).await?;
        let too_many: Vec<_> = all.iter().skip(KEPT).map(|row| row.id).collect();
        delete_lasting_keys(conn, &too_many).await?;
        Ok(())
    })
    .await
}

fn opened(personal: &PersonalKeys, row: &LastingKeyRow) -> Option<LastingSecrets> {
    let bytes = personal.decrypt_bytes(row.id, Field::LastingKeys, &row.sealed);
    LastingSecrets::from_bytes(&Zeroizing::new(bytes.ok()?))
}

fn sealed(personal: &PersonalKeys, id: Uuid, secrets: &LastingSecrets) -> ServiceResult<Vec<u8>> {
    personal.encrypt_bytes(id, Field::LastingKeys, secrets.as_bytes())
}
