//! The API from outside: the real app on a socket, with a real PostgreSQL. A module per area.

mod floor;
mod openapi;
mod permissions;
