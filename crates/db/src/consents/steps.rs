//! The life of each consent, step by step.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::error::DbResult;
use crate::schema::consent_steps;

/// A step.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = consent_steps, check_for_backend(diesel::pg::Pg))]
pub struct StepRow {
    /// The consent.
    pub consent_id: Uuid,
    /// 1, 2, 3, …: the version of the consent that it led to.
    pub number: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// What happened.
    pub event: String,
    /// Where the consent was.
    pub from_state: String,
    /// Where it went.
    pub to_state: String,
    /// `guardian`, `operator`, `api_key` or `system`.
    pub actor_kind: String,
    /// Who that was.
    pub actor_id: Option<Uuid>,
    /// The request it was taken in.
    pub request_id: Option<Uuid>,
}

/// Stores steps.
///
/// # Errors
/// When the database refuses, as everywhere in this module.
pub async fn insert_steps(conn: &mut AsyncPgConnection, rows: &[StepRow]) -> DbResult<()> {
    diesel::insert_into(consent_steps::table)
        .values(rows)
        .execute(conn)
        .await?;
    Ok(())
}

/// The steps of a consent, in their order.
pub async fn steps_of(conn: &mut AsyncPgConnection, consent: Uuid) -> DbResult<Vec<StepRow>> {
    Ok(consent_steps::table
        .filter(consent_steps::consent_id.eq(consent))
        .order(consent_steps::number)
        .select(StepRow::as_select())
        .load(conn)
        .await?)
}
