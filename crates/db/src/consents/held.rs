//! What is known of children's consents when a decision is made.

use chrono::{DateTime, Utc};
use diesel::prelude::QueryableByName;
use diesel::sql_query;
use diesel::sql_types::{
    Array, BigInt, Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid,
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::error::DbResult;

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
    /// Whether it is the guardian on record who gives it.
    pub is_on_record: bool,
    /// When it was given.
    pub given_at: Option<DateTime<Utc>>,
    /// Whether the guardian's last answer was no; told of what a school can allow, where it matters.
    pub has_objected: bool,
    /// When the guardian took it back, unless that guardian has allowed it since.
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// Whether it was suspended, and neither resumed nor allowed since.
    pub is_suspended: bool,
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
    #[diesel(sql_type = Nullable<Bool>)]
    is_on_record: Option<bool>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    given_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Bool>)]
    has_objected: Option<bool>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    withdrawn_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Bool>)]
    is_suspended: Option<bool>,
}

// One statement, hence one snapshot: the epoch is that of the rows. What was allowed under a notice before the last material
// one counts for nothing from the moment that one is published, not only when a job has come to it. Whoever said not to be the
// guardian has refused nothing in the guardian's place. What was refused before a newer version of the notice, or taken back
// before the guardian was asked anew, is told by the last answer among the steps.
const HELD: &str = "
SELECT e.epoch, h.child_id, h.id, h.guardian_id, h.scope, h.state, h.notice, h.is_on_record, h.given_at, h.has_objected,
    h.withdrawn_at, h.is_suspended
FROM consent_epoch e LEFT JOIN (
    SELECT DISTINCT ON (c.child_id, c.scope, c.guardian_id, c.institution)
        c.child_id, c.id, c.guardian_id, c.scope, n.number AS notice,
        CASE WHEN c.state IN ('active', 'suspended', 'notice_sent', 'verifying', 'confirm_pending') AND n.number < m.number
            THEN 'reconsent_required'
            WHEN c.state = 'denied' AND EXISTS (SELECT FROM consent_requests r JOIN consent_requests d
                ON d.child_id = r.child_id AND d.contact_hash = r.contact_hash
                WHERE r.id = c.request_id AND d.disowned_at IS NOT NULL)
            THEN 'required' ELSE c.state END AS state,
        coalesce(c.guardian_id = u.guardian_id, false) AS is_on_record,
        coalesce((SELECT max(s.at) FROM consent_steps s WHERE s.consent_id = c.id AND s.to_state = 'active'
            AND s.event IN ('verified', 'confirmed')), c.evidence_at) AS given_at,
        c.scope = 'core_use' AND c.guardian_id IS NOT NULL AND coalesce((SELECT s.to_state <> 'active'
            FROM consents o JOIN consent_steps s ON s.consent_id = o.id
            WHERE o.child_id = c.child_id AND o.guardian_id = c.guardian_id AND o.scope = c.scope AND (s.to_state = 'active'
                OR s.event = 'revoked' AND s.from_state IN ('active', 'suspended', 'reconsent_required')
                OR s.event = 'refused' AND (s.request_id IS NOT NULL OR o.state = 'denied')
                    AND NOT EXISTS (SELECT FROM consent_requests r
                    JOIN consent_requests d ON d.child_id = r.child_id AND d.contact_hash = r.contact_hash
                    WHERE r.id = coalesce(s.request_id, o.request_id) AND d.disowned_at IS NOT NULL))
            ORDER BY s.at DESC, o.created_at DESC, o.id DESC, s.number DESC LIMIT 1), false) AS has_objected,
        (SELECT CASE WHEN s.event = 'revoked' THEN s.at END FROM consents o JOIN consent_steps s ON s.consent_id = o.id
            WHERE o.child_id = c.child_id AND o.guardian_id = c.guardian_id AND o.scope = c.scope
                AND (s.to_state = 'active'
                    OR s.event = 'revoked' AND s.from_state IN ('active', 'suspended', 'reconsent_required'))
            ORDER BY s.at DESC, o.created_at DESC, o.id DESC, s.number DESC LIMIT 1) AS withdrawn_at,
        coalesce((SELECT s.event = 'suspended' FROM consents o JOIN consent_steps s ON s.consent_id = o.id
            WHERE o.child_id = c.child_id AND o.guardian_id = c.guardian_id AND o.scope = c.scope
                AND (s.to_state = 'active' OR s.event IN ('suspended', 'revoked'))
            ORDER BY s.at DESC, o.created_at DESC, o.id DESC, s.number DESC LIMIT 1), false) AS is_suspended
    FROM consents c JOIN users u ON u.id = c.child_id LEFT JOIN notices n ON n.id = c.notice_id
    CROSS JOIN (SELECT coalesce(max(number), 0) AS number FROM notices
        WHERE is_material AND published_at IS NOT NULL) m
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
            is_on_record: row.is_on_record?,
            given_at: row.given_at,
            has_objected: row.has_objected?,
            withdrawn_at: row.withdrawn_at,
            is_suspended: row.is_suspended?,
        })
    });
    Ok(HeldRows {
        epoch,
        rows: rows.collect(),
    })
}
