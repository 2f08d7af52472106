//! Sends a message to a receiver and reads the begin of its answer.
//!
//! The connection is made here rather than by an HTTP library with features: every address is checked right before
//! it is connected to, and nothing is ever resolved again, taken from a proxy's settings, redirected or kept open. So
//! neither a name that changes its addresses (DNS rebinding) nor an answer can lead into a private network.

mod connect;
mod exchange;
mod lookup;

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use bytes::Bytes;
use chrono::{DateTime, Utc};
use thiserror::Error;
use tokio_rustls::rustls::ClientConfig;
use viral_engine_domain::webhooks::{Target, Verdict, judge};

use super::deliver::Outgoing;
pub(crate) use exchange::Call;
pub use lookup::{Lookup, SystemLookup};

/// Longest time of an attempt, from looking up the name to the begin of the answer.
pub const TIME_LIMIT: Duration = Duration::from_secs(10);

/// Bytes of a receiver's answer that are read and kept.
const ANSWER_BYTES: usize = 1_024;

/// Sends messages.
pub struct Sender {
    lookup: Arc<dyn Lookup>,
    allow_private: bool,
    time_limit: Duration,
    tls: OnceLock<Arc<ClientConfig>>,
}

/// How an attempt went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// When it began.
    pub at: DateTime<Utc>,
    /// Status of the answer.
    pub status: Option<u16>,
    /// Time until the answer was read or the attempt given up.
    pub latency: Duration,
    /// Begin of the answer, personal information redacted.
    pub answer: Option<String>,
    /// Why there is no answer, without anything of the URL.
    pub error: Option<String>,
}

impl Attempt {
    /// What it means for the delivery.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        self.status.map_or(Verdict::Failed, judge)
    }
}

/// Why a receiver gave no answer. Operators read it; it shows neither the URL nor an address.
#[derive(Debug, Error)]
pub(crate) enum SendError {
    #[error("nothing may be sent to this URL: {0}")]
    Target(#[from] viral_engine_domain::webhooks::TargetError),
    #[error("the name could not be resolved")]
    Resolve,
    #[error("the name has no address on the public internet")]
    NotPublic,
    #[error("the connection could not be made: {0}")]
    Connect(std::io::ErrorKind),
    #[error("the certificates of this system can not be used")]
    Certificates,
    #[error("no secure connection could be made: {0}")]
    Tls(String),
    #[error("the answer is not HTTP, or the connection broke")]
    Http,
    #[error("there was no answer in time")]
    Timeout,
}

impl Sender {
    /// Sends to what the system's resolver finds. `allow_private` is for development and tests: it allows private
    /// addresses, and http.
    #[must_use]
    pub fn new(allow_private: bool) -> Self {
        Self::with_lookup(Arc::new(SystemLookup), allow_private)
    }

    /// Sends to what `lookup` finds.
    #[must_use]
    pub fn with_lookup(lookup: Arc<dyn Lookup>, allow_private: bool) -> Self {
        Self {
            lookup,
            allow_private,
            time_limit: TIME_LIMIT,
            tls: OnceLock::new(),
        }
    }

    /// The same with other authorities than those of the system.
    #[must_use]
    pub fn trusting(self, tls: ClientConfig) -> Self {
        Self {
            tls: OnceLock::from(Arc::new(tls)),
            ..self
        }
    }

    /// The same with less patience.
    #[must_use]
    pub fn within(self, time_limit: Duration) -> Self {
        Self {
            time_limit: time_limit.min(TIME_LIMIT),
            ..self
        }
    }

    /// Whether private receivers are allowed.
    #[must_use]
    pub fn allows_private(&self) -> bool {
        self.allow_private
    }

    /// Makes one attempt, within the time limit.
    #[tracing::instrument(name = "send_webhook", skip_all, fields(webhook = %outgoing.job.endpoint, message = %outgoing.job.message))]
    pub async fn send(&self, outgoing: &Outgoing, at: DateTime<Utc>) -> Attempt {
        let begun = Instant::now();
        let sent = tokio::time::timeout(self.time_limit, self.attempt(outgoing)).await;
        let latency = begun.elapsed();
        let sent = sent.unwrap_or(Err(SendError::Timeout));
        let attempt = match sent {
            Ok((status, answer)) => Attempt {
                at,
                status: Some(status),
                latency,
                answer: Some(answer),
                error: None,
            },
            Err(error) => Attempt {
                at,
                status: None,
                latency,
                answer: None,
                error: Some(error.to_string()),
            },
        };
        measure(&attempt);
        attempt
    }

    async fn attempt(&self, outgoing: &Outgoing) -> Result<(u16, String), SendError> {
        let (id, timestamp) = (
            outgoing.job.message.to_string(),
            outgoing.timestamp.to_string(),
        );
        let call = Call {
            url: &outgoing.url,
            content_type: "application/json",
            headers: &[
                ("webhook-id", &id),
                ("webhook-timestamp", &timestamp),
                ("webhook-signature", &outgoing.signatures),
            ],
            body: Bytes::from(outgoing.body.clone()),
            answer_bytes: ANSWER_BYTES,
        };
        let (status, answer) = self.exchange(&call).await?;
        Ok((status, exchange::shown(&answer)))
    }

    /// Makes a request within the time limit, and answers the status and the begin of the answer.
    ///
    /// # Errors
    /// Why there is no answer.
    pub(crate) async fn call(&self, call: &Call<'_>) -> Result<(u16, Vec<u8>), SendError> {
        let answer = tokio::time::timeout(self.time_limit, self.exchange(call)).await;
        answer.unwrap_or(Err(SendError::Timeout))
    }

    async fn exchange(&self, call: &Call<'_>) -> Result<(u16, Vec<u8>), SendError> {
        let deadline = tokio::time::Instant::now() + self.time_limit;
        let target = Target::parse(call.url, self.allow_private)?;
        let stream = self.connect(&target).await?;
        if target.is_https() {
            let stream = self.encrypt(&target, stream).await?;
            exchange::exchange(stream, &target, call, deadline).await
        } else {
            exchange::exchange(stream, &target, call, deadline).await
        }
    }
}

impl std::fmt::Debug for Sender {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sender(allow_private: {})", self.allow_private)
    }
}

fn measure(attempt: &Attempt) {
    let outcome = match (attempt.status, attempt.verdict()) {
        (_, Verdict::Delivered) => "delivered",
        (_, Verdict::Gone) => "gone",
        (Some(_), Verdict::Failed) => "refused",
        (None, Verdict::Failed) => "unreachable",
    };
    metrics::counter!("viral_engine_webhook_attempts_total", "outcome" => outcome).increment(1);
    metrics::histogram!("viral_engine_webhook_attempt_duration_seconds")
        .record(attempt.latency.as_secs_f64());
}
