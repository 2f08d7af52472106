//! The database: rows, query functions, pool, migrations. The only crate that contains SQL.
//!
//! Query functions take a connection, so that a use case decides what is one transaction. A folder per area,
//! named as everywhere else.

pub mod audit;
pub mod embedded;
pub mod error;
pub mod migrate;
pub mod partitions;
pub mod pool;
pub mod schema;
pub mod schema_text;

pub use error::{DbError, DbResult};
pub use pool::{Connection, Database};
