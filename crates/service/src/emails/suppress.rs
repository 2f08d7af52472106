//! Who gets no mail: what is stored of it, and what is known of minors.

use diesel_async::AsyncPgConnection;
use uuid::Uuid;
use viral_engine_api_types::emails::EmailKind;
use viral_engine_db::emails::{self as db, EmailRow, SuppressionRow};
use viral_engine_domain::emails::{Address, Reason, suppressed_for};

use super::content::purpose;
use super::row::{rule_reason, sent_reason};
use super::seal::{hashes, open_address};
use crate::context::Context;
use crate::error::ServiceResult;
use crate::users::{Field, PersonalKeys};

/// Why a message of this kind is not sent to the address with these hashes, if so.
pub(super) async fn reason_against(
    conn: &mut AsyncPgConnection,
    kind: EmailKind,
    hashes: &[Vec<u8>],
) -> ServiceResult<Option<Reason>> {
    let stored = db::find_suppressions(conn, hashes).await?;
    let mut reasons = Vec::with_capacity(stored.len() + 1);
    for name in &stored {
        reasons.push(rule_reason(name)?);
    }
    if db::belongs_to_minor(conn, hashes).await? {
        reasons.push(Reason::Minor);
    }
    Ok(suppressed_for(purpose(kind), &reasons))
}

/// Stores that the recipient of a message gets no more, and answers whether that was new.
pub(super) async fn suppress_recipient(
    conn: &mut AsyncPgConnection,
    context: &Context,
    row: &EmailRow,
    reason: Reason,
) -> ServiceResult<bool> {
    let keys = PersonalKeys::of(&context.keys);
    let id = Uuid::now_v7();
    let address = open_address(&keys, row)?;
    let sealed = match &address {
        Some(address) => Some(keys.encrypt(id, Field::SuppressedAddress, address.expose())?),
        None => None,
    };
    let recipient_hash = match &address {
        Some(address) => keys.search_hash(Field::Email, &address.key())?,
        None => row.recipient_hash.clone(),
    };
    let suppression = SuppressionRow {
        recipient_hash,
        reason: sent_reason(reason).as_str().to_owned(),
        at: context.now(),
        address_cipher: sealed,
        id,
    };
    Ok(db::insert_suppression(conn, &suppression).await?)
}

/// Whether this address gets no mail of this kind, for whatever reason.
pub(crate) async fn gets_none(
    conn: &mut AsyncPgConnection,
    context: &Context,
    kind: EmailKind,
    address: &Address,
) -> ServiceResult<bool> {
    let keys = PersonalKeys::of(&context.keys);
    let against = reason_against(conn, kind, &hashes(&keys, address)).await?;
    Ok(against.is_some())
}

/// Takes back that somebody unsubscribed, as they themselves wish. Other reasons stay.
pub(crate) async fn subscribe_again(
    conn: &mut AsyncPgConnection,
    context: &Context,
    address: &Address,
) -> ServiceResult<()> {
    let hashes = hashes(&PersonalKeys::of(&context.keys), address);
    let unsubscribed = sent_reason(Reason::Unsubscribed);
    db::delete_suppressions(conn, &hashes, unsubscribed.as_str()).await?;
    Ok(())
}
