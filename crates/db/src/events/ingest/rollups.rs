//! Adding a batch to the rollups, in the transaction that stores its events.
//!
//! Callers give the rows of each table in the order of its key, so that writers lock them in one order.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::connection::IngestConnection;
use super::rows::{
    ClassCounts, ClickQuarter, DeviceDay, IpDay, IpDeviceDay, LinkDay, ReachedDay, ReferrerDay,
    SourceDay,
};
use crate::error::DbResult;
use crate::inputs::reached;

/// Devices first: whether a device is new for its address and day, and how often it clicked, goes into the row of
/// the address. A device is new when its count is what was just added.
const IP_DAYS: &str = "
WITH added AS (
    SELECT * FROM unnest($1::date[], $2::bytea[], $3::text[], $4::bigint[]) AS n (day, ip_hash, device_fingerprint, clicks)
), stored AS (
    INSERT INTO rollup_ip_device_days AS r (day, ip_hash, device_fingerprint, clicks) SELECT * FROM added
    ON CONFLICT (day, ip_hash, device_fingerprint) DO UPDATE SET clicks = r.clicks + excluded.clicks
    RETURNING day, ip_hash, device_fingerprint, clicks
), devices AS (
    SELECT day, ip_hash, count(*) FILTER (WHERE stored.clicks = added.clicks) AS new, max(stored.clicks) AS busiest
    FROM stored JOIN added USING (day, ip_hash, device_fingerprint) GROUP BY day, ip_hash
)
INSERT INTO rollup_ip_days AS r (day, ip_hash, ip_prefix, clicks, devices, max_device_clicks, first_seen, last_seen)
SELECT n.day, n.ip_hash, n.ip_prefix, n.clicks, coalesce(d.new, 0), coalesce(d.busiest, 0), n.first_seen, n.last_seen
FROM unnest($5::date[], $6::bytea[], $7::text[], $8::bigint[], $9::timestamptz[], $10::timestamptz[])
     AS n (day, ip_hash, ip_prefix, clicks, first_seen, last_seen)
LEFT JOIN devices d ON d.day = n.day AND d.ip_hash = n.ip_hash
ON CONFLICT (day, ip_hash) DO UPDATE SET
    ip_prefix = coalesce(r.ip_prefix, excluded.ip_prefix),
    clicks = r.clicks + excluded.clicks,
    devices = r.devices + excluded.devices,
    max_device_clicks = greatest(r.max_device_clicks, excluded.max_device_clicks),
    first_seen = least(r.first_seen, excluded.first_seen),
    last_seen = greatest(r.last_seen, excluded.last_seen)";

/// More clicks only make bursts shorter, so the shorter one is right (`least` passes over nulls).
const DEVICE_DAYS: &str = "
INSERT INTO rollup_device_days AS r
    (day, device_fingerprint, clicks, human, first_seen, last_seen, fastest_burst_us, border_burst_us)
SELECT * FROM unnest($1::date[], $2::text[], $3::bigint[], $4::bigint[], $5::timestamptz[], $6::timestamptz[], $7::bigint[],
                     $8::bigint[])
ON CONFLICT (day, device_fingerprint) DO UPDATE SET
    clicks = r.clicks + excluded.clicks,
    human = r.human + excluded.human,
    first_seen = least(r.first_seen, excluded.first_seen),
    last_seen = greatest(r.last_seen, excluded.last_seen),
    fastest_burst_us = least(r.fastest_burst_us, excluded.fastest_burst_us),
    border_burst_us = least(r.border_burst_us, excluded.border_burst_us)";

const REFERRER_DAYS: &str = "
INSERT INTO rollup_referrer_days AS r (day, referrer_id, clicks, human, conversions)
SELECT * FROM unnest($1::date[], $2::uuid[], $3::bigint[], $4::bigint[], $5::bigint[])
ON CONFLICT (day, referrer_id) DO UPDATE SET
    clicks = r.clicks + excluded.clicks, human = r.human + excluded.human,
    conversions = r.conversions + excluded.conversions";

const CLICK_QUARTERS: &str = "
INSERT INTO rollup_click_quarters AS r (quarter, source, human, visitors)
SELECT * FROM unnest($1::timestamptz[], $2::text[], $3::bigint[], $4::bigint[])
ON CONFLICT (quarter, source) DO UPDATE SET
    human = r.human + excluded.human, visitors = r.visitors + excluded.visitors";

