//! The statements that erase what is held on a user, a store at a time. Each does nothing the second time, so that a
//! deletion that was interrupted begins again; which columns they reach is told by the data map in `domain`.
//!
//! What counts stays: events, sums, shares and reels keep our id of the user, whose row says nothing any more.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Array, Bytea, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::Value;
use uuid::Uuid;

use crate::error::DbResult;
use crate::links::LinkRow;
use crate::schema::{links, users};

/// By what a user is found. Texts are only looked through for names that are long enough not to be part of others.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// JSON strings, with their quotes, of the platform's own id and what else names the user.
    pub quoted: Vec<String>,
    /// The same without quotes.
    pub plain: Vec<String>,
    /// What a report may call the user.
    pub in_reports: Vec<String>,
    /// Keyed hashes of the address.
    pub email_hashes: Vec<Vec<u8>>,
}

/// What erases a user from a store.
#[derive(Clone, Copy, Debug)]
pub struct Eraser {
    /// The store, a table.
    pub store: &'static str,
    /// `$1` is our id, `$2` to `$5` are the names as in [`Names`], `$6` is now. Answers what it changed.
    sql: &'static str,
}

const fn eraser(store: &'static str, sql: &'static str) -> Eraser {
    Eraser { store, sql }
}

/// All of them, in an order in which none removes what a later one looks by. Links come before, see [`links_to_erase`].
pub const ERASERS: &[Eraser] = &[
    eraser("emails", ERASE_EMAILS),
    eraser("email_suppressions", "
        DELETE FROM email_suppressions s WHERE recipient_hash = ANY ($5)
            AND NOT EXISTS (SELECT FROM users u WHERE u.email_hash = s.recipient_hash AND u.id <> $1)"),
    eraser("webhook_attempts", "
        UPDATE webhook_attempts a SET answer = NULL FROM webhook_messages m
        WHERE a.message_id = m.id AND a.answer IS NOT NULL
            AND (strpos(m.body, $1::text) > 0 OR EXISTS (SELECT FROM unnest($2) n WHERE strpos(m.body, n) > 0))"),
    eraser("webhook_messages", "
        DELETE FROM webhook_messages m WHERE EXISTS (SELECT FROM unnest($2) n WHERE strpos(m.body, n) > 0)"),
    eraser("webhook_outbox", "
        DELETE FROM webhook_outbox o WHERE EXISTS (SELECT FROM unnest($2) n WHERE strpos(o.data::text, n) > 0)"),
    eraser("weekly_recaps", "DELETE FROM weekly_recaps WHERE child_id = $1 OR parent_id = $1"),
    eraser("recap_progress", "DELETE FROM recap_progress WHERE parent_id = $1"),
    eraser("activities", "DELETE FROM activities WHERE user_id = $1"),
    eraser("tutoring_sessions", "DELETE FROM tutoring_sessions WHERE student_id = $1"),
    eraser("achievements", "DELETE FROM achievements WHERE student_id = $1"),
    eraser("pii_violations", "
        UPDATE pii_violations SET field_path = '' WHERE field_path <> '' AND payload_id IN (
            SELECT id FROM parent_shares WHERE student_id = $1 UNION ALL SELECT id FROM progress_reels WHERE student_id = $1)"),
    eraser("parent_shares", "
        UPDATE parent_shares SET share_data = '{}' WHERE student_id = $1 AND share_data <> '{}'"),
    eraser("progress_reels", "
        UPDATE progress_reels SET reel_data = '{}' WHERE student_id = $1 AND reel_data <> '{}'"),
    eraser("opt_outs", "UPDATE opt_outs SET scope = 'erased' WHERE user_id = $1 AND scope <> 'erased'"),
    eraser("event_ids", "
        DELETE FROM event_ids i USING events e WHERE e.id = i.id AND (e.referrer_id = $1 OR e.referee_id = $1)"),
    eraser("events", "
        UPDATE events SET properties = NULL,
            ip_hash = CASE WHEN type = 'click' THEN ip_hash END, ip_prefix = CASE WHEN type = 'click' THEN ip_prefix END,
            device_fingerprint = CASE WHEN type = 'click' THEN device_fingerprint END
        WHERE (referrer_id = $1 OR referee_id = $1) AND (properties IS NOT NULL OR (type <> 'click'
            AND num_nonnulls(ip_hash, ip_prefix, device_fingerprint) > 0))"),
    eraser("consent_requests", "
        UPDATE consent_requests SET contact_cipher = NULL, contact_hash = sha256(id::text::bytea),
            closed_at = coalesce(closed_at, $6)
        WHERE (child_id = $1 OR guardian_id = $1)
            AND (contact_cipher IS NOT NULL OR closed_at IS NULL OR contact_hash <> sha256(id::text::bytea))"),
    eraser("consent_forms", "
        UPDATE consent_forms SET content_cipher = NULL WHERE content_cipher IS NOT NULL AND verification_id IN (
            SELECT v.id FROM consent_verifications v JOIN consent_requests r ON r.id = v.request_id
            WHERE r.child_id = $1 OR r.guardian_id = $1)"),
    eraser("consent_texts", "
        UPDATE consent_texts t SET reference = NULL FROM consent_requests r
        WHERE r.id = t.request_id AND (r.child_id = $1 OR r.guardian_id = $1) AND t.reference IS NOT NULL"),
    eraser("consent_verifications", "
        UPDATE consent_verifications v SET page_url = CASE WHEN v.page_url IS NOT NULL THEN 'erased' END,
            reference = CASE WHEN v.reference IS NOT NULL THEN 'erased-' || v.id END,
            state = CASE WHEN v.state IN ('started', 'submitted') THEN 'over' ELSE v.state END FROM consent_requests r
        WHERE r.id = v.request_id AND (r.child_id = $1 OR r.guardian_id = $1)
            AND (v.state IN ('started', 'submitted') OR v.reference <> 'erased-' || v.id)"),
    eraser("consents", "
        UPDATE consents SET institution = 'erased-' || id
        WHERE child_id = $1 AND institution IS NOT NULL AND institution <> 'erased-' || id"),
    eraser("disclosures", "
        UPDATE disclosures SET texts_cipher = NULL, institution = NULL
        WHERE student_id = $1 AND num_nonnulls(texts_cipher, institution) > 0"),
    eraser("idempotency_keys", ERASE_ANSWERS),
    eraser("job_errors", "
        UPDATE job_errors SET message = 'erased' WHERE EXISTS (SELECT FROM unnest($3) n WHERE strpos(message, n) > 0)"),
    eraser("jobs", "
        DELETE FROM jobs WHERE state IN ('succeeded', 'discarded', 'cancelled')
            AND EXISTS (SELECT FROM unnest($2) n WHERE strpos(payload::text, n) > 0)"),
    eraser("job_unique", "
        DELETE FROM job_unique WHERE EXISTS (SELECT FROM unnest($3) n WHERE strpos(key, n) > 0)"),
    eraser("reports", ERASE_REPORTS),
    eraser("alerts", "
        UPDATE alerts SET details = '{}', message = 'erased', subject = CASE
                WHEN EXISTS (SELECT FROM unnest($3) n WHERE strpos(subject, n) > 0) THEN 'erased-' || id ELSE subject END
        WHERE EXISTS (SELECT FROM unnest($2) n WHERE strpos(details::text, n) > 0)
            OR EXISTS (SELECT FROM unnest($3) n WHERE strpos(message, n) > 0 OR strpos(subject, n) > 0)"),
    eraser("blocks", "
        UPDATE blocks SET reason = 'erased' WHERE EXISTS (SELECT FROM unnest($3) n WHERE strpos(reason, n) > 0)"),
    eraser("webhook_endpoints", "
        UPDATE webhook_endpoints SET description = 'erased', version = version + 1
        WHERE EXISTS (SELECT FROM unnest($3) n WHERE strpos(description, n) > 0)"),
    eraser("api_keys", "
        UPDATE api_keys SET name = 'erased' WHERE EXISTS (SELECT FROM unnest($3) n WHERE strpos(name, n) > 0)"),
    eraser("data_requests", "
        UPDATE data_requests SET archive = NULL, archive_until = NULL WHERE user_id = $1 AND archive IS NOT NULL"),
    eraser("data_request_links", "
        DELETE FROM data_request_links WHERE child_id = $1 OR guardian_id = $1"),
];

/// Messages about the user are emptied, and so is to whom they went; those that wait are given up. Messages to the user,
/// whose address nobody else has, forget even its hash.
const ERASE_EMAILS: &str = "
WITH about AS (
    SELECT e.id FROM emails e JOIN consent_requests r
        ON e.subject_key = 'consent/' || r.id OR e.subject_key LIKE 'consent/' || r.id || '/%'
    WHERE r.child_id = $1 OR r.guardian_id = $1
    UNION SELECT e.id FROM emails e JOIN weekly_recaps w ON e.subject_key = 'recap/' || w.parent_id || '/' || w.week
    WHERE w.child_id = $1 OR w.parent_id = $1
    UNION SELECT e.id FROM emails e JOIN data_requests d ON e.subject_key LIKE 'data-request/' || d.id || '%'
    WHERE d.user_id = $1
    UNION SELECT e.id FROM emails e WHERE e.subject_key LIKE 'data-rights/%/' || $1
    UNION SELECT e.id FROM emails e WHERE e.recipient_hash = ANY ($5)
        AND NOT EXISTS (SELECT FROM users u WHERE u.email_hash = e.recipient_hash AND u.id <> $1)
)
UPDATE emails e SET address_cipher = NULL, content_cipher = NULL,
    recipient_hash = sha256(e.id::text::bytea),
    last_error = CASE state WHEN 'queued' THEN 'its subject was erased' ELSE last_error END,
    state = CASE state WHEN 'queued' THEN 'failed' ELSE state END
FROM about WHERE e.id = about.id
    AND (num_nonnulls(address_cipher, content_cipher) > 0 OR recipient_hash <> sha256(e.id::text::bytea))";

/// Answers are JSON: whoever is named in one is named by the platform's own id, or by that of an event. A repeated request is
/// told that its answer is not kept.
const ERASE_ANSWERS: &str = "
UPDATE idempotency_keys SET body = NULL, headers = NULL
WHERE EXISTS (SELECT FROM unnest($2 || $1::text) n WHERE position(convert_to(n, 'UTF8') IN body) > 0)
    OR EXISTS (SELECT FROM unnest($3) n WHERE strpos(headers::text, n) > 0)
    OR EXISTS (SELECT FROM events e WHERE (e.referrer_id = $1 OR e.referee_id = $1) AND e.received_at > $6 - interval '25 hours'
        AND position(convert_to(e.id::text, 'UTF8') IN body) > 0)";

const ERASE_REPORTS: &str = "
UPDATE reports SET inputs = jsonb_set(inputs, '{top_referrers}', (
    SELECT jsonb_agg(CASE WHEN one->>'referrer' = ANY ($4) THEN jsonb_set(one, '{referrer}', '\"erased\"') ELSE one END ORDER BY place)
    FROM jsonb_array_elements(inputs->'top_referrers') WITH ORDINALITY AS list (one, place)))
WHERE EXISTS (SELECT FROM jsonb_array_elements(inputs->'top_referrers') one WHERE one->>'referrer' = ANY ($4))";

/// Erases a user from a store, and answers how many rows that were.
///
/// # Errors
/// When the database refuses, as everywhere in this module.
pub async fn erase(
    conn: &mut AsyncPgConnection,
    eraser: &Eraser,
    user: Uuid,
    names: &Names,
    now: DateTime<Utc>,
) -> DbResult<usize> {
    Ok(sql_query(eraser.sql)
        .bind::<SqlUuid, _>(user)
        .bind::<Array<Text>, _>(&names.quoted)
        .bind::<Array<Text>, _>(&names.plain)
        .bind::<Array<Text>, _>(&names.in_reports)
        .bind::<Array<Bytea>, _>(&names.email_hashes)
        .bind::<Timestamptz, _>(now)
        .execute(conn)
        .await?)
}

/// At most `limit` links of a user that say something else than an erased one does, locked.
pub async fn links_to_erase(
    conn: &mut AsyncPgConnection,
    user: Uuid,
    (target, campaign, metadata): (&str, &str, &Value),
    limit: i64,
) -> DbResult<Vec<LinkRow>> {
    Ok(links::table
        .filter(links::referrer_id.eq(user))
        .filter(
            links::target_url
                .ne(target)
                .or(links::alias.is_not_null())
                .or(links::disabled_at.is_null())
                .or(links::campaign.ne(campaign))
                .or(links::utm_medium.is_not_null())
                .or(links::metadata.ne(metadata)),
        )
        .order(links::id)
        .limit(limit)
        .select(LinkRow::as_select())
        .for_update()
        .load(conn)
        .await?)
}

/// Stores a link that says nothing any more.
pub async fn save_erased_link(conn: &mut AsyncPgConnection, link: &LinkRow) -> DbResult<()> {
    diesel::update(links::table.find(link.id))
        .set((
            links::alias.eq(&link.alias),
            links::target_url.eq(&link.target_url),
            links::campaign.eq(&link.campaign),
            links::utm_medium.eq(&link.utm_medium),
            links::metadata.eq(&link.metadata),
            links::disabled_at.eq(link.disabled_at),
            links::signature.eq(&link.signature),
            links::version.eq(links::version + 1),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

const ENTOMB: &str = "
UPDATE users SET external_id = $2, deleted_at = $3, updated_at = $3, version = version + 1, band_until = NULL,
    signed_up_at = NULL, guardian_id = NULL, institution = NULL, cohort = NULL, grade = NULL, name_cipher = NULL,
    email_cipher = NULL, email_hash = NULL, phone_cipher = NULL, phone_hash = NULL, handle_cipher = NULL,
    handle_hash = NULL, locale = NULL, time_zone = NULL, preferences = '{}', signals = '{}', weekly_recap = false
WHERE id = $1 AND deleted_at IS NULL";

/// Leaves nothing of a user but a row that others refer to, under another name. Answers whether there was somebody.
pub async fn entomb_user(
    conn: &mut AsyncPgConnection,
    user: Uuid,
    name: &str,
    now: DateTime<Utc>,
) -> DbResult<bool> {
    let entombed = sql_query(ENTOMB)
        .bind::<SqlUuid, _>(user)
        .bind::<Text, _>(name)
        .bind::<Timestamptz, _>(now)
        .execute(conn)
        .await?;
    diesel::update(users::table.filter(users::guardian_id.eq(user)))
        .set(users::guardian_id.eq(None::<Uuid>))
        .execute(conn)
        .await?;
    Ok(entombed == 1)
}
