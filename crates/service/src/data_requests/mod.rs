//! What people may ask of whoever holds data on them: a copy, and that it is erased. Both are jobs, told by a request.

mod answer;
mod archive;
mod consents;
mod copies;
mod create;
mod delete;
mod export;
mod guardian;
mod guardian_link;
mod guardian_words;
mod mentions;
mod name_eraser;
mod names;
mod sealed_mentions;

pub use answer::{DataRequestQuery, get_data_request, list_data_requests};
pub use create::{RunDataRequest, create_data_request};
pub(crate) use create::{end_unfinished, request_data};
pub use delete::{Deletion, begin_deletion, delete_next};
pub(crate) use delete::{ERASED_CAMPAIGN, erase_link};
pub use export::{export_user, get_data_archive};
pub use guardian::{Asked, fetch_archive, find_data_page, use_data_page};
pub(crate) use guardian_link::{
    Mailed, end_data_links, has_proved, mail_data_link, may_ask, still_opens,
};
pub(crate) use guardian_words::asked_words;
