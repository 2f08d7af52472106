//! HTTP: extractors, handlers, middleware, problem mapping and the OpenAPI document. The only crate that knows actix.
//!
//! A handler reads its input with extractors, calls one use case and writes its answer. Who may call what stands
//! in one table ([`permissions`]) and is enforced in one middleware; an operation that the table does not list
//! does not answer.

pub mod achievements;
pub mod activities;
pub mod alerts;
pub mod answer;
pub mod api_keys;
pub mod app;
pub mod attribution;
pub mod audit;
pub mod auth;
pub mod blocks;
pub mod bulk;
pub mod compliance;
pub mod consents;
pub mod data_requests;
pub mod disclosures;
pub mod docs;
pub mod emails;
pub mod events;
pub mod export;
pub mod extract;
pub mod flags;
pub mod growth;
pub mod guardrails;
pub mod idempotency;
pub mod inputs;
pub mod institution_networks;
pub mod jobs;
pub mod links;
pub mod metrics;
pub mod middleware;
pub mod notices;
pub mod openapi;
pub mod operations;
pub mod operators;
pub mod overview;
pub mod page;
mod pages;
pub mod permissions;
pub mod pii;
pub mod problem;
pub mod recaps;
pub mod redirect;
pub mod reports;
pub mod retention;
pub mod serve;
pub mod settings;
pub mod spa;
pub mod state;
pub mod stream;
pub mod system;
pub mod tutoring_sessions;
pub mod users;
pub mod webhooks;

pub use extract::{Body, Caller, Client, ExternalId, IfMatch, PathId, Query};
pub use problem::{ApiError, ApiResult};
pub use state::AppState;
