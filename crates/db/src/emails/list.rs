//! Messages, a page at a time.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::EmailRow;
use crate::error::DbResult;
use crate::page::PageQuery;
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
    let mut query = emails::table
        .select(EmailRow::as_select())
        .limit(page.limit)
        .into_boxed();
    if let Some(state) = filter.state {
        query = query.filter(emails::state.eq(state));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(emails::kind.eq(kind));
    }
    if let Some((at, border)) = page.border {
        let same = created_at.eq(at);
        query = if page.backwards {
            query.filter(created_at.gt(at).or(same.and(id.gt(border))))
        } else {
            query.filter(created_at.lt(at).or(same.and(id.lt(border))))
        };
    }
    let query = if page.backwards {
        query.order((created_at.asc(), id.asc()))
    } else {
        query.order((created_at.desc(), id.desc()))
    };
    Ok(query.load(conn).await?)
}
