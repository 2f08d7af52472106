//! Inputs of the guardrails beside events: what the platform has already done.
//!
//! They are never refused for their content or for missing consent. A payload is scanned when it is taken in: where
//! something personal was found is kept, the value is stored redacted. A call, single or bulk, is one transaction
//! with one audit entry, and one growth of the data version.

pub(crate) mod batch;
mod opt_outs;
mod parent_shares;
mod payload;
mod progress_reels;
mod study_sessions;

pub use batch::Items;
pub use opt_outs::{create_opt_out, create_opt_outs};
pub use parent_shares::{create_parent_share, create_parent_shares, record_parent_share_view};
pub use progress_reels::{create_progress_reel, create_progress_reels};
pub use study_sessions::{create_study_session, create_study_sessions};
