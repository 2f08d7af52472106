//! The keys of links in mail. They are derived from the master key of personal data, and outlive it: when that is replaced,
//! the link keys of the former one are kept, sealed under the new one, so that a guardian can take a consent back by the
//! link of any message, however old.

use diesel_async::{AsyncConnection, AsyncPgConnection};
use uuid::Uuid;
use viral_engine_db::mail_links::{
    self as db, MailLinkKeyRow, delete_mail_link_keys, insert_mail_link_key, list_mail_link_keys,
    lock_mail_link_keys,
};
use viral_engine_domain::mac::MacKey;
use viral_engine_domain::mail_links::{LinkKind, LinkSecrets};
use zeroize::Zeroizing;

use crate::config::Keys;
use crate::context::Context;
use crate::error::ServiceResult;
use crate::users::{Field, PersonalKeys, key_identifier};

/// So many former keys keep their links: whoever replaces the key every year has the links of as many years.
const KEPT: usize = 8;

/// The keys of the master keys that are configured, the current one first.
pub(crate) fn link_keys(keys: &Keys, kind: LinkKind) -> impl Iterator<Item = MacKey> {
    let masters = std::iter::once(&keys.personal_data).chain(&keys.personal_data_previous);
    masters.map(move |master| kind.derive(master.expose()))
}

/// The keys of master keys that are not configured any more. They only accept; what is made has the current key.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn former_link_keys(
    conn: &mut AsyncPgConnection,
    context: &Context,
    kind: LinkKind,
) -> ServiceResult<Vec<MacKey>> {
    let personal = PersonalKeys::of(&context.keys);
    let rows = list_mail_link_keys(conn).await?;
    // What does not open any more accepts nothing; that is no fault of whoever has a link.
    let opened = rows.iter().filter_map(|row| opened(&personal, row));
    Ok(opened.filter_map(|secrets| secrets.key(kind)).collect())
}

/// Keeps the link keys of the master key that is being replaced, and seals those of earlier ones anew.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn keep_link_keys(
    context: &Context,
    personal: &PersonalKeys,
) -> ServiceResult<()> {
    let Some(previous) = &context.keys.personal_data_previous else {
        return Ok(());
    };
    let mut conn = context.connection().await?;
    conn.transaction(async |conn| {
        for row in lock_mail_link_keys(conn).await? {
            if let Some(secrets) = opened(personal, &row) {
                let sealed = sealed(personal, row.id, &secrets)?;
                db::save_mail_link_key(conn, row.id, &sealed).await?;
            }
        }
        let id = key_identifier(previous);
        let kept = MailLinkKeyRow {
            id,
            sealed: sealed(personal, id, &LinkSecrets::derive(previous.expose()))?,
            replaced_at: context.now(),
        };
        insert_mail_link_key(conn, &kept).await?;
        let all = list_mail_link_keys(conn).await?;
        let too_many: Vec<_> = all.iter().skip(KEPT).map(|row| row.id).collect();
        delete_mail_link_keys(conn, &too_many).await?;
        Ok(())
    })
    .await
}

fn opened(personal: &PersonalKeys, row: &MailLinkKeyRow) -> Option<LinkSecrets> {
    let bytes = personal.decrypt_bytes(row.id, Field::MailLinkKeys, &row.sealed);
    LinkSecrets::from_bytes(&Zeroizing::new(bytes.ok()?))
}

fn sealed(personal: &PersonalKeys, id: Uuid, secrets: &LinkSecrets) -> ServiceResult<Vec<u8>> {
    personal.encrypt_bytes(id, Field::MailLinkKeys, secrets.as_bytes())
}
