//! Writing a batch.

use std::pin::pin;

use chrono::{DateTime, NaiveDate, Utc};
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::connection::IngestConnection;
use super::rows::{HumanHit, NewEvent};
use crate::error::DbResult;
use crate::partitions::create_month;

const COPY_EVENTS: &str = "
COPY events (id, occurred_at, received_at, type, class, reject_reason, origin, link_id, click_id, referrer_id,
             referee_id, ip_hash, ip_prefix, device_fingerprint, has_cookie, new_visitor, agent, value, currency, properties)
FROM STDIN (FORMAT binary)";

const COLUMNS: [Type; 20] = [
    Type::UUID,
    Type::TIMESTAMPTZ,
    Type::TIMESTAMPTZ,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::UUID,
    Type::UUID,
    Type::UUID,
    Type::UUID,
    Type::BYTEA,
    Type::TEXT,
    Type::TEXT,
    Type::BOOL,
    Type::BOOL,
    Type::TEXT,
    Type::NUMERIC,
    Type::TEXT,
    Type::JSONB,
];

/// An id that was accepted before the 30 days began is free again.
const INSERT_EVENT_IDS: &str = "
INSERT INTO event_ids (event_id, id, received_at)
SELECT n.event_id, n.id, $3 FROM unnest($1::text[], $2::uuid[]) AS n (event_id, id)
ON CONFLICT (event_id) DO UPDATE SET id = excluded.id, received_at = excluded.received_at";

const INSERT_CREDITS: &str = "
INSERT INTO conversion_credits (referee_id, event_id, occurred_at)
SELECT n.* FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) AS n (referee_id, event_id, occurred_at)";

const INSERT_VISITORS: &str = "
INSERT INTO link_visitors (link_id, visitor, human_at, recorded_at)
SELECT n.link_id, n.visitor, n.human_at, $4
FROM unnest($1::uuid[], $2::text[], $3::timestamptz[]) AS n (link_id, visitor, human_at)
ON CONFLICT DO NOTHING";

const SET_POSITION: &str = "
INSERT INTO click_log_positions (log_id, position, updated_at) VALUES ($1, $2, $3)
ON CONFLICT (log_id) DO UPDATE SET position = excluded.position, updated_at = excluded.updated_at";

/// Links clicked for the first time, and the days of their creation on which one link more counts as clicked. The
/// shard is ingest's own, so that it never waits for somebody who mints links.
const FIRST_CLICKS: &str = "
WITH clicked AS (
    UPDATE links l SET first_clicked_at = n.at FROM unnest($1::uuid[], $2::timestamptz[]) AS n (id, at)
    WHERE l.id = n.id AND l.first_clicked_at IS NULL RETURNING l.created_at
)
INSERT INTO rollup_input_days AS r (day, kind, shard, total, flagged, weight)
SELECT created_at::date, 'link', -1, 0, count(*), 0 FROM clicked GROUP BY 1
ON CONFLICT (day, kind, shard) DO UPDATE SET flagged = r.flagged + excluded.flagged";

const EXHAUST: &str = "
UPDATE links l SET exhausted_at = $2
WHERE l.id = ANY ($1) AND l.exhausted_at IS NULL
  AND l.max_clicks <= (SELECT sum(d.human) FROM rollup_link_days d WHERE d.link_id = l.id)";

/// Makes the partition of the month that begins on `month`, unless there is one. Call it within a transaction that
/// holds the ingest lock, so that two nodes do not make it at once.
///
/// # Errors
/// When the database refuses, as everywhere in this module.
pub async fn ensure_month(conn: &IngestConnection, month: NaiveDate) -> DbResult<()> {
    match create_month(month) {
        Some(sql) => conn.batch(&sql).await,
        None => Ok(()),
    }
}

