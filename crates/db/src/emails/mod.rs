//! Mail that was sent or is to be, and the addresses that get none. Addresses and texts are ciphertexts.

mod bulk;
mod erase;
mod list;
pub mod reseal;
mod store;
mod suppressions;

pub use bulk::{
    EmailKey, KnownEmail, find_known_emails, insert_emails, minors_among, set_email_jobs,
    suppressions_among,
};
pub use erase::{erase_emails_about, erase_old_emails};
pub use list::{EmailFilter, emails_of_user, list_emails};
pub use store::{
    EmailRow, find_email, find_email_about, find_latest_email, insert_email, list_emails_about,
    lock_email, lock_email_by_message_id, update_email,
};
pub use suppressions::{
    SuppressionRow, belongs_to_minor, delete_suppressions, find_suppressions, insert_suppression,
    is_number_of_minor,
};
