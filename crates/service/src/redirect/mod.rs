//! Following a link: look it up, decide, classify, record, answer.
//!
//! This is the hottest path and what the public meets, so it asks no database when the link is in the cache, takes
//! no lock that other requests hold for long, and allocates little. What can be decided later (whether a visitor was
//! here before, on whichever node) is left to ingest.

mod agents;
mod cache;
mod cached_link;
mod follow;
mod misses;
pub mod record;
mod shared;
mod start;
mod upkeep;

pub(crate) use cached_link::CachedLink;
pub use follow::{Answer, Follower, Request};
pub use shared::{Backlog, ClickRecorder, Redirect};
pub use start::{Clicks, start_clicks};
