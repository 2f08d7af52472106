//! `Idempotency-Key`: a repeated request is answered as the first was.
//!
//! The key is claimed before the request runs and its answer kept after. Only answers of success are kept: a
//! request that was refused did nothing, and gives the key back. Keys are kept as hashes, since callers like to make them of
//! the names of users. When a process dies in between, the same request
//! takes the claim over after a lease, which is longer than any request may run.

use chrono::TimeDelta;
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;
use viral_engine_api_types::ErrorCode;
use viral_engine_db::idempotency::{
    Claim, KnownRequestRow, claim_idempotency_key, find_known_request, keep_answer,
    release_idempotency_key,
};

use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};

/// How long answers are kept.
pub const KEPT: TimeDelta = TimeDelta::hours(24);

/// A request with an `Idempotency-Key`.
#[derive(Clone, Debug)]
pub struct Request {
    caller_id: Uuid,
    key: String,
    hash: [u8; 32],
    at: chrono::DateTime<chrono::Utc>,
}

/// What to do with a request.
#[derive(Debug)]
pub enum Decision {
    /// Run it, then call [`finish`].
    Run(Request),
    /// Answer this instead.
    Replay(StoredAnswer),
}

/// An answer as it was sent.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredAnswer {
    /// Status.
    pub status: u16,
    /// Headers by name.
    pub headers: Value,
    /// Body, byte for byte.
    pub body: Vec<u8>,
}

/// What became of a request.
#[derive(Debug)]
pub enum Ended {
    /// It succeeded; keep this.
    Succeeded(StoredAnswer),
    /// It succeeded and showed a secret once: keep only that it did.
    ShowedSecret(u16),
    /// It was refused and did nothing.
    Refused,
}

/// Decides whether a request runs. `target` is its method and path; one that has run for longer than `lease` is taken
/// for dead.
///
/// # Errors
/// 409 while the first one runs or when its answer showed a secret, 422 when the key was used for another request.
pub async fn begin(
    context: &Context,
    caller_id: Uuid,
    key: &str,
    target: &str,
    body: &[u8],
    lease: TimeDelta,
) -> ServiceResult<Decision> {
    let request = Request {
        caller_id,
        key: hex::encode(Sha256::digest(key)),
        hash: hash(target, body),
        at: context.now(),
    };
    let mut conn = context.connection().await?;
    let (expired, abandoned) = (request.at - KEPT, request.at - lease);
    // The row that refuses a claim may be gone when it is looked for; then the claim is tried again.
    for _ in 0..3 {
        if claim_idempotency_key(&mut conn, request.claim(), expired, abandoned).await? {
            return Ok(Decision::Run(request));
        }
        if let Some(known) = find_known_request(&mut conn, caller_id, &request.key).await? {
            return replay(known, &request.hash).map(Decision::Replay);
        }
    }
    Err(in_flight())
}

fn replay(known: KnownRequestRow, hash: &[u8]) -> ServiceResult<StoredAnswer> {
    if known.request_hash != hash {
        return Err(coded(
            ErrorCode::IdempotencyMismatch,
            "Use a new Idempotency-Key for another request.",
        ));
    }
    let status = known.status.ok_or_else(in_flight)?;
    let body = known.body.ok_or_else(|| {
        coded(
            ErrorCode::IdempotencyNotReplayable,
            "The request succeeded, and its answer showed a secret once. Read the object, or make a new one.",
        )
    })?;
    Ok(StoredAnswer {
        status: u16::try_from(status).unwrap_or(200),
        headers: known.headers.unwrap_or_default(),
        body,
    })
}

/// Writes down what became of a request that ran.
///
/// # Errors
/// When the database refuses; the answer is sent all the same.
pub async fn finish(context: &Context, request: &Request, ended: Ended) -> ServiceResult<()> {
    let mut conn = context.connection().await?;
    let claim = request.claim();
    match ended {
        Ended::Refused => release_idempotency_key(&mut conn, claim).await?,
        Ended::ShowedSecret(status) => {
            keep_answer(&mut conn, claim, stored(status), Value::Null, None).await?;
        }
        Ended::Succeeded(answer) => {
            let (status, body) = (stored(answer.status), Some(&*answer.body));
            keep_answer(&mut conn, claim, status, answer.headers, body).await?;
        }
    }
    Ok(())
}

impl Request {
    fn claim(&self) -> Claim<'_> {
        Claim {
            caller_id: self.caller_id,
            key: &self.key,
            request_hash: &self.hash,
            at: self.at,
        }
    }
}

fn hash(target: &str, body: &[u8]) -> [u8; 32] {
    Sha256::new()
        .chain_update((target.len() as u64).to_be_bytes())
        .chain_update(target)
        .chain_update(body)
        .finalize()
        .into()
}

fn stored(status: u16) -> i16 {
    i16::try_from(status).unwrap_or(200)
}

fn in_flight() -> ServiceError {
    coded(
        ErrorCode::IdempotencyInFlight,
        "Wait for the first request, or try again in a moment.",
    )
}

fn coded(code: ErrorCode, detail: &str) -> ServiceError {
    ServiceError::Coded {
        code,
        detail: detail.to_owned(),
    }
}
