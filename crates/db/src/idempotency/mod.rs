//! Answers kept for repeated requests.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Binary, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::Value;
use uuid::Uuid;

use crate::error::DbResult;
use crate::schema::idempotency_keys;

/// A request that may be a repetition.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    /// Operator or API key.
    pub caller_id: Uuid,
    /// The key as sent.
    pub key: &'a str,
    /// SHA-256 over method, path and body.
    pub request_hash: &'a [u8],
    /// Now.
    pub at: DateTime<Utc>,
}

/// A request seen before.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = idempotency_keys, check_for_backend(diesel::pg::Pg))]
pub struct KnownRequestRow {
    /// SHA-256 over method, path and body.
    pub request_hash: Vec<u8>,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// Status of its answer; null while it runs.
    pub status: Option<i16>,
    /// Headers of its answer.
    pub headers: Option<Value>,
    /// Body of its answer; null while it runs and for an answer that is not kept.
    pub body: Option<Vec<u8>>,
}

/// Claims the key for this request. Answers false when another request has it; one that began before
/// `expired_before` is forgotten, and the same request is taken over when it has not ended and began before
/// `abandoned_before`.
///
/// # Errors
/// When the database refuses.
pub async fn claim_idempotency_key(
    conn: &mut AsyncPgConnection,
    claim: Claim<'_>,
    expired_before: DateTime<Utc>,
    abandoned_before: DateTime<Utc>,
) -> DbResult<bool> {
    let claimed = sql_query(
        "INSERT INTO idempotency_keys AS known (caller_id, key, request_hash, created_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT ON CONSTRAINT idempotency_keys_pkey DO UPDATE SET \
             request_hash = $3, created_at = $4, status = NULL, headers = NULL, body = NULL \
         WHERE known.created_at < $5 \
            OR (known.status IS NULL AND known.created_at < $6 AND known.request_hash = $3)",
    )
    .bind::<SqlUuid, _>(claim.caller_id)
    .bind::<Text, _>(claim.key)
    .bind::<Binary, _>(claim.request_hash)
    .bind::<Timestamptz, _>(claim.at)
    .bind::<Timestamptz, _>(expired_before)
    .bind::<Timestamptz, _>(abandoned_before)
    .execute(conn)
    .await?;
    Ok(claimed == 1)
}

/// The request that has the key.
///
/// # Errors
/// When the database refuses.
pub async fn find_known_request(
    conn: &mut AsyncPgConnection,
    caller_id: Uuid,
    key: &str,
) -> DbResult<Option<KnownRequestRow>> {
    Ok(idempotency_keys::table
        .find((caller_id, key))
        .select(KnownRequestRow::as_select())
        .first(conn)
        .await
        .optional()?)
}

/// Keeps the answer of a claimed request; does nothing when the claim was taken over meanwhile.
///
/// # Errors
/// When the database refuses.
pub async fn keep_answer(
    conn: &mut AsyncPgConnection,
    claim: Claim<'_>,
    status: i16,
    headers: Value,
    body: Option<&[u8]>,
) -> DbResult<()> {
    diesel::update(idempotency_keys::table.find((claim.caller_id, claim.key)))
        .filter(idempotency_keys::created_at.eq(claim.at))
        .filter(idempotency_keys::status.is_null())
        .set((
            idempotency_keys::status.eq(status),
            idempotency_keys::headers.eq(headers),
            idempotency_keys::body.eq(body),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Gives a claimed key back, because the request did nothing.
///
/// # Errors
/// When the database refuses.
pub async fn release_idempotency_key(
    conn: &mut AsyncPgConnection,
    claim: Claim<'_>,
) -> DbResult<()> {
    diesel::delete(idempotency_keys::table.find((claim.caller_id, claim.key)))
        .filter(idempotency_keys::created_at.eq(claim.at))
        .filter(idempotency_keys::status.is_null())
        .execute(conn)
        .await?;
    Ok(())
}

/// Removes what began before `before` and answers how many rows that were.
///
/// # Errors
/// When the database refuses.
pub async fn delete_old_idempotency_keys(
    conn: &mut AsyncPgConnection,
    before: DateTime<Utc>,
) -> DbResult<usize> {
    Ok(diesel::delete(idempotency_keys::table)
        .filter(idempotency_keys::created_at.lt(before))
        .execute(conn)
        .await?)
}
