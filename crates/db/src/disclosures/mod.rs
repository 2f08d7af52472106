//! The log of disclosures: rows are added and never changed, but emptied when their student is erased.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::error::DbResult;
use crate::page::{PageQuery, page_of};
use crate::schema::disclosures;

/// A disclosure as stored.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = disclosures, check_for_backend(diesel::pg::Pg))]
pub struct DisclosureRow {
    /// Its id.
    pub id: Uuid,
    /// Whose record.
    pub student_id: Uuid,
    /// The student's institution at the time.
    pub institution: Option<String>,
    /// The party's name in consents.
    pub recipient: Option<String>,
    /// Kind of record.
    pub record_class: String,
    /// Why it may be disclosed.
    pub basis: String,
    /// The consent it rests on.
    pub consent_id: Option<Uuid>,
    /// Party and legitimate interest, encrypted with the student's key.
    pub texts_cipher: Option<Vec<u8>>,
    /// When it was disclosed.
    pub disclosed_at: DateTime<Utc>,
    /// When it was put in the log.
    pub created_at: DateTime<Utc>,
}

/// Which disclosures; absent fields let all through.
#[derive(Clone, Debug, Default)]
pub struct DisclosureFilter {
    /// Whose record.
    pub student: Option<Uuid>,
    /// The student's institution at the time.
    pub institution: Option<String>,
    /// Kind of record.
    pub record_class: Option<String>,
    /// At this time or later.
    pub from: Option<DateTime<Utc>>,
    /// Before this time.
    pub to: Option<DateTime<Utc>>,
}

/// Puts a disclosure in the log.
///
/// # Errors
/// When the database refuses.
pub async fn insert_disclosure(conn: &mut AsyncPgConnection, row: &DisclosureRow) -> DbResult<()> {
    diesel::insert_into(disclosures::table)
        .values(row)
        .execute(conn)
        .await?;
    Ok(())
}

/// A page of the disclosures of a filter, by when they were made.
///
/// # Errors
/// When the database refuses.
pub async fn list_disclosures(
    conn: &mut AsyncPgConnection,
    filter: &DisclosureFilter,
    page: PageQuery,
) -> DbResult<Vec<DisclosureRow>> {
    use disclosures as d;
    let mut query = d::table.select(DisclosureRow::as_select()).into_boxed();
    if let Some(student) = filter.student {
        query = query.filter(d::student_id.eq(student));
    }
    if let Some(institution) = &filter.institution {
        query = query.filter(d::institution.eq(institution));
    }
    if let Some(class) = &filter.record_class {
        query = query.filter(d::record_class.eq(class));
    }
    if let Some(from) = filter.from {
        query = query.filter(d::disclosed_at.ge(from));
    }
    if let Some(to) = filter.to {
        query = query.filter(d::disclosed_at.lt(to));
    }
    Ok(page_of!(query, page, d::disclosed_at, d::id)
        .load(conn)
        .await?)
}
