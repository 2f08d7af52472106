//! What every request passes before its handler, from the outside in:
//!
//! 1. [`edge`]: request id, span, metrics, time limit, security headers, problems.
//! 2. [`guard`]: which operation it is, load shedding, who asks and whether they may, rate limits.
//! 3. [`crate::idempotency`]: replays of answers.

pub mod authenticate;
pub mod edge;
pub mod guard;
pub mod in_flight;
pub mod origin;
pub mod rate_limit;
pub mod request_id;
pub mod security_headers;
