//! Clicks of a device, and its fastest bursts.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, Date, Nullable, Text, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::error::DbResult;
use crate::schema::installation_facts;

/// Fact that tells how many clicks the stored bursts are made of.
const BURST_FACT: &str = "device_burst_min_clicks";

/// A device with a burst.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct DeviceCandidate {
    /// Its fingerprint.
    #[diesel(sql_type = Text)]
    pub device_fingerprint: String,
}

/// Clicks of one device on one UTC day.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct DeviceDay {
    /// The day.
    #[diesel(sql_type = Date)]
    pub day: NaiveDate,
    /// Its fingerprint.
    #[diesel(sql_type = Text)]
    pub device_fingerprint: String,
    /// Clicks.
    #[diesel(sql_type = BigInt)]
    pub clicks: i64,
    /// First click.
    #[diesel(sql_type = Timestamptz)]
    pub first_seen: DateTime<Utc>,
    /// Last click.
    #[diesel(sql_type = Timestamptz)]
    pub last_seen: DateTime<Utc>,
    /// Fastest burst on the day, in microseconds; none above 60 s.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub fastest_burst_us: Option<i64>,
    /// Fastest burst that began on the day before.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub border_burst_us: Option<i64>,
}

/// Clicks of one device in a window.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct DeviceClicks {
    /// Its fingerprint.
    #[diesel(sql_type = Text)]
    pub device_fingerprint: String,
    /// Clicks.
    #[diesel(sql_type = BigInt)]
    pub clicks: i64,
    /// First click.
    #[diesel(sql_type = Timestamptz)]
    pub first_seen: DateTime<Utc>,
    /// Last click.
    #[diesel(sql_type = Timestamptz)]
    pub last_seen: DateTime<Utc>,
    /// Fastest burst, in microseconds.
    #[diesel(sql_type = BigInt)]
    pub fastest_burst_us: i64,
}

const CANDIDATES: &str = "
SELECT device_fingerprint FROM rollup_device_days WHERE day = ANY ($1) AND fastest_burst_us <= $3
UNION
SELECT device_fingerprint FROM rollup_device_days WHERE day = ANY ($2) AND border_burst_us <= $3";

const DAYS: &str = "
SELECT day, device_fingerprint, clicks, first_seen, last_seen, fastest_burst_us, border_burst_us
FROM rollup_device_days WHERE day = ANY ($1) AND device_fingerprint = ANY ($2)";

/// A click counts against its device unless it came from an institution without a cookie. The burst of each click
/// ends with it and began `min_clicks - 1` clicks before.
const RECOUNT: &str = "
SELECT device_fingerprint, count(*) AS clicks, min(occurred_at) AS first_seen, max(occurred_at) AS last_seen,
       min(burst_us) AS fastest_burst_us
FROM (
    SELECT device_fingerprint, occurred_at,
           (extract(epoch FROM occurred_at - lag(occurred_at, $3::int) OVER device) * 1000000)::bigint AS burst_us
    FROM events
    WHERE type = 'click' AND class IN ('human', 'duplicate') AND device_fingerprint IS NOT NULL
      AND occurred_at >= $1 AND occurred_at < $2
      AND (has_cookie OR ip_prefix IS NULL OR NOT EXISTS (
          SELECT FROM institution_networks WHERE events.ip_prefix::inet <<= institution_networks.network::inet))
      AND ($5 IS NULL OR device_fingerprint = ANY ($5))
    WINDOW device AS (PARTITION BY device_fingerprint ORDER BY occurred_at)
) AS click
GROUP BY device_fingerprint
HAVING min(burst_us) <= $4";

/// How many clicks the stored bursts are made of; `None` when none were ever stored.
///
/// # Errors
/// When the database refuses.
pub async fn stored_burst_clicks(conn: &mut AsyncPgConnection) -> DbResult<Option<u32>> {
    let fact: Option<String> = installation_facts::table
        .find(BURST_FACT)
        .select(installation_facts::value)
        .first(conn)
        .await
        .optional()?;
    Ok(fact.and_then(|clicks| clicks.parse().ok()))
}

/// Devices with a burst of at most `burst_us` microseconds on one of `days`, or over the midnight before one of
/// `border_days`.
///
/// # Errors
/// When the database refuses.
pub async fn device_candidates(
    conn: &mut AsyncPgConnection,
    days: &[NaiveDate],
    border_days: &[NaiveDate],
    burst_us: i64,
) -> DbResult<Vec<DeviceCandidate>> {
    Ok(sql_query(CANDIDATES)
        .bind::<Array<Date>, _>(days)
        .bind::<Array<Date>, _>(border_days)
        .bind::<BigInt, _>(burst_us)
        .load(conn)
        .await?)
}

/// The sums of these devices on these UTC days.
///
/// # Errors
/// When the database refuses.
pub async fn device_days(
    conn: &mut AsyncPgConnection,
    days: &[NaiveDate],
    devices: &[&str],
) -> DbResult<Vec<DeviceDay>> {
    Ok(sql_query(DAYS)
        .bind::<Array<Date>, _>(days)
        .bind::<Array<Text>, _>(devices)
        .load(conn)
        .await?)
}

/// Counts clicks again, from the events of `[from, to)`, without those that came from an institution without a
/// cookie; answers the devices, of `devices` or of all, whose fastest burst of `min_clicks` clicks takes at most
/// `burst_us` microseconds.
///
/// # Errors
/// When the database refuses.
pub async fn recount_devices(
    conn: &mut AsyncPgConnection,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    min_clicks: i64,
    burst_us: i64,
    devices: Option<&[&str]>,
) -> DbResult<Vec<DeviceClicks>> {
    Ok(sql_query(RECOUNT)
        .bind::<Timestamptz, _>(from)
        .bind::<Timestamptz, _>(to)
        .bind::<BigInt, _>(min_clicks - 1)
        .bind::<BigInt, _>(burst_us)
        .bind::<Nullable<Array<Text>>, _>(devices)
        .load(conn)
        .await?)
}
