//! Requests for what is held on a user, and the statements that erase it.

mod erase;
mod held;
mod links;
mod mentions;
mod rows;
mod sealed_mentions;

pub use erase::{ERASERS, Eraser, Names, entomb_user, erase, links_to_erase, save_erased_link};
pub use held::{
    HOLDINGS, Holding, archives_of_others, drop_archive, find_archive, held, keep_archive,
};
pub use links::{
    DataLinkRow, count_data_links, end_data_links, find_data_link, insert_data_link,
    prune_data_links, set_link_request, use_data_link,
};
pub use mentions::{
    MENTION_STORES, MentionRow, MentionStore, find_mentions, forget_answers, save_mention,
};
pub use rows::{
    DataRequestFilter, DataRequestRow, OPEN_REQUEST, find_data_request, insert_data_request,
    list_data_requests, lock_data_request, prune_archives, save_data_request,
};
pub use sealed_mentions::{
    SEALED_ACHIEVEMENTS, SEALED_DISCLOSURES, SEALED_EMAILS, SEALED_RECAPS, SEALED_SESSIONS,
    SealedRow, SealedStore, find_sealed, save_sealed,
};
