//! The statements that remove what was kept for long enough.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::error::DbResult;
use crate::links::LinkRow;
use crate::schema::links;

/// What removes rows from a table.
#[derive(Clone, Copy, Debug)]
pub struct Remover {
    /// The rule that says for how long they are kept.
    pub rule: &'static str,
    /// The table.
    pub store: &'static str,
    /// `$1` is the time before which they are old, `$2` the most rows.
    sql: &'static str,
}

macro_rules! remover {
    ($rule:literal, $store:literal, $key:literal, $old:literal) => {
        Remover {
            rule: $rule,
            store: $store,
            sql: concat!(
                "DELETE FROM ",
                $store,
                " WHERE (",
                $key,
                ") IN (SELECT ",
                $key,
                " FROM ",
                $store,
                " WHERE ",
                $old,
                " LIMIT $2)"
            ),
        }
    };
}

/// All of them. What belongs to a row comes before it.
pub const REMOVERS: &[Remover] = &[
    remover!("sessions", "tutoring_sessions", "id", "started_at < $1"),
    remover!("sessions", "achievements", "id", "earned_at < $1"),
    remover!(
        "recaps",
        "weekly_recaps",
        "id",
        "week < ($1 AT TIME ZONE 'UTC')::date"
    ),
    remover!("inputs", "pii_violations", "payload_id, ordinal", "at < $1"),
    remover!("inputs", "parent_shares", "id", "shared_at < $1"),
    remover!("inputs", "progress_reels", "id", "created_at < $1"),
    remover!("inputs", "study_sessions", "id", "started_at < $1"),
    remover!("inputs", "opt_outs", "id", "at < $1"),
    remover!("inputs", "activities", "id", "at < $1"),
    remover!(
        "events",
        "rollup_referrer_days",
        "day, referrer_id",
        "day < ($1 AT TIME ZONE 'UTC')::date"
    ),
    remover!(
        "events",
        "rollup_reached_days",
        "day, user_id",
        "day < ($1 AT TIME ZONE 'UTC')::date"
    ),
    remover!(
        "events",
        "attributions",
        "conversion_id",
        "converted_at < $1"
    ),
    remover!("events", "events", "occurred_at, id", "occurred_at < $1"),
    remover!(
        "emails",
        "emails",
        "id",
        "created_at < $1 AND state <> 'queued'"
    ),
    remover!("reports", "reports", "id", "created_at < $1"),
    remover!(
        "reports",
        "alerts",
        "id",
        "coalesce(resolved_at, updated_at) < $1 AND NOT cause_present"
    ),
    // A guardian's no holds back what somebody else allows. While anything of its child and scope is in force, or may be yet, all
    // that this guardian said of it is kept, whatever state it ended in: which word was the last is told by the steps. Whoever
    // said not to be the guardian has said no to nothing.
    remover!(
        "consents",
        "consents",
        "id",
        "updated_at < $1 AND state IN ('not_required', 'required', 'denied', 'expired', 'revoked', 'deleted', 'aged_out') \
         AND NOT EXISTS (SELECT FROM disclosures d WHERE d.consent_id = consents.id) \
         AND NOT (EXISTS (SELECT FROM consents o WHERE o.child_id = consents.child_id AND o.scope = consents.scope \
                AND o.guardian_id IS DISTINCT FROM consents.guardian_id AND o.state IN ('active', 'suspended', 'school_authorised', 'notice_sent', 'verifying', 'confirm_pending')) \
            AND EXISTS (SELECT FROM consents o JOIN consent_steps s ON s.consent_id = o.id \
                WHERE o.child_id = consents.child_id AND o.guardian_id = consents.guardian_id AND o.scope = consents.scope \
                    AND (s.event IN ('suspended', 'deletion_asked') \
                        OR s.event = 'revoked' AND s.from_state IN ('active', 'suspended', 'reconsent_required') \
                        OR s.event = 'refused' AND (s.request_id IS NOT NULL OR o.state = 'denied') AND NOT EXISTS (SELECT FROM consent_requests r \
                            JOIN consent_requests d ON d.child_id = r.child_id AND d.contact_hash = r.contact_hash \
                            WHERE r.id = coalesce(s.request_id, o.request_id) AND d.disowned_at IS NOT NULL))))"
    ),
    remover!(
        "consents",
        "consent_requests",
        "id",
        "closed_at < $1 AND NOT EXISTS (SELECT FROM consents c WHERE c.request_id = consent_requests.id) \
         AND NOT EXISTS (SELECT FROM consent_steps s WHERE s.request_id = consent_requests.id)"
    ),
    remover!(
        "consents",
        "consent_suppressions",
        "contact_hash",
        "created_at < $1"
    ),
    remover!("disclosures", "disclosures", "id", "disclosed_at < $1"),
    remover!(
        "data_requests",
        "data_requests",
        "id",
        "completed_at < $1 AND NOT EXISTS (SELECT FROM data_request_links l WHERE l.request_id = data_requests.id)"
    ),
];

