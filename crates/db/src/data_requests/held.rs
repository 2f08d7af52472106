//! What is held on a user in clear, for a copy. What is encrypted is read where it is understood.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Jsonb, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::Value;
use uuid::Uuid;

use crate::error::DbResult;
use crate::schema::data_requests;

/// A class of what is held.
#[derive(Clone, Copy, Debug)]
pub struct Holding {
    /// Its name, also that of its file.
    pub name: &'static str,
    /// What it is, in a sentence.
    pub what: &'static str,
    sql: &'static str,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Jsonb)]
    row: Value,
}

const fn holding(name: &'static str, what: &'static str, sql: &'static str) -> Holding {
    Holding { name, what, sql }
}

/// All classes in clear; `$1` is our id of the user.
pub const HOLDINGS: &[Holding] = &[
    holding("links", "Links that the user shares.", "
        SELECT id, token, alias, source, target_url, channel, campaign, utm_medium, metadata, max_clicks, created_at,
            expires_at, disabled_at, first_clicked_at FROM links WHERE referrer_id = $1 ORDER BY created_at, id"),
    // What was reported of somebody who came by the user's link is told to that one alone; an invitation is the user's own.
    holding("events", "What the user shared and did, and that others came by the user's links, without what is told of them.", "
        SELECT id, occurred_at, type, class, link_id, referrer_id = $1 AS by_link_of_user, referee_id = $1 AS done_by_user,
            CASE WHEN is_own THEN value END AS value, CASE WHEN is_own THEN currency END AS currency,
            CASE WHEN is_own THEN properties END AS properties, CASE WHEN referee_id = $1 THEN device_fingerprint END AS device
        FROM (SELECT *, referee_id = $1 OR (type = 'invite_sent' AND referrer_id = $1) AS is_own FROM events
            WHERE referrer_id = $1 OR referee_id = $1) e ORDER BY occurred_at, id"),
    holding("parent_shares", "What was shared with a parent about the user.", "
        SELECT id, share_data, shared_at, viewed_at, view_count FROM parent_shares
        WHERE student_id = $1 OR parent_id = $1 ORDER BY shared_at, id"),
    holding("progress_reels", "Progress reels about the user.", "
        SELECT id, reel_data, created_at FROM progress_reels WHERE student_id = $1 ORDER BY created_at, id"),
    holding("study_sessions", "Study sessions of which the user was host, participant or invited.", "
        SELECT id, started_at, host_id = $1 AS was_host, $1 = ANY (participant_ids) AS took_part,
            $1 = ANY (invited_ids) AS was_invited FROM study_sessions
        WHERE host_id = $1 OR $1 = ANY (participant_ids) OR $1 = ANY (invited_ids) ORDER BY started_at, id"),
    holding("activities", "What the user did on the platform.", "
        SELECT id, kind, at, properties FROM activities WHERE user_id = $1 ORDER BY at, id"),
    holding("opt_outs", "What the user does not want any more.", "
        SELECT id, scope, at FROM opt_outs WHERE user_id = $1 ORDER BY at, id"),
    holding("consent_requests", "How guardians were asked about the user, or the user as a guardian.", "
        SELECT id, child_id = $1 AS about_user, guardian_id = $1 AS to_user, locale, created_at, until, reminded_at,
            confirm_sent_at, closed_at FROM consent_requests
        WHERE child_id = $1 OR guardian_id = $1 ORDER BY created_at, id"),
    holding("consent_steps", "Every step of the consents about the user, or by the user as a guardian.", "
        SELECT s.consent_id, s.number, s.at, s.event, s.from_state, s.to_state, s.actor_kind FROM consent_steps s
        JOIN consents c ON c.id = s.consent_id WHERE c.child_id = $1 OR c.guardian_id = $1 ORDER BY s.at, s.consent_id, s.number"),
    holding("sums", "Sums by day in which the user is counted alone.", "
        SELECT day, 'shared' AS what, clicks, conversions FROM rollup_referrer_days WHERE referrer_id = $1
        UNION ALL SELECT day, 'reached', NULL, NULL FROM rollup_reached_days WHERE user_id = $1 ORDER BY 1, 2"),
    holding("data_requests", "Requests for what is held on the user.", "
        SELECT id, kind, state, asked_by_kind, created_at, completed_at FROM data_requests
        WHERE user_id = $1 ORDER BY created_at, id"),
];

/// Everything of a class that is held on a user.
///
/// # Errors
/// When the database refuses, as everywhere in this module.
pub async fn held(
    conn: &mut AsyncPgConnection,
    holding: &Holding,
    user: Uuid,
) -> DbResult<Vec<Value>> {
    // Made of texts of this file alone.
    let sql = format!("SELECT to_jsonb(t) AS row FROM ({}) t", holding.sql);
    let rows: Vec<Row> = sql_query(sql).bind::<SqlUuid, _>(user).load(conn).await?;
    Ok(rows.into_iter().map(|row| row.row).collect())
}

/// Keeps an archive until a time.
pub async fn keep_archive(
    conn: &mut AsyncPgConnection,
    request: Uuid,
    archive: &[u8],
    until: DateTime<Utc>,
) -> DbResult<()> {
    diesel::update(data_requests::table.find(request))
        .set((
            data_requests::archive.eq(archive),
            data_requests::archive_until.eq(until),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// The archive of a request, unless its time is over.
pub async fn find_archive(
    conn: &mut AsyncPgConnection,
    request: Uuid,
    now: DateTime<Utc>,
) -> DbResult<Option<Vec<u8>>> {
    let found: Option<Option<Vec<u8>>> = data_requests::table
        .find(request)
        .filter(data_requests::archive_until.gt(now))
        .select(data_requests::archive)
        .first(conn)
        .await
        .optional()?;
    Ok(found.flatten())
}

/// Requests of others whose archives are kept.
///
/// # Errors
/// When the database refuses.
pub async fn archives_of_others(conn: &mut AsyncPgConnection, user: Uuid) -> DbResult<Vec<Uuid>> {
    Ok(data_requests::table
        .filter(data_requests::archive.is_not_null())
        .filter(data_requests::user_id.ne(user))
        .order(data_requests::id)
        .select(data_requests::id)
        .load(conn)
        .await?)
}

/// Removes an archive before its time is over.
///
/// # Errors
/// When the database refuses.
pub async fn drop_archive(conn: &mut AsyncPgConnection, request: Uuid) -> DbResult<()> {
    diesel::update(data_requests::table.find(request))
        .set((
            data_requests::archive.eq(None::<Vec<u8>>),
            data_requests::archive_until.eq(None::<DateTime<Utc>>),
        ))
        .execute(conn)
        .await?;
    Ok(())
}
