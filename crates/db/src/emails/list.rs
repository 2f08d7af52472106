//! Messages, a page at a time.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Array, Bytea, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::EmailRow;
use crate::error::DbResult;
use crate::page::{PageQuery, page_of};
use crate::schema::emails;

/// Which messages to list.
#[derive(Clone, Copy, Debug, Default)]
pub struct EmailFilter<'a> {
    /// In this state.
    pub state: Option<&'a str>,
    /// Of this kind.
    pub kind: Option<&'a str>,
}

/// A page of the messages, by when they were queued.
///
/// # Errors
/// When the database refuses.
pub async fn list_emails(
    conn: &mut AsyncPgConnection,
    filter: EmailFilter<'_>,
    page: PageQuery,
) -> DbResult<Vec<EmailRow>> {
    use emails::{created_at, id};
    let mut query = emails::table.select(EmailRow::as_select()).into_boxed();
    if let Some(state) = filter.state {
        query = query.filter(emails::state.eq(state));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(emails::kind.eq(kind));
    }
    Ok(page_of!(query, page, created_at, id).load(conn).await?)
}

/// Messages to the address with one of the hashes, or about a user.
const OF_USER: &str = "
SELECT e.id FROM emails e WHERE e.recipient_hash = ANY ($2)
UNION SELECT e.id FROM emails e JOIN consent_requests r ON e.subject_key = 'consent/' || r.id
WHERE r.child_id = $1 OR r.guardian_id = $1
UNION SELECT e.id FROM emails e JOIN weekly_recaps w ON e.subject_key = 'recap/' || w.parent_id || '/' || w.week
WHERE w.child_id = $1 OR w.parent_id = $1";

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// The messages to a user, by the hashes of the address, and those about the user, oldest first.
///
/// # Errors
/// When the database refuses.
pub async fn emails_of_user(
    conn: &mut AsyncPgConnection,
    user: Uuid,
    hashes: &[Vec<u8>],
) -> DbResult<Vec<EmailRow>> {
    let found: Vec<Found> = sql_query(OF_USER)
        .bind::<SqlUuid, _>(user)
        .bind::<Array<Bytea>, _>(hashes)
        .load(conn)
        .await?;
    let ids: Vec<Uuid> = found.into_iter().map(|one| one.id).collect();
    Ok(emails::table
        .filter(emails::id.eq_any(ids))
        .order((emails::created_at, emails::id))
        .select(EmailRow::as_select())
        .load(conn)
        .await?)
}
