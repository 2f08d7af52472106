//! Attribution links: minting, listing, changing, figures.

mod answer;
mod create;
mod export;
mod gate;
mod list;
mod named;
mod qr;
pub mod signed;
mod stats;
mod update;
mod words;

pub(crate) use answer::stored_channel;
pub use create::{create_link, create_links};
pub use export::export_links;
pub use list::{LinkQuery, get_link, list_links};
pub use named::find_link_id;
pub(crate) use named::find_named;
pub use qr::{EDGE, QrFormat, link_qr};
pub(crate) use signed::sign;
pub use stats::{StatsWindow, get_link_stats};
pub(crate) use update::disable_links_of;
pub use update::update_link;
