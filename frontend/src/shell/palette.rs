//! The command palette: pages, actions, links and users in one list.

mod entries;
mod list;

pub use list::PaletteDialog;
