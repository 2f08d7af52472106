//! Webhooks out: how a message is signed, when it is sent again, when a receiver is given up, and which addresses may
//! be sent to. What is sent and where from is known to the use cases.
//!
//! Follows Standard Webhooks (<https://www.standardwebhooks.com>), so that receivers verify with a library they have.

mod address;
mod retry;
mod signature;
mod target;

pub use address::is_public;
pub use retry::{ATTEMPTS, GIVE_UP_AFTER, Verdict, is_given_up, judge, wait_after};
pub use signature::{SecretError, SigningSecret, TOLERANCE, VerifyError, sign, signatures, verify};
pub use target::{Target, TargetError};
