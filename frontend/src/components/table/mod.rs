//! Tables: sticky head, sorting and columns in the address and the browser, CSV, rows that open, and cards on
//! narrow screens.

mod column;
mod data_table;
mod filter_day;
mod filters;
mod find;
mod grid;
mod head;
mod pager;
mod rows;
mod server_table;
mod sorting;
mod tools;

pub use column::{Cell, Column, Lead};
pub use data_table::DataTable;
pub use filter_day::{DayEnd, FilterDay};
pub use filters::{FilterBar, FilterSelect, FilterText};
pub use pager::Pager;
pub use server_table::ServerTable;
pub use tools::save_items;
