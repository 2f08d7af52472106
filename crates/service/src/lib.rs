//! Use cases: load, decide (in `domain`), write and audit in one transaction, answer a DTO.
//!
//! A folder per area, named as everywhere else. Knows neither actix nor SQL.

pub mod achievements;
pub mod alerts;
pub mod answers;
pub mod api_keys;
pub mod audit;
pub mod auth;
pub mod blocks;
pub mod caller;
pub mod config;
pub mod consents;
pub mod context;
pub mod cursor;
pub mod data_requests;
pub mod disclosures;
pub mod emails;
pub mod entropy;
pub mod error;
pub mod events;
pub mod export;
pub mod flags;
pub mod growth;
pub mod guardrails;
pub mod housekeeping;
pub mod idempotency;
pub mod import;
pub mod inputs;
pub mod institution_networks;
pub mod jobs;
pub mod key_store;
pub mod links;
pub mod metrics;
pub mod networks;
pub mod notices;
pub mod notifications;
pub mod operators;
pub mod pii;
mod public_page;
pub mod recaps;
pub mod redirect;
pub mod reports;
pub mod retention;
pub mod schedules;
pub mod secret;
pub mod settings;
pub mod simulation;
pub mod stream;
pub mod system;
pub mod tutoring_sessions;
pub mod users;
pub mod validation;
pub mod webhooks;

pub use caller::Caller;
pub use context::Context;
pub use error::{ServiceError, ServiceResult};
