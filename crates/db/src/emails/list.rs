//! Messages, a page at a time.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

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
