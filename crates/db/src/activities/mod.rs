//! What users did on the platform.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::Value;
use uuid::Uuid;

use crate::error::DbResult;
use crate::schema::activities;

/// An activity as stored.
#[derive(Clone, Debug, PartialEq, Eq, Insertable)]
#[diesel(table_name = activities, check_for_backend(diesel::pg::Pg))]
pub struct ActivityRow {
    /// Its id.
    pub id: Uuid,
    /// Who.
    pub user_id: Uuid,
    /// What, a slug.
    pub kind: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Anything else, redacted.
    pub properties: Option<Value>,
    /// When it was taken in.
    pub created_at: DateTime<Utc>,
}

/// Stores activities.
///
/// # Errors
/// When the database refuses.
pub async fn insert_activities(conn: &mut AsyncPgConnection, rows: &[ActivityRow]) -> DbResult<()> {
    diesel::insert_into(activities::table)
        .values(rows)
        .execute(conn)
        .await?;
    Ok(())
}
