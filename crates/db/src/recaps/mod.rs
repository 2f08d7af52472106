//! The parents' weekly recaps. Everything is read and written for many parents at a time: the number of statements does
//! not depend on how many they are.

mod facts;
mod list;
mod parents;
mod store;

pub use facts::{AchievementFact, ActivityFact, ChildWindow, SessionFact};
pub use facts::{load_achievement_facts, load_activity_facts, load_session_facts};
pub use list::{RecapFilter, find_recap, list_recaps, recaps_of_week};
pub use parents::{
    ChildRow, DueParents, ParentRow, children_of, claim_parents, count_due_parents, due_parents,
    find_parent, parent_zones, set_recap_wish,
};
pub use store::{
    RecapEmail, RecapRow, StoredRecap, delete_other_recaps, lock_unsealed_recaps,
    queued_emails_about, seal_recap, set_recap_emails, told_by, upsert_recaps,
};
