//! What is stored around new clicks of a device, for the bursts they make with it.
//!
//! A burst is `min_clicks` consecutive clicks within a minute. So at most `min_clicks - 1` clicks on either side of
//! a new one matter, and the work is bounded however hot a device is.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::connection::IngestConnection;
use crate::error::DbResult;

/// Fact that tells the `min_clicks` that the stored bursts are made of.
pub const FACT: &str = "device_burst_min_clicks";

/// Neighbours of the new clicks of one device between two times, both included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BurstQuery {
    /// The device.
    pub device_fingerprint: String,
    /// First new click.
    pub from: DateTime<Utc>,
    /// Last new click.
    pub to: DateTime<Utc>,
    /// Most stored clicks to answer between them. One more is answered when there are more.
    pub most_between: i64,
}

/// A stored click.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StoredClick {
    /// When.
    pub at: DateTime<Utc>,
    /// Tells clicks of one instant apart.
    pub id: Uuid,
}

/// The stored clicks around one query's new ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Neighbours {
    /// Before the first and behind the last new one, at most `min_clicks - 1` on each side.
    pub around: Vec<StoredClick>,
    /// From the first to the last new one.
    pub between: Vec<StoredClick>,
}

/// The rollup tells first which devices clicked at about that time at all: most did not, and cost no search among
/// the events.
const NEIGHBOURS: &str = "
SELECT q.n, c.occurred_at, c.id, c.part
FROM unnest($1::text[], $2::timestamptz[], $3::timestamptz[], $4::bigint[])
     WITH ORDINALITY AS q (device, lo, hi, most, n)
CROSS JOIN LATERAL (
    (SELECT e.occurred_at, e.id, 'around' AS part FROM events e
     WHERE e.type = 'click' AND e.class IN ('human', 'duplicate') AND e.device_fingerprint = q.device
       AND e.occurred_at < q.lo AND e.occurred_at >= q.lo - interval '60 seconds'
     ORDER BY e.occurred_at DESC LIMIT $5)
    UNION ALL
    (SELECT e.occurred_at, e.id, 'around' FROM events e
     WHERE e.type = 'click' AND e.class IN ('human', 'duplicate') AND e.device_fingerprint = q.device
       AND e.occurred_at > q.hi AND e.occurred_at <= q.hi + interval '60 seconds'
     ORDER BY e.occurred_at LIMIT $5)
    UNION ALL
    (SELECT e.occurred_at, e.id, 'between' FROM events e
     WHERE e.type = 'click' AND e.class IN ('human', 'duplicate') AND e.device_fingerprint = q.device
       AND e.occurred_at BETWEEN q.lo AND q.hi
     ORDER BY e.occurred_at LIMIT q.most + 1)
) c
WHERE EXISTS (
    SELECT FROM rollup_device_days r
    WHERE r.device_fingerprint = q.device
      AND r.day = ANY (ARRAY[(q.lo - interval '60 seconds')::date, q.lo::date, q.hi::date, (q.hi + interval '60 seconds')::date])
      AND r.first_seen <= q.hi + interval '60 seconds' AND r.last_seen >= q.lo - interval '60 seconds'
)";

const MIN_CLICKS: &str = "SELECT value FROM installation_facts WHERE key = $1";

const SET_MIN_CLICKS: &str = "
INSERT INTO installation_facts (key, value) VALUES ($1, $2)
ON CONFLICT (key) DO UPDATE SET value = excluded.value";

/// Rollup rows of devices, from their events. Spans are to the click `$1` further on; a span that reaches into the
/// next day belongs to that day's border.
const REBUILD: &str = "
WITH clicks AS (
    SELECT device_fingerprint, class, occurred_at,
           lead(occurred_at, $1) OVER (PARTITION BY device_fingerprint ORDER BY occurred_at, id) AS burst_end
    FROM events WHERE type = 'click' AND class IN ('human', 'duplicate') AND device_fingerprint IS NOT NULL
), bursts AS (
    SELECT device_fingerprint, occurred_at::date AS begun, burst_end::date AS day,
           (extract(epoch FROM burst_end - occurred_at) * 1000000)::bigint AS us
    FROM clicks WHERE burst_end <= occurred_at + interval '60 seconds'
), fastest AS (
    SELECT device_fingerprint, day, min(us) FILTER (WHERE begun = day) AS within, min(us) FILTER (WHERE begun < day) AS border
    FROM bursts GROUP BY 1, 2
), days AS (
    SELECT device_fingerprint, occurred_at::date AS day, count(*) AS clicks, count(*) FILTER (WHERE class = 'human') AS human,
           min(occurred_at) AS first_seen, max(occurred_at) AS last_seen
    FROM clicks GROUP BY 1, 2
)
INSERT INTO rollup_device_days (day, device_fingerprint, clicks, human, first_seen, last_seen, fastest_burst_us, border_burst_us)
SELECT day, device_fingerprint, clicks, human, first_seen, last_seen, within, border
FROM days LEFT JOIN fastest USING (device_fingerprint, day)";

const CLEAR: &str = "DELETE FROM rollup_device_days";

/// Stored clicks around new ones; an answer a query, in order. `reach` is `min_clicks - 1`.
///
/// # Errors
/// When the database refuses, as everywhere in this module.
pub async fn neighbours(
    conn: &IngestConnection,
    queries: &[BurstQuery],
    reach: i64,
) -> DbResult<Vec<Neighbours>> {
    let mut answers = vec![Neighbours::default(); queries.len()];
    if queries.is_empty() {
        return Ok(answers);
    }
    let devices: Vec<&str> = queries
        .iter()
        .map(|q| q.device_fingerprint.as_str())
        .collect();
    let from: Vec<DateTime<Utc>> = queries.iter().map(|q| q.from).collect();
    let to: Vec<DateTime<Utc>> = queries.iter().map(|q| q.to).collect();
    let most: Vec<i64> = queries.iter().map(|q| q.most_between).collect();
    let rows = conn
        .query(NEIGHBOURS, &[&devices, &from, &to, &most, &reach])
        .await?;
    for row in &rows {
        let ordinal: i64 = row.try_get(0)?;
        let click = StoredClick {
            at: row.try_get(1)?,
            id: row.try_get(2)?,
        };
        let part: &str = row.try_get(3)?;
        let index = usize::try_from(ordinal - 1).unwrap_or(usize::MAX);
        if let Some(answer) = answers.get_mut(index) {
            match part {
                "around" => answer.around.push(click),
                _ => answer.between.push(click),
            }
        }
    }
    Ok(answers)
}

/// The `min_clicks` that the stored bursts are made of; `None` before the first start.
pub async fn min_clicks(conn: &IngestConnection) -> DbResult<Option<u32>> {
    let rows = conn.query(MIN_CLICKS, &[&FACT]).await?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    let text: &str = row.try_get(0)?;
    Ok(text.parse().ok())
}

/// Makes the rollup of devices anew from the events, for bursts of `min_clicks`, and remembers the number. Call it
/// within a transaction. Reads all stored clicks: minutes at tens of millions.
pub async fn rebuild(conn: &IngestConnection, min_clicks: u32) -> DbResult<()> {
    let reach = i32::try_from(min_clicks.saturating_sub(1)).unwrap_or(i32::MAX);
    // A rebuild reads more than a batch may take; the limits are back with the next transaction.
    conn.batch(
        "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0",
    )
    .await?;
    conn.execute(CLEAR, &[]).await?;
    conn.execute(REBUILD, &[&reach]).await?;
    conn.execute(SET_MIN_CLICKS, &[&FACT, &min_clicks.to_string()])
        .await?;
    Ok(())
}