/// Removes at most `limit` rows that are older than `before`, and answers how many.
///
/// # Errors
/// When the database refuses, as everywhere in this module.
pub async fn remove_old(
    conn: &mut AsyncPgConnection,
    remover: &Remover,
    before: DateTime<Utc>,
    limit: i64,
) -> DbResult<usize> {
    Ok(sql_query(remover.sql)
        .bind::<Timestamptz, _>(before)
        .bind::<BigInt, _>(limit)
        .execute(conn)
        .await?)
}

/// Links that expired before `before` and still say something, locked.
pub async fn expired_links(
    conn: &mut AsyncPgConnection,
    before: DateTime<Utc>,
    erased_campaign: &str,
    limit: i64,
) -> DbResult<Vec<LinkRow>> {
    Ok(links::table
        .filter(links::expires_at.lt(before))
        .filter(
            links::campaign
                .ne(erased_campaign)
                .or(links::alias.is_not_null()),
        )
        .order(links::id)
        .limit(limit)
        .select(LinkRow::as_select())
        .for_update()
        .skip_locked()
        .load(conn)
        .await?)
}

/// Users without a sign of life since `since`: not changed, no link, session or achievement, nothing counted for them. Whose
/// guardian somebody is, is not forgotten before the child; nor is whoever has taken back or suspended what another guardian
/// allows, since those who are erased hold nothing back any more.
const INACTIVE: &str = "
SELECT u.id FROM users u
WHERE u.deleted_at IS NULL AND u.updated_at < $1
    AND NOT EXISTS (SELECT FROM users c WHERE c.guardian_id = u.id)
    AND NOT EXISTS (SELECT FROM links l WHERE l.referrer_id = u.id AND l.created_at >= $1)
    AND NOT EXISTS (SELECT FROM rollup_referrer_days r WHERE r.referrer_id = u.id AND r.day >= ($1 AT TIME ZONE 'UTC')::date)
    AND NOT EXISTS (SELECT FROM tutoring_sessions s WHERE s.student_id = u.id AND s.started_at >= $1)
    AND NOT EXISTS (SELECT FROM tutoring_sessions s WHERE s.tutor_id = u.id AND s.started_at >= $1)
    AND NOT EXISTS (SELECT FROM achievements a WHERE a.student_id = u.id AND a.earned_at >= $1)
    AND NOT EXISTS (SELECT FROM conversion_credits c WHERE c.referee_id = u.id AND c.occurred_at >= $1)
    AND NOT EXISTS (SELECT FROM consents c WHERE (c.child_id = u.id OR c.guardian_id = u.id) AND c.updated_at >= $1)
    AND NOT EXISTS (SELECT FROM consents c JOIN consent_steps s ON s.consent_id = c.id
        JOIN consents o ON o.child_id = c.child_id AND o.scope = c.scope AND o.guardian_id <> c.guardian_id
        WHERE c.guardian_id = u.id AND o.state IN ('active', 'suspended', 'notice_sent', 'verifying', 'confirm_pending')
            AND (s.event = 'suspended' OR s.event = 'revoked' AND s.from_state IN ('active', 'suspended', 'reconsent_required')))
    AND NOT EXISTS (SELECT FROM data_requests d WHERE d.user_id = u.id AND d.kind = 'deletion' AND d.state <> 'completed')
ORDER BY u.updated_at, u.id LIMIT $2";

#[derive(QueryableByName)]
struct Id {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// At most `limit` users without a sign of life since then.
pub async fn inactive_users(
    conn: &mut AsyncPgConnection,
    since: DateTime<Utc>,
    limit: i64,
) -> DbResult<Vec<Uuid>> {
    let found: Vec<Id> = sql_query(INACTIVE)
        .bind::<Timestamptz, _>(since)
        .bind::<BigInt, _>(limit)
        .load(conn)
        .await?;
    Ok(found.into_iter().map(|row| row.id).collect())
}
