//! Clicks of an address on a day.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, Bytea, Date, Nullable, Text, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::error::DbResult;

/// Clicks of one address on one day.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct IpDayRow {
    /// The day.
    #[diesel(sql_type = Date)]
    pub day: NaiveDate,
    /// Keyed hash of the address.
    #[diesel(sql_type = Bytea)]
    pub ip_hash: Vec<u8>,
    /// Its network.
    #[diesel(sql_type = Nullable<Text>)]
    pub ip_prefix: Option<String>,
    /// Clicks.
    #[diesel(sql_type = BigInt)]
    pub clicks: i64,
    /// Distinct devices.
    #[diesel(sql_type = BigInt)]
    pub devices: i64,
    /// Clicks of the device that clicked most.
    #[diesel(sql_type = BigInt)]
    pub max_device_clicks: i64,
    /// First click.
    #[diesel(sql_type = Timestamptz)]
    pub first_seen: DateTime<Utc>,
    /// Last click.
    #[diesel(sql_type = Timestamptz)]
    pub last_seen: DateTime<Utc>,
}

/// A day, or the part of it in a window, on which an address is counted again.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct IpDayCut {
    /// The day it is called.
    pub day: NaiveDate,
    /// First instant.
    pub start: DateTime<Utc>,
    /// End, not included.
    pub end: DateTime<Utc>,
    /// Keyed hash of the address.
    pub ip_hash: Vec<u8>,
}

/// Equality on the day lets the index on (day, clicks) lead to the busy ones of each day.
const BUSY: &str = "
SELECT day, ip_hash, ip_prefix, clicks, devices, max_device_clicks, first_seen, last_seen
FROM rollup_ip_days WHERE day = ANY ($1) AND clicks > $2";

/// LATERAL, so that each address is looked up by itself, however many the planner expects.
const RECOUNT: &str = "
SELECT cut.day, cut.ip_hash, counted.*
FROM unnest($1, $2, $3, $4) AS cut (day, start_at, end_at, ip_hash)
CROSS JOIN LATERAL (
    SELECT max(ip_prefix) AS ip_prefix, sum(clicks)::bigint AS clicks, count(device_fingerprint) AS devices,
           coalesce(max(clicks) FILTER (WHERE device_fingerprint IS NOT NULL), 0) AS max_device_clicks,
           min(first_seen) AS first_seen, max(last_seen) AS last_seen
    FROM (
        SELECT device_fingerprint, max(ip_prefix) AS ip_prefix, count(*) AS clicks,
               min(occurred_at) AS first_seen, max(occurred_at) AS last_seen
        FROM events
        WHERE ip_hash = cut.ip_hash AND occurred_at >= cut.start_at AND occurred_at < cut.end_at
          AND type = 'click' AND class IN ('human', 'duplicate')
        GROUP BY device_fingerprint
    ) AS device
) AS counted
WHERE counted.clicks > 0";

/// The addresses with more than `clicks` clicks on one of these UTC days.
///
/// # Errors
/// When the database refuses.
pub async fn busy_ip_days(
    conn: &mut AsyncPgConnection,
    days: &[NaiveDate],
    clicks: i64,
) -> DbResult<Vec<IpDayRow>> {
    Ok(sql_query(BUSY)
        .bind::<Array<Date>, _>(days)
        .bind::<BigInt, _>(clicks)
        .load(conn)
        .await?)
}

/// Counts clicks again, from the events; cuts without a click are left out.
///
/// # Errors
/// When the database refuses.
pub async fn recount_ip_days(
    conn: &mut AsyncPgConnection,
    cuts: &[IpDayCut],
) -> DbResult<Vec<IpDayRow>> {
    if cuts.is_empty() {
        return Ok(Vec::new());
    }
    let days: Vec<_> = cuts.iter().map(|cut| cut.day).collect();
    let starts: Vec<_> = cuts.iter().map(|cut| cut.start).collect();
    let ends: Vec<_> = cuts.iter().map(|cut| cut.end).collect();
    let ips: Vec<_> = cuts.iter().map(|cut| cut.ip_hash.as_slice()).collect();
    Ok(sql_query(RECOUNT)
        .bind::<Array<Date>, _>(days)
        .bind::<Array<Timestamptz>, _>(starts)
        .bind::<Array<Timestamptz>, _>(ends)
        .bind::<Array<Bytea>, _>(ips)
        .load(conn)
        .await?)
}
