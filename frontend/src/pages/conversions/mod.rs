//! Conversions: the list, and who is credited with each.

mod explain;
mod list;

pub use explain::view as explain_view;
pub use list::view as list_view;
