//! The parents' weekly recaps: what a child did from Monday to Sunday in the parent's time zone, kept, shown on a page
//! behind a signed link, and sent in one message for all children of a parent.
//!
//! A run works in chunks of parents, each one transaction with as many statements however many parents it has. The
//! chunk that advances a parent's progress is the one that does the week: several runs, restarts and changed clocks do
//! it once.

mod children;
mod compute;
mod generate;
mod job;
mod list;
mod mail;
mod page;
mod resend;
mod withdraw;

pub(crate) use children::is_still_told;
pub(crate) use compute::{OWNER as RECAP_OWNER, contents_of, seal_recaps};
pub use generate::{CHUNK, ChunkDone, RecapRun, begin_recaps, generate_recaps};
pub use job::{GenerateRecaps, create_recaps};
pub use list::{RecapQuery, get_recap, list_recaps};
pub use page::{RecapPage, choose_recaps, find_recap_page};
pub use resend::resend_recap;
pub(crate) use withdraw::withdraw_recaps;
