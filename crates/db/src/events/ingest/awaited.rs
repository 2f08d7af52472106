//! Events that named a click before its hit was shipped, and their completion when it is.
//!
//! The target page may report a conversion within the second in which the hit is still in a node's click log. The
//! event is stored at once and without its link; the hit brings the link, and the counts that follow from it.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;
use viral_engine_domain::event_id::millisecond_of;

use super::connection::IngestConnection;
use super::rows::{AwaitedClick, CompletedEvent};
use crate::error::DbResult;
use crate::events::unknown_clicks::{EMPTY_DAYS, REJECT};

const INSERT: &str = "
INSERT INTO awaited_clicks (click_id, event_id, has_referrer, recorded_at)
SELECT n.click_id, n.event_id, n.has_referrer, $4
FROM unnest($1::uuid[], $2::uuid[], $3::boolean[]) AS n (click_id, event_id, has_referrer)";

const ANY: &str = "SELECT EXISTS (SELECT FROM awaited_clicks)";

const TAKE: &str = "
DELETE FROM awaited_clicks WHERE click_id = ANY ($1) RETURNING click_id, event_id, has_referrer";

const FORGET: &str = "DELETE FROM awaited_clicks WHERE event_id = ANY ($1)";

const COMPLETE: &str = "
UPDATE events e SET link_id = n.link_id, referrer_id = coalesce(e.referrer_id, n.referrer_id)
FROM unnest($1::uuid[], $2::timestamptz[], $3::uuid[], $4::uuid[]) AS n (event_id, at, link_id, referrer_id)
WHERE e.occurred_at >= n.at AND e.occurred_at < n.at + interval '1 millisecond' AND e.id = n.event_id
RETURNING e.id, e.type, e.occurred_at, e.link_id, n.referrer_id, e.referee_id";

/// A click that arrived, its link and who is credited for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ArrivedClick {
    /// The click.
    pub id: Uuid,
    /// Its link.
    pub link_id: Uuid,
    /// Its referrer; `None` for one that credits nobody.
    pub referrer_id: Option<Uuid>,
}

/// Notes clicks that events wait for.
///
/// # Errors
/// When the database refuses, as everywhere in this module.
pub async fn insert(
    conn: &IngestConnection,
    awaited: &[AwaitedClick],
    now: DateTime<Utc>,
) -> DbResult<()> {
    if awaited.is_empty() {
        return Ok(());
    }
    let clicks: Vec<Uuid> = awaited.iter().map(|row| row.click_id).collect();
    let events: Vec<Uuid> = awaited.iter().map(|row| row.event_id).collect();
    let referrers: Vec<bool> = awaited.iter().map(|row| row.has_referrer).collect();
    conn.execute(INSERT, &[&clicks, &events, &referrers, &now])
        .await?;
    Ok(())
}

/// Whether any event waits, which is rare.
pub async fn any(conn: &IngestConnection) -> DbResult<bool> {
    let rows = conn.query(ANY, &[]).await?;
    rows.first().map_or(Ok(false), |row| Ok(row.try_get(0)?))
}

/// Rejects conversions whose click did not come before another conversion of their referee, and forgets their clicks.
pub async fn reject(conn: &IngestConnection, events: &[Uuid]) -> DbResult<()> {
    if events.is_empty() {
        return Ok(());
    }
    let (events, times): (Vec<Uuid>, Vec<DateTime<Utc>>) = events
        .iter()
        .filter_map(|id| Some((*id, millisecond_of(*id)?.0)))
        .unzip();
    conn.execute(FORGET, &[&events]).await?;
    let rows = conn.query(REJECT, &[&events, &times]).await?;
    let days: DbResult<Vec<NaiveDate>> = rows.iter().map(|row| Ok(row.try_get(0)?)).collect();
    conn.execute(EMPTY_DAYS, &[&days?]).await?;
    Ok(())
}

/// Completes the events that waited for these clicks, and answers what they now count for.
pub async fn complete(
    conn: &IngestConnection,
    arrived: &[ArrivedClick],
) -> DbResult<Vec<CompletedEvent>> {
    if arrived.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Uuid> = arrived.iter().map(|click| click.id).collect();
    let waiting = conn.query(TAKE, &[&ids]).await?;
    let (mut events, mut times, mut links, mut referrers) = (vec![], vec![], vec![], vec![]);
    for row in &waiting {
        let (click_id, event_id): (Uuid, Uuid) = (row.try_get(0)?, row.try_get(1)?);
        let has_referrer: bool = row.try_get(2)?;
        let click = arrived.iter().find(|click| click.id == click_id);
        if let (Some(click), Some((at, _))) = (click, millisecond_of(event_id)) {
            events.push(event_id);
            times.push(at);
            links.push(click.link_id);
            referrers.push(click.referrer_id.filter(|_| !has_referrer));
        }
    }
    if events.is_empty() {
        return Ok(Vec::new());
    }
    let rows = conn
        .query(COMPLETE, &[&events, &times, &links, &referrers])
        .await?;
    rows.iter()
        .map(|row| {
            Ok(CompletedEvent {
                id: row.try_get(0)?,
                event_type: row.try_get(1)?,
                occurred_at: row.try_get(2)?,
                link_id: row.try_get(3)?,
                referrer_id: row.try_get(4)?,
                referee_id: row.try_get(5)?,
            })
        })
        .collect()
}
