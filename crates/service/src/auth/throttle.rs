//! Slows down guessing of passwords, by address and by network, without telling who exists.
//!
//! Both are counted whether or not somebody has the address, and only as keyed hashes. A lock is short and doubles:
//! it costs an attacker hours and the owner of an address, at worst, a quarter of an hour.

use chrono::{DateTime, TimeDelta, Utc};
use diesel_async::AsyncPgConnection;
use viral_engine_db::auth::attempts::{Limits, count_attempt, forget_attempts, refund_attempt};
use viral_engine_domain::mac::{MacKey, Message};

use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};

/// Attempts on one address before the first lock.
const FREE_PER_EMAIL: i32 = 5;
/// Attempts from one network before the first lock: schools and offices share one.
const FREE_PER_NETWORK: i32 = 100;
/// Longest lock.
const LONGEST_LOCK_SECONDS: i32 = 15 * 60;
/// Attempts are forgotten after so long without another.
pub const FORGET_AFTER: TimeDelta = TimeDelta::hours(1);

/// One attempt, counted already.
pub struct Attempt {
    email: [u8; 32],
    network: [u8; 32],
}

impl Attempt {
    /// Counts an attempt before its password is checked.
    ///
    /// # Errors
    /// [`ServiceError::RateLimited`] while address or network are locked.
    pub async fn count(
        conn: &mut AsyncPgConnection,
        context: &Context,
        email: &str,
        network: Option<&str>,
    ) -> ServiceResult<Self> {
        let attempt = Self {
            email: subject(context, "email", &email.to_lowercase()),
            network: subject(context, "network", network.unwrap_or("unknown")),
        };
        count(conn, context, &attempt.network, FREE_PER_NETWORK).await?;
        count(conn, context, &attempt.email, FREE_PER_EMAIL).await?;
        Ok(attempt)
    }

    /// Takes the attempt back, because the password was right.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn succeeded(self, conn: &mut AsyncPgConnection) -> ServiceResult<()> {
        forget_attempts(conn, &self.email).await?;
        Ok(refund_attempt(conn, &self.network).await?)
    }
}

async fn count(
    conn: &mut AsyncPgConnection,
    context: &Context,
    subject: &[u8],
    free: i32,
) -> ServiceResult<()> {
    let now = context.now();
    let limits = Limits {
        free,
        longest_lock_seconds: LONGEST_LOCK_SECONDS,
        forget_before: now - FORGET_AFTER,
    };
    match count_attempt(conn, subject, limits, now).await? {
        None => Ok(()),
        Some(until) => Err(ServiceError::RateLimited {
            retry_after_seconds: seconds_until(until, now),
        }),
    }
}

fn seconds_until(until: DateTime<Utc>, now: DateTime<Utc>) -> u64 {
    let left = (until - now).num_milliseconds().max(0);
    u64::try_from(left / 1000).unwrap_or(0) + 1
}

fn subject(context: &Context, kind: &str, text: &str) -> [u8; 32] {
    let key = MacKey::new(context.keys.sessions.expose());
    key.tag(
        &Message::new("viral-engine/sign-in-attempt/v1")
            .text(kind)
            .text(text),
    )
}
