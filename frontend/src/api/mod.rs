//! The REST API, typed. One file per area, one function per operation, named like the operation.

mod client;
mod error;
mod fetch;
mod pending;

pub mod alerts;
pub mod all;
pub mod api_keys;
pub mod audit;
pub mod auth;
pub mod blocks;
pub mod consents;
pub mod data_requests;
pub mod disclosures;
pub mod emails;
pub mod events;
pub mod flags;
pub mod growth;
pub mod guardrails;
pub mod institution_networks;
pub mod jobs;
pub mod links;
pub mod metrics;
pub mod notices;
pub mod operators;
pub mod recaps;
pub mod reports;
pub mod settings;
pub mod system;
pub mod users;
pub mod webhooks;

pub use client::{Api, Tagged, use_api};
pub use error::{ApiError, ApiResult};
