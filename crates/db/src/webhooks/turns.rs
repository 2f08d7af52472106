//! Deliveries that wait for their receiver's turn.

use chrono::{DateTime, Utc};
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;
use viral_engine_domain::jobs::Queue;

use crate::error::DbResult;
use crate::notifications::{Channel, notify};

/// Not those that wait because an attempt failed: they have a schedule of their own.
const WAKE: &str = "
UPDATE jobs SET run_at = clock_timestamp() WHERE id IN (
    SELECT job.id FROM jobs AS job
    JOIN webhook_deliveries AS delivery
      ON delivery.endpoint_id = $1 AND delivery.message_id = (job.payload ->> 'message')::uuid
    WHERE job.state = 'waiting' AND job.kind = 'deliver_webhook' AND job.payload ->> 'endpoint' = $2
      AND job.run_at > clock_timestamp() AND (delivery.tries = 0 OR delivery.next_attempt_at <= $3)
    ORDER BY job.run_at LIMIT $4
    FOR UPDATE OF job SKIP LOCKED
)";

/// Makes up to `limit` of the deliveries due that wait for a receiver's turn, those that would be due soonest.
///
/// # Errors
/// When the database refuses.
pub async fn wake_deliveries(
    conn: &mut AsyncPgConnection,
    endpoint: Uuid,
    now: DateTime<Utc>,
    limit: i64,
) -> DbResult<()> {
    let woken = sql_query(WAKE)
        .bind::<SqlUuid, _>(endpoint)
        .bind::<Text, _>(endpoint.to_string())
        .bind::<Timestamptz, _>(now)
        .bind::<BigInt, _>(limit)
        .execute(conn)
        .await?;
    if woken > 0 {
        notify(conn, Channel::Jobs, Queue::Webhooks.as_str()).await?;
    }
    Ok(())
}
