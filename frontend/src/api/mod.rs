//! The REST API, typed. One file per area, one function per operation, named like the operation.

mod client;
mod error;
mod fetch;
mod pending;

pub mod alerts;
pub mod all;
pub mod api_keys;
pub mod auth;
pub mod blocks;
pub mod events;
pub mod guardrails;
pub mod institution_networks;
pub mod links;
pub mod metrics;
pub mod operators;
pub mod settings;
pub mod system;
pub mod users;

pub use client::{Api, Tagged, use_api};
pub use error::{ApiError, ApiResult};
