//! Requests a second, per API key and per address, by the generic cell rate algorithm.
//!
//! The counts are this node's own: with several nodes a key may send its rate to each.

use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};
use uuid::Uuid;
use viral_engine_service::ServiceError;

use crate::state::HttpConfig;

type Limiter =
    RateLimiter<Subject, DefaultKeyedStateStore<Subject>, DefaultClock, StateInformationMiddleware>;

/// Requests between two sweeps of subjects that have been quiet.
const SWEEP_EVERY: usize = 65_536;

/// Whose requests are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// An API key.
    Key(Uuid),
    /// An address; of IPv6 the /64, which is what one customer has.
    Address(IpAddr),
}

impl Subject {
    /// The address, as it is counted.
    pub fn address(ip: IpAddr) -> Self {
        Self::Address(match ip.to_canonical() {
            IpAddr::V6(ip) => IpAddr::V6(Ipv6Addr::from_bits(ip.to_bits() & (u128::MAX << 64))),
            v4 => v4,
        })
    }
}

/// Counts of this node.
pub struct RateLimits {
    keys: Limiter,
    addresses: Limiter,
    checks: AtomicUsize,
}

/// What is left, for the answer's headers.
#[derive(Clone, Copy, Debug)]
pub struct Allowance {
    limit: u32,
    remaining: u32,
    reset_seconds: u64,
}

impl RateLimits {
    /// Counts for the configured rates.
    pub fn new(config: &HttpConfig) -> Self {
        let limiter = |rate: u32| {
            let rate = NonZeroU32::new(rate).unwrap_or(NonZeroU32::MIN);
            RateLimiter::keyed(Quota::per_second(rate))
                .with_middleware::<StateInformationMiddleware>()
        };
        Self {
            keys: limiter(config.requests_per_second_per_key),
            addresses: limiter(config.requests_per_second_per_ip),
            checks: AtomicUsize::new(0),
        }
    }

    /// Counts a request.
    pub fn check(&self, subject: Subject) -> (Allowance, Result<(), ServiceError>) {
        let limiter = match subject {
            Subject::Key(_) => &self.keys,
            Subject::Address(_) => &self.addresses,
        };
        if self.checks.fetch_add(1, Ordering::Relaxed) % SWEEP_EVERY == SWEEP_EVERY - 1 {
            limiter.retain_recent();
        }
        match limiter.check_key(&subject) {
            Ok(state) => {
                let limit = state.quota().burst_size().get();
                let allowance = Allowance {
                    limit,
                    remaining: state.remaining_burst_capacity(),
                    reset_seconds: 1,
                };
                (allowance, Ok(()))
            }
            Err(refused) => {
                let wait = refused.wait_time_from(DefaultClock::default().now());
                let retry_after_seconds = seconds_up(wait);
                let allowance = Allowance {
                    limit: refused.quota().burst_size().get(),
                    remaining: 0,
                    reset_seconds: retry_after_seconds,
                };
                let error = ServiceError::RateLimited {
                    retry_after_seconds,
                };
                (allowance, Err(error))
            }
        }
    }
}

fn seconds_up(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}

impl Allowance {
    /// Writes the RateLimit headers.
    pub fn write(self, headers: &mut HeaderMap) {
        let fields = [
            ("ratelimit-limit", u64::from(self.limit)),
            ("ratelimit-remaining", u64::from(self.remaining)),
            ("ratelimit-reset", self.reset_seconds),
        ];
        for (name, value) in fields {
            headers.insert(HeaderName::from_static(name), HeaderValue::from(value));
        }
    }
}