/// Stores events.
pub async fn insert_events(conn: &IngestConnection, events: &[NewEvent]) -> DbResult<()> {
    if events.is_empty() {
        return Ok(());
    }
    let statement = conn.statement(COPY_EVENTS).await?;
    let sink = conn.client().copy_in(&statement).await?;
    let mut writer = pin!(BinaryCopyInWriter::new(sink, &COLUMNS));
    for event in events {
        let ip_hash = event.ip_hash.as_ref().map(<[u8; 16]>::as_slice);
        let agent = event.agent.as_deref();
        writer
            .as_mut()
            .write(&[
                &event.id,
                &event.occurred_at,
                &event.received_at,
                &event.event_type,
                &event.class,
                &event.reject_reason,
                &event.origin,
                &event.link_id,
                &event.click_id,
                &event.referrer_id,
                &event.referee_id,
                &ip_hash,
                &event.ip_prefix,
                &event.device_fingerprint,
                &event.has_cookie,
                &event.new_visitor,
                &agent,
                &event.value,
                &event.currency,
                &event.properties,
            ])
            .await?;
    }
    writer.finish().await?;
    Ok(())
}

/// Remembers client ids of events.
pub async fn insert_event_ids(
    conn: &IngestConnection,
    ids: &[(&str, Uuid)],
    now: DateTime<Utc>,
) -> DbResult<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let (event_ids, ids): (Vec<&str>, Vec<Uuid>) = ids.iter().copied().unzip();
    conn.execute(INSERT_EVENT_IDS, &[&event_ids, &ids, &now])
        .await?;
    Ok(())
}

/// Credits conversions, as (referee, conversion, time).
pub async fn insert_credits(
    conn: &IngestConnection,
    credits: &[(Uuid, Uuid, DateTime<Utc>)],
) -> DbResult<()> {
    if credits.is_empty() {
        return Ok(());
    }
    let referees: Vec<Uuid> = credits.iter().map(|credit| credit.0).collect();
    let events: Vec<Uuid> = credits.iter().map(|credit| credit.1).collect();
    let times: Vec<DateTime<Utc>> = credits.iter().map(|credit| credit.2).collect();
    conn.execute(INSERT_CREDITS, &[&referees, &events, &times])
        .await?;
    Ok(())
}

/// Remembers human hits.
pub async fn insert_human_hits(
    conn: &IngestConnection,
    hits: &[HumanHit],
    now: DateTime<Utc>,
) -> DbResult<()> {
    if hits.is_empty() {
        return Ok(());
    }
    let links: Vec<Uuid> = hits.iter().map(|hit| hit.link_id).collect();
    let visitors: Vec<&str> = hits.iter().map(|hit| hit.visitor.as_str()).collect();
    let times: Vec<DateTime<Utc>> = hits.iter().map(|hit| hit.at).collect();
    conn.execute(INSERT_VISITORS, &[&links, &visitors, &times, &now])
        .await?;
    Ok(())
}

/// Stores how far a click log is shipped.
pub async fn set_position(
    conn: &IngestConnection,
    log_id: Uuid,
    position: i64,
    now: DateTime<Utc>,
) -> DbResult<()> {
    conn.execute(SET_POSITION, &[&log_id, &position, &now])
        .await?;
    Ok(())
}

/// Notes the first human click of links that had none.
pub async fn set_first_clicks(
    conn: &IngestConnection,
    clicks: &[(Uuid, DateTime<Utc>)],
) -> DbResult<()> {
    if clicks.is_empty() {
        return Ok(());
    }
    let (ids, times): (Vec<Uuid>, Vec<DateTime<Utc>>) = clicks.iter().copied().unzip();
    conn.execute(FIRST_CLICKS, &[&ids, &times]).await?;
    Ok(())
}

/// Stops those of the links that have had their `max_clicks`. Call it after the rollups.
pub async fn exhaust_links(
    conn: &IngestConnection,
    links: &[Uuid],
    now: DateTime<Utc>,
) -> DbResult<()> {
    if links.is_empty() {
        return Ok(());
    }
    conn.execute(EXHAUST, &[&links, &now]).await?;
    Ok(())
}
