//! How a platform grows by its own users: the K-factor and what it is made of, and change against an earlier period.
//!
//! `K = invites per inviter × conversions per invite`: how many new users one inviting user brings. Clicks are
//! people's, once an hour and link; bots, previews, duplicates and forged hits never enter a figure.

mod change;
mod cycle_time;
mod forecast;
mod k_change;
mod k_factor;
mod k_interval;
mod loops;
mod suppression;

pub use change::{Change, Trend};
pub use cycle_time::CycleTimes;
pub use forecast::{MOST_USERS, Projection, users_between};
pub use k_change::k_ratio_interval_95;
pub use k_factor::{GrowthCounts, KStatus};
pub use k_interval::KSums;
pub use loops::Recommendation;
pub use suppression::{LEAST_PEOPLE, merged};

use chrono::TimeDelta;

/// An invitation that is older is expected to have brought what it brings.
pub const MATURITY: TimeDelta = TimeDelta::days(7);
