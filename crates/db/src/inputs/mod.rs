//! Inputs of the guardrails beside events, and their sums.

mod input_days;
mod reached;

pub use input_days::{InputDay, InputKind, add_input_days};
pub use reached::{Reached, count_reached, record_reached};
