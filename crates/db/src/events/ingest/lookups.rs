//! What a batch must know before it is stored. All of it is read under the ingest lock, so it is still true when
//! the batch commits.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;
use viral_engine_domain::event_id::millisecond_of;

use super::connection::IngestConnection;
use super::rows::{Credit, HumanHit, IngestLink, ParentClick, VisitorSpan};
use crate::error::DbResult;

const LINKS: &str = "
SELECT id, token, referrer_id, source, max_clicks IS NOT NULL AND exhausted_at IS NULL, first_clicked_at IS NOT NULL
FROM links WHERE id = ANY ($1)
UNION
SELECT id, token, referrer_id, source, max_clicks IS NOT NULL AND exhausted_at IS NULL, first_clicked_at IS NOT NULL
FROM links WHERE token = ANY ($2)";

const USERS: &str = "SELECT external_id, id FROM users WHERE external_id = ANY ($1)";

/// In order of the external id, so that two writers that create the same users wait for each other in one direction.
const CREATE_USERS: &str = "
INSERT INTO users (id, external_id, age_band, created_at, updated_at)
SELECT n.id, n.external_id, 'unknown', $3, $3 FROM unnest($1::uuid[], $2::text[]) AS n (id, external_id)
ORDER BY n.external_id
ON CONFLICT (external_id) DO NOTHING";

const EVENT_IDS: &str =
    "SELECT event_id, id FROM event_ids WHERE event_id = ANY ($1) AND received_at > $2";

const CREDITS: &str = "
SELECT c.referee_id, c.event_id,
       (SELECT a.click_id FROM awaited_clicks a WHERE a.event_id = c.event_id AND NOT a.has_referrer) AS awaited_click
FROM conversion_credits c WHERE c.referee_id = ANY ($1)";

/// An id tells the millisecond of its event, which finds the partition and the stretch of its index.
const CLICKS: &str = "
SELECT e.id, e.link_id, e.referrer_id
FROM unnest($1::uuid[], $2::timestamptz[]) AS c (id, at)
JOIN events e ON e.occurred_at >= c.at AND e.occurred_at < c.at + interval '1 millisecond' AND e.id = c.id
WHERE e.type = 'click'";

const VISITORS: &str = "
SELECT v.link_id, v.visitor, v.human_at
FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::timestamptz[]) AS s (link_id, visitor, lo, hi)
JOIN link_visitors v ON v.link_id = s.link_id AND v.visitor = s.visitor AND v.human_at BETWEEN s.lo AND s.hi";

const VISITS: &str = "
SELECT r.day, r.device_fingerprint
FROM unnest($1::date[], $2::text[]) AS n (day, device_fingerprint) JOIN rollup_device_days r USING (day, device_fingerprint)
WHERE r.human > 0";

const BLOCKS: &str = "
SELECT entity, value FROM blocks
WHERE value = ANY ($1) AND (expires_at IS NULL OR expires_at > $2)";

const NETWORKS: &str = "SELECT network FROM institution_networks";

const POSITIONS: &str = "SELECT log_id, position FROM click_log_positions WHERE log_id = ANY ($1)";

const PRESENT: &str = "SELECT 1 FROM events WHERE occurred_at = $1 AND id = $2";

/// Links by id or token.
///
/// # Errors
/// When the database refuses, as everywhere in this module.
pub async fn links(
    conn: &IngestConnection,
    ids: &[Uuid],
    tokens: &[&str],
) -> DbResult<Vec<IngestLink>> {
    if ids.is_empty() && tokens.is_empty() {
        return Ok(Vec::new());
    }
    let rows = conn.query(LINKS, &[&ids, &tokens]).await?;
    rows.iter()
        .map(|row| {
            Ok(IngestLink {
                id: row.try_get(0)?,
                token: row.try_get(1)?,
                referrer_id: row.try_get(2)?,
                source: row.try_get(3)?,
                may_exhaust: row.try_get(4)?,
                clicked: row.try_get(5)?,
            })
        })
        .collect()
}

/// Users by external id; unknown ones are created with age band `unknown`, each under the id that `new_id` gives.
pub async fn resolve_users(
    conn: &IngestConnection,
    external_ids: &[&str],
    new_id: impl Fn() -> Uuid,
    now: DateTime<Utc>,
) -> DbResult<HashMap<String, Uuid>> {
    if external_ids.is_empty() {
        return Ok(HashMap::new());
    }
    let mut known = users(conn, external_ids).await?;
    let missing: Vec<&str> = external_ids
        .iter()
        .copied()
        .filter(|id| !known.contains_key(*id))
        .collect();
    if !missing.is_empty() {
        let ids: Vec<Uuid> = missing.iter().map(|_| new_id()).collect();
        conn.execute(CREATE_USERS, &[&ids, &missing, &now]).await?;
        // Read again: somebody else may have created one of them first.
        known.extend(users(conn, &missing).await?);
    }
    Ok(known)
}

