//! Inputs of the guardrails beside events, and their sums.

mod input_days;
mod payloads;
pub(crate) mod reached;
mod sessions;

pub use input_days::{InputDay, InputKind, add_input_days};
pub use payloads::{
    NewViolation, ParentShareRow, ProgressReelRow, count_view, external_id, insert_parent_shares,
    insert_progress_reels, insert_violations,
};
pub use reached::{Reached, count_reached, record_reached};
pub use sessions::{OptOutRow, StudySessionRow, insert_opt_outs, insert_study_sessions};
