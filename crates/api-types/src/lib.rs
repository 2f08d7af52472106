//! What Viral Engine says over HTTP: request and answer bodies, ids, error codes and route paths.
//!
//! This crate is the one contract between server, admin app and tests. It has no I/O and compiles to
//! WebAssembly. With the feature `openapi` every type also describes itself for `openapi/openapi.json`.
//! Request types refuse unknown fields, so that a misspelt field is an error and not silence.

pub mod achievements;
pub mod activities;
pub mod alerts;
pub mod api_keys;
pub mod attribution;
pub mod audit;
pub mod auth;
pub mod blocks;
pub mod compliance;
pub mod consents;
pub mod data_requests;
pub mod disclosures;
pub mod emails;
pub mod events;
pub mod external_id;
pub mod flags;
pub mod growth;
pub mod guardrails;
pub mod ids;
pub mod inputs;
pub mod institution_networks;
pub mod jobs;
pub mod links;
pub mod metrics;
pub mod notices;
pub mod one_line;
#[cfg(feature = "openapi")]
pub mod openapi;
pub mod operators;
pub mod page;
pub mod permissions;
pub mod pii;
pub mod problem;
pub mod recaps;
pub mod reports;
pub mod retention;
pub mod settings;
pub mod stream;
pub mod system;
pub mod times;
pub mod tutoring_sessions;
pub mod users;
pub mod webhooks;
mod words;

pub use ids::*;
pub use page::Page;
pub use problem::{ErrorCode, FieldError, Problem};