async fn users(conn: &IngestConnection, external_ids: &[&str]) -> DbResult<HashMap<String, Uuid>> {
    pairs(conn.query(USERS, &[&external_ids]).await?)
}

/// Client ids that were accepted after `since`, with the events they stand for.
pub async fn event_ids(
    conn: &IngestConnection,
    event_ids: &[&str],
    since: DateTime<Utc>,
) -> DbResult<HashMap<String, Uuid>> {
    if event_ids.is_empty() {
        return Ok(HashMap::new());
    }
    pairs(conn.query(EVENT_IDS, &[&event_ids, &since]).await?)
}

/// Referees that have converted, with their conversions.
pub async fn credits(
    conn: &IngestConnection,
    referees: &[Uuid],
) -> DbResult<HashMap<Uuid, Credit>> {
    if referees.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = conn.query(CREDITS, &[&referees]).await?;
    rows.iter()
        .map(|row| {
            let credit = Credit {
                event_id: row.try_get(1)?,
                awaited_click: row.try_get(2)?,
            };
            Ok((row.try_get(0)?, credit))
        })
        .collect()
}

/// Clicks by id.
pub async fn clicks(conn: &IngestConnection, ids: &[Uuid]) -> DbResult<Vec<ParentClick>> {
    let (ids, times): (Vec<Uuid>, Vec<DateTime<Utc>>) = ids
        .iter()
        .filter_map(|id| Some((*id, millisecond_of(*id)?.0)))
        .unzip();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows = conn.query(CLICKS, &[&ids, &times]).await?;
    rows.iter()
        .map(|row| {
            Ok(ParentClick {
                id: row.try_get(0)?,
                link_id: row.try_get(1)?,
                referrer_id: row.try_get(2)?,
            })
        })
        .collect()
}

/// Which of these devices clicked as people on their days.
pub async fn visits(
    conn: &IngestConnection,
    days: &[NaiveDate],
    devices: &[&str],
) -> DbResult<HashSet<(NaiveDate, String)>> {
    if devices.is_empty() {
        return Ok(HashSet::new());
    }
    let rows = conn.query(VISITS, &[&days, &devices]).await?;
    rows.iter()
        .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
        .collect()
}

/// Human hits within any of the spans.
pub async fn human_hits(conn: &IngestConnection, spans: &[VisitorSpan]) -> DbResult<Vec<HumanHit>> {
    if spans.is_empty() {
        return Ok(Vec::new());
    }
    let links: Vec<Uuid> = spans.iter().map(|span| span.link_id).collect();
    let visitors: Vec<&str> = spans.iter().map(|span| span.visitor.as_str()).collect();
    let from: Vec<DateTime<Utc>> = spans.iter().map(|span| span.from).collect();
    let to: Vec<DateTime<Utc>> = spans.iter().map(|span| span.to).collect();
    let rows = conn
        .query(VISITORS, &[&links, &visitors, &from, &to])
        .await?;
    rows.iter()
        .map(|row| {
            Ok(HumanHit {
                link_id: row.try_get(0)?,
                visitor: row.try_get(1)?,
                at: row.try_get(2)?,
            })
        })
        .collect()
}

/// Which of these devices and networks are blocked, as (`device` or `network`, value).
pub async fn blocked(
    conn: &IngestConnection,
    values: &[&str],
    now: DateTime<Utc>,
) -> DbResult<Vec<(String, String)>> {
    if values.is_empty() {
        return Ok(Vec::new());
    }
    let rows = conn.query(BLOCKS, &[&values, &now]).await?;
    rows.iter()
        .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
        .collect()
}

/// Networks marked as an institution's, in CIDR form.
pub async fn institution_networks(conn: &IngestConnection) -> DbResult<Vec<String>> {
    let rows = conn.query(NETWORKS, &[]).await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

/// How far click logs have been shipped.
pub async fn positions(conn: &IngestConnection, logs: &[Uuid]) -> DbResult<HashMap<Uuid, i64>> {
    if logs.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = conn.query(POSITIONS, &[&logs]).await?;
    rows.iter()
        .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
        .collect()
}

/// Whether an event is stored, which tells whether a transaction committed when its connection broke.
pub async fn is_stored(conn: &IngestConnection, at: DateTime<Utc>, id: Uuid) -> DbResult<bool> {
    Ok(!conn.query(PRESENT, &[&at, &id]).await?.is_empty())
}

fn pairs(rows: Vec<tokio_postgres::Row>) -> DbResult<HashMap<String, Uuid>> {
    rows.iter()
        .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
        .collect()
}
