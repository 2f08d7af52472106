//! The API from outside: the real app on a socket, with a real PostgreSQL. A module per area.

mod alerts;
mod api_keys;
mod auth;
mod events;
mod floor;
mod guardrails;
mod idempotency;
mod import;
mod ingest;
mod inputs;
mod institution_networks;
mod limits;
mod links;
mod openapi;
mod operators;
mod overview;
mod pages;
mod permissions;
mod redirect;
mod requests;
mod settings;
mod setup;
mod shipping;
mod stream;
mod users;
mod world;
