//! The rules of Viral Engine, as pure functions: no I/O, no clock, no randomness. Times and random bytes come in
//! as arguments, so every rule can be tested by its inputs alone.

pub mod access_log;
pub mod attribution;
pub mod audit;
pub mod clicks;
pub mod compliance;
pub mod consents;
pub mod data_map;
pub mod emails;
pub mod event_id;
pub mod growth;
pub mod guardrails;
pub mod jobs;
pub mod lasting_keys;
pub mod links;
pub mod mac;
pub mod pii;
pub mod recaps;
pub mod reports;
pub mod retention;
pub mod statistics;
pub mod time_window;
pub mod webhooks;
