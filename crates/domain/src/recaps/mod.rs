//! The parents' weekly recaps: which week is due when, what is said of it, and who may read its page.

mod page_token;
mod streak;
mod summary;
mod week;

pub use page_token::{PageKeys, PageToken};
pub use streak::{LONGEST_STREAK, longest_streak};
pub use summary::{MOST_LISTED, MOST_NOTES, SessionFacts, Summary, first_different, summarise};
pub use week::{Week, WeekError};