const LINK_DAYS: &str = "
INSERT INTO rollup_link_days AS r (day, link_id, human, duplicate, bot, preview, prefetch, rejected, conversions)
SELECT * FROM unnest($1::date[], $2::uuid[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
                     $8::bigint[], $9::bigint[])
ON CONFLICT (link_id, day) DO UPDATE SET
    human = r.human + excluded.human, duplicate = r.duplicate + excluded.duplicate, bot = r.bot + excluded.bot,
    preview = r.preview + excluded.preview, prefetch = r.prefetch + excluded.prefetch,
    rejected = r.rejected + excluded.rejected, conversions = r.conversions + excluded.conversions";

const SOURCE_DAYS: &str = "
INSERT INTO rollup_source_days AS r
    (day, source, human, duplicate, bot, preview, prefetch, rejected, invites, conversions, activations)
SELECT * FROM unnest($1::date[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
                     $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[])
ON CONFLICT (day, source) DO UPDATE SET
    human = r.human + excluded.human, duplicate = r.duplicate + excluded.duplicate, bot = r.bot + excluded.bot,
    preview = r.preview + excluded.preview, prefetch = r.prefetch + excluded.prefetch,
    rejected = r.rejected + excluded.rejected, invites = r.invites + excluded.invites,
    conversions = r.conversions + excluded.conversions, activations = r.activations + excluded.activations";

/// A recomputation would not make them.
const EMPTY_SOURCE_DAYS: &str = "
DELETE FROM rollup_source_days r USING unnest($1::date[], $2::text[]) AS n (day, source)
WHERE r.day = n.day AND r.source = n.source
  AND (human, duplicate, bot, preview, prefetch, rejected, invites, conversions, activations)
    = (0, 0, 0, 0, 0, 0, 0, 0, 0)";

/// Adds clicks of addresses and of the devices behind them.
///
/// # Errors
/// When the database refuses, as everywhere in this module.
pub async fn add_ip_days(
    conn: &IngestConnection,
    ips: &[IpDay],
    devices: &[IpDeviceDay],
) -> DbResult<()> {
    if ips.is_empty() {
        return Ok(());
    }
    let device_days = column(devices, |row| row.day);
    let device_ips = column(devices, |row| row.ip_hash.as_slice());
    let device_names = column(devices, |row| row.device_fingerprint.as_str());
    let device_clicks = column(devices, |row| row.clicks);
    let days = column(ips, |row| row.day);
    let hashes = column(ips, |row| row.ip_hash.as_slice());
    let prefixes = column(ips, |row| row.ip_prefix.as_deref());
    let clicks = column(ips, |row| row.clicks);
    let first = column(ips, |row| row.first_seen);
    let last = column(ips, |row| row.last_seen);
    conn.execute(
        IP_DAYS,
        &[
            &device_days,
            &device_ips,
            &device_names,
            &device_clicks,
            &days,
            &hashes,
            &prefixes,
            &clicks,
            &first,
            &last,
        ],
    )
    .await?;
    Ok(())
}

/// Adds clicks and bursts of devices.
pub async fn add_device_days(conn: &IngestConnection, rows: &[DeviceDay]) -> DbResult<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let days = column(rows, |row| row.day);
    let devices = column(rows, |row| row.device_fingerprint.as_str());
    let clicks = column(rows, |row| row.clicks);
    let human = column(rows, |row| row.human);
    let first: Vec<DateTime<Utc>> = column(rows, |row| row.first_seen);
    let last: Vec<DateTime<Utc>> = column(rows, |row| row.last_seen);
    let fastest = column(rows, |row| row.fastest_burst_us);
    let border = column(rows, |row| row.border_burst_us);
    conn.execute(
        DEVICE_DAYS,
        &[
            &days, &devices, &clicks, &human, &first, &last, &fastest, &border,
        ],
    )
    .await?;
    Ok(())
}

/// Adds clicks and conversions of referrers.
pub async fn add_referrer_days(conn: &IngestConnection, rows: &[ReferrerDay]) -> DbResult<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let days = column(rows, |row| row.day);
    let referrers = column(rows, |row| row.referrer_id);
    let clicks = column(rows, |row| row.clicks);
    let human = column(rows, |row| row.human);
    let conversions = column(rows, |row| row.conversions);
    conn.execute(
        REFERRER_DAYS,
        &[&days, &referrers, &clicks, &human, &conversions],
    )
    .await?;
    Ok(())
}

