//! The pages, a folder an area, named like the areas of the API.

pub mod about;
pub mod account;
pub mod alerts;
pub mod api_keys;
pub mod audit;
pub mod compliance;
pub mod consents;
pub mod data_requests;
pub mod disclosures;
pub mod flags;
pub mod gate;
pub mod guardrails;
pub mod jobs;
pub mod links;
pub mod not_found;
pub mod notices;
pub mod operators;
pub mod outbox;
pub mod overview;
pub mod recaps;
pub mod reports;
pub mod schedules;
pub mod settings;
pub mod users;
pub mod verifications;
pub mod webhooks;
