//! How a platform grows by its own users: the K-factor and what it is made of, and change against an earlier period.
//!
//! `K = invites per inviter × conversions per invite`: how many new users one inviting user brings. Clicks are
//! people's, once an hour and link; bots, previews, duplicates and forged hits never enter a figure.

mod change;
mod k_factor;

pub use change::{Change, Trend, rate_ratio_interval_95};
pub use k_factor::{GrowthCounts, KStatus};