/// Adds clicks and visitors of sources.
pub async fn add_click_quarters(conn: &IngestConnection, rows: &[ClickQuarter]) -> DbResult<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let quarters = column(rows, |row| row.quarter);
    let sources = column(rows, |row| row.source.as_str());
    let human = column(rows, |row| row.human);
    let visitors = column(rows, |row| row.visitors);
    conn.execute(CLICK_QUARTERS, &[&quarters, &sources, &human, &visitors])
        .await?;
    Ok(())
}

/// Adds hits and conversions of links.
pub async fn add_link_days(conn: &IngestConnection, rows: &[LinkDay]) -> DbResult<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let days = column(rows, |row| row.day);
    let links: Vec<Uuid> = column(rows, |row| row.link_id);
    let [human, duplicate, bot, preview, prefetch, rejected] = classes(rows, |row| row.hits);
    let conversions = column(rows, |row| row.conversions);
    conn.execute(
        LINK_DAYS,
        &[
            &days,
            &links,
            &human,
            &duplicate,
            &bot,
            &preview,
            &prefetch,
            &rejected,
            &conversions,
        ],
    )
    .await?;
    Ok(())
}

/// Adds hits and outcomes of sources, and takes away what turned out to be another's.
pub async fn add_source_days(conn: &IngestConnection, rows: &[SourceDay]) -> DbResult<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let days = column(rows, |row| row.day);
    let sources = column(rows, |row| row.source.as_str());
    let [human, duplicate, bot, preview, prefetch, rejected] = classes(rows, |row| row.hits);
    let invites = column(rows, |row| row.invites);
    let conversions = column(rows, |row| row.conversions);
    let activations = column(rows, |row| row.activations);
    conn.execute(
        SOURCE_DAYS,
        &[
            &days,
            &sources,
            &human,
            &duplicate,
            &bot,
            &preview,
            &prefetch,
            &rejected,
            &invites,
            &conversions,
            &activations,
        ],
    )
    .await?;
    if rows.iter().any(SourceDay::takes_away) {
        conn.execute(EMPTY_SOURCE_DAYS, &[&days, &sources]).await?;
    }
    Ok(())
}

/// Notes that invitations reached users, and counts the users anew whose chain of days that changes; see
/// [`crate::inputs::record_reached`], which does the same for inputs.
pub async fn add_reached_days(conn: &IngestConnection, rows: &[ReachedDay]) -> DbResult<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let days = column(rows, |row| row.day);
    let users = column(rows, |row| row.user_id);
    let first = column(rows, |row| row.first_at);
    let last = column(rows, |row| row.last_at);
    let recorded = conn
        .query(reached::RECORD, &[&days, &users, &first, &last])
        .await?;
    let (mut users, mut days): (Vec<Uuid>, Vec<NaiveDate>) = (Vec::new(), Vec::new());
    for row in &recorded {
        if row.try_get(2)? {
            users.push(row.try_get(0)?);
            days.push(row.try_get(1)?);
        }
    }
    let (Some(from), Some(to)) = (days.iter().min(), days.iter().max()) else {
        return Ok(());
    };
    conn.query(reached::LOCK, &[&users]).await?;
    let (gap, shards) = (reached::LONGEST_GAP_DAYS, reached::SHARDS);
    conn.execute(reached::CHAIN, &[&users, &days, from, to, &gap, &shards])
        .await?;
    Ok(())
}

fn column<'a, R, T>(rows: &'a [R], field: impl Fn(&'a R) -> T) -> Vec<T> {
    rows.iter().map(field).collect()
}

fn classes<R>(rows: &[R], hits: impl Fn(&R) -> ClassCounts) -> [Vec<i64>; 6] {
    let counts: Vec<ClassCounts> = rows.iter().map(hits).collect();
    [
        column(&counts, |c| c.human),
        column(&counts, |c| c.duplicate),
        column(&counts, |c| c.bot),
        column(&counts, |c| c.preview),
        column(&counts, |c| c.prefetch),
        column(&counts, |c| c.rejected),
    ]
}
