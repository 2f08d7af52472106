//! The queries of the one transaction by which events enter the database.
//!
//! It runs on a connection of its own, outside the pool: rows go in by binary COPY, which the pool's driver does not
//! offer and which costs a third of an INSERT, and a busy pool must not hold up clicks. Everything is set-based: the
//! number of statements does not depend on the number of events.

pub mod attributions;
pub mod awaited;
pub mod bursts;
pub mod connection;
pub mod lookups;
pub mod outbox;
pub mod rollups;
pub mod rows;
pub mod store;

pub use connection::{INGEST_LOCK, IngestConnection};
