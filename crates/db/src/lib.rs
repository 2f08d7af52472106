//! The database: rows, query functions, pool, migrations. The only crate that contains SQL.
//!
//! Query functions take a connection, so that a use case decides what is one transaction. A folder per area,
//! named as everywhere else.

pub mod achievements;
pub mod activities;
pub mod alerts;
pub mod api_keys;
pub mod attribution;
pub mod audit;
pub mod auth;
pub mod blocks;
pub mod connect;
pub mod consents;
mod count;
pub mod data_requests;
pub mod data_version;
pub mod disclosures;
pub mod emails;
pub mod embedded;
pub mod error;
pub mod events;
pub mod flags;
pub mod growth;
pub mod guardrails;
pub mod idempotency;
pub mod inputs;
pub mod institution_networks;
pub mod jobs;
pub mod lasting_keys;
pub mod links;
pub mod locks;
pub mod metrics;
pub mod migrate;
pub mod notices;
pub mod notifications;
pub mod operators;
pub mod page;
pub mod partitions;
pub mod pool;
pub mod recaps;
pub mod reports;
pub mod retention;
pub mod schedules;
pub mod schema;
pub mod schema_text;
pub mod settings;
pub mod simulation;
pub mod system;
pub mod tutoring_sessions;
pub mod users;
pub mod webhooks;

pub use error::{DbError, DbResult};
pub use pool::{Connection, Database};
