//! The API from outside: the real app on a socket, with a real PostgreSQL. A module per area.

mod api_keys;
mod auth;
mod floor;
<<<<<<< HEAD
mod idempotency;
=======
mod ingest;
>>>>>>> 5e3e42c (http: Serve links, events and the redirect)
mod openapi;
mod operators;
mod permissions;
mod setup;
mod world;
