//! An erased user in what is told of others: the name goes, the rest stays.

use chrono::{DateTime, Utc};
use diesel_async::AsyncConnection;
use uuid::Uuid;
use viral_engine_db::data_requests::{
    MentionRow, MentionStore, find_mentions, forget_answers, save_mention,
};

use super::name_eraser::NameEraser;
use super::names::Found;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};

/// Rows in one transaction.
pub(super) const ROWS: i64 = 500;

/// Takes the user out of a store, and answers how many rows that were.
///
/// # Errors
/// When the database refuses.
pub(super) async fn erase_mentions(
    context: &Context,
    store: &MentionStore,
    found: &Found,
) -> ServiceResult<i64> {
    let patterns = found.patterns();
    if patterns.is_empty() {
        return Ok(0);
    }
    let subject = found.subject()?;
    let eraser = NameEraser::new(&subject, found);
    let mut conn = context.connection().await?;
    let mut behind = (DateTime::<Utc>::UNIX_EPOCH, Uuid::nil());
    let mut erased = 0;
    loop {
        let (rows, last) = conn
            .transaction(async |conn| {
                let rows = find_mentions(conn, store, &patterns, behind, ROWS).await?;
                let last = rows.last().map(|row| (row.at, row.id));
                let mut changed = 0;
                for row in rows {
                    let document = eraser.erase(row.document.clone());
                    if document == row.document {
                        continue;
                    }
                    save_mention(conn, store, &MentionRow { document, ..row }).await?;
                    changed += 1;
                }
                Ok::<_, ServiceError>((changed, last))
            })
            .await?;
        erased += rows;
        match last {
            Some(last) => behind = last,
            None => return Ok(erased),
        }
    }
}

/// Forgets answers kept for repeated requests in which a word of the user's name is, or what the platform's id is made of:
/// they are kept for a day at most.
///
/// # Errors
/// When the database refuses.
pub(super) async fn forget_kept_answers(context: &Context, found: &Found) -> ServiceResult<i64> {
    let patterns = found.patterns();
    if patterns.is_empty() {
        return Ok(0);
    }
    let mut conn = context.connection().await?;
    let forgotten = forget_answers(&mut conn, &patterns).await?;
    Ok(i64::try_from(forgotten).unwrap_or(i64::MAX))
}
