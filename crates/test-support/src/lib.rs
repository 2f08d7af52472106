//! What tests stand on: a real PostgreSQL per test process, a database per test.

pub mod postgres;
pub mod test_db;

pub use test_db::TestDb;
