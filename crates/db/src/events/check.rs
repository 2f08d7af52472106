//! Whether the sums of a day are those of its events: each rollup against a statement that makes it anew.

use chrono::NaiveDate;
use diesel::sql_query;
use diesel::sql_types::Date;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::count::Count;
use crate::error::DbResult;

/// A rollup whose sums were compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RollupCheck {
    /// The rollup's table.
    pub table: &'static str,
    /// Rows that are not what the events make, on either side.
    pub differences: i64,
}

/// A table and the columns of its rows of the day, with the rows that the day's events make. Days are UTC days.
const TWINS: [(&str, &str, &str); 5] = [
    (
        "rollup_ip_device_days",
        "ip_hash, device_fingerprint, clicks",
        "SELECT ip_hash, device_fingerprint, count(*) FROM day_events
         WHERE type = 'click' AND class IN ('human', 'duplicate') AND ip_hash IS NOT NULL AND device_fingerprint IS NOT NULL
         GROUP BY 1, 2",
    ),
    (
        "rollup_referrer_days",
        "referrer_id, clicks, human, conversions",
        "SELECT referrer_id, count(*) FILTER (WHERE type = 'click'), count(*) FILTER (WHERE class = 'human'),
                count(*) FILTER (WHERE type = 'conversion')
         FROM day_events WHERE referrer_id IS NOT NULL
           AND ((type = 'click' AND class IN ('human', 'duplicate')) OR type = 'conversion')
         GROUP BY 1",
    ),
    (
        "rollup_link_days",
        "link_id, human, duplicate, bot, preview, prefetch, rejected, conversions",
        "SELECT link_id, count(*) FILTER (WHERE class = 'human'), count(*) FILTER (WHERE class = 'duplicate'),
                count(*) FILTER (WHERE class = 'bot'), count(*) FILTER (WHERE class = 'preview'),
                count(*) FILTER (WHERE class = 'prefetch'), count(*) FILTER (WHERE class = 'rejected'),
                count(*) FILTER (WHERE type = 'conversion')
         FROM day_events WHERE link_id IS NOT NULL AND type IN ('click', 'conversion') GROUP BY 1",
    ),
    (
        "rollup_click_quarters",
        "quarter, source, human, visitors",
        "SELECT date_bin('15 minutes', occurred_at, '2000-01-01T00:00:00Z'),
                CASE WHEN reject_reason = 'forged' THEN '' ELSE coalesce(l.source, '') END,
                count(*), count(*) FILTER (WHERE new_visitor)
         FROM day_events e LEFT JOIN links l ON l.id = e.link_id WHERE type = 'click' AND class = 'human' GROUP BY 1, 2",
    ),
    (
        "rollup_source_days",
        "source, human, duplicate, bot, preview, prefetch, rejected, invites, conversions, activations",
        "SELECT CASE WHEN reject_reason = 'forged' THEN '' ELSE coalesce(l.source, '') END,
                count(*) FILTER (WHERE class = 'human'), count(*) FILTER (WHERE class = 'duplicate'),
                count(*) FILTER (WHERE class = 'bot'), count(*) FILTER (WHERE class = 'preview'),
                count(*) FILTER (WHERE class = 'prefetch'), count(*) FILTER (WHERE class = 'rejected'),
                count(*) FILTER (WHERE type = 'invite_sent'), count(*) FILTER (WHERE type = 'conversion'),
                count(*) FILTER (WHERE type = 'activation')
         FROM day_events e LEFT JOIN links l ON l.id = e.link_id GROUP BY 1",
    ),
];

/// Compares the rollups of a UTC day with its events, each within one snapshot.
///
/// # Errors
/// When the database refuses.
pub async fn check_rollups(
    conn: &mut AsyncPgConnection,
    day: NaiveDate,
) -> DbResult<Vec<RollupCheck>> {
    let mut checks = Vec::with_capacity(TWINS.len());
    for (table, columns, made) in TWINS {
        let count: Count = sql_query(comparison(table, columns, made))
            .bind::<Date, _>(day)
            .get_result(conn)
            .await?;
        checks.push(RollupCheck {
            table,
            differences: count.count,
        });
    }
    Ok(checks)
}

/// Made of texts of this file alone.
fn comparison(table: &str, columns: &str, made: &str) -> String {
    let days = match columns.starts_with("quarter,") {
        true => {
            "quarter >= $1::timestamp AT TIME ZONE 'UTC' AND quarter < ($1 + 1)::timestamp AT TIME ZONE 'UTC'"
        }
        false => "day = $1",
    };
    format!(
        "WITH day_events AS NOT MATERIALIZED (
            SELECT * FROM events WHERE occurred_at >= $1::timestamp AT TIME ZONE 'UTC'
              AND occurred_at < ($1 + 1)::timestamp AT TIME ZONE 'UTC'
        ), kept AS (SELECT {columns} FROM {table} WHERE {days}), made AS ({made})
        SELECT count(*) AS count FROM (
            (SELECT * FROM kept EXCEPT ALL SELECT * FROM made)
            UNION ALL (SELECT * FROM made EXCEPT ALL SELECT * FROM kept)
        ) differences"
    )
}
