//! The API from outside: the real app on a socket, with a real PostgreSQL. A module per area.

mod api_keys;
mod auth;
mod events;
mod floor;
mod guardrails;
mod idempotency;
mod ingest;
mod links;
mod openapi;
mod operators;
mod pages;
mod permissions;
mod redirect;
mod requests;
mod setup;
mod shipping;
mod world;
