//! What is known of children's consents when a decision is made.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, Integer, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::error::DbResult;
use crate::schema::consents;

/// The latest consent of a party for a scope.
#[derive(Clone, Debug)]
pub struct HeldRow {
    /// Whom it is about.
    pub child_id: Uuid,
    /// The consent.
    pub id: Uuid,
    /// Who gives it; none for a school's.
    pub guardian_id: Option<Uuid>,
    /// What it is for.
    pub scope: String,
    /// Where it is in its life.
    pub state: String,
    /// Number of the notice's version.
    pub notice: Option<i32>,
}

/// The latest consents of children.
#[derive(Clone, Debug)]
pub struct HeldRows {
    /// As of this epoch.
    pub epoch: i64,
    /// Of each child, party and scope the latest.
    pub rows: Vec<HeldRow>,
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = BigInt)]
    epoch: i64,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    child_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    id: Option<Uuid>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    guardian_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<Text>)]
    scope: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    state: Option<String>,
    #[diesel(sql_type = Nullable<Integer>)]
    notice: Option<i32>,
}

// One statement, hence one snapshot: the epoch is that of the rows.
const HELD: &str = "
SELECT e.epoch, h.child_id, h.id, h.guardian_id, h.scope, h.state, h.notice
FROM consent_epoch e LEFT JOIN (
    SELECT DISTINCT ON (c.child_id, c.scope, c.guardian_id, c.institution)
        c.child_id, c.id, c.guardian_id, c.scope, c.state, n.number AS notice
    FROM consents c LEFT JOIN notices n ON n.id = c.notice_id
    WHERE c.child_id = ANY ($1)
    ORDER BY c.child_id, c.scope, c.guardian_id, c.institution, c.created_at DESC, c.id DESC
) h ON true";

/// Of each child, party and scope the latest consent.
///
/// # Errors
/// When the database refuses.
pub async fn held_of(conn: &mut AsyncPgConnection, children: &[Uuid]) -> DbResult<HeldRows> {
    let found: Vec<Found> = sql_query(HELD)
        .bind::<Array<SqlUuid>, _>(children)
        .load(conn)
        .await?;
    let epoch = found.iter().map(|row| row.epoch).max().unwrap_or_default();
    let rows = found.into_iter().filter_map(|row| {
        Some(HeldRow {
            child_id: row.child_id?,
            id: row.id?,
            guardian_id: row.guardian_id,
            scope: row.scope?,
            state: row.state?,
            notice: row.notice,
        })
    });
    Ok(HeldRows {
        epoch,
        rows: rows.collect(),
    })
}

/// Those of the consents that are in force; they stay so until the transaction ends.
///
/// # Errors
/// When the database refuses.
pub async fn hold_granted(conn: &mut AsyncPgConnection, ids: &[Uuid]) -> DbResult<Vec<Uuid>> {
    Ok(consents::table
        .filter(consents::id.eq_any(ids))
        .filter(consents::state.eq_any(["active", "school_authorised"]))
        .order(consents::id)
        .select(consents::id)
        .for_share()
        .load(conn)
        .await?)
}
