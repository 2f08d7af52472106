//! Webhooks: messages that reach real receivers on this machine, whatever those do.

mod addresses;
mod delivery;
mod endpoints;
mod events;
pub mod receiver;
mod receivers;
mod tls;
mod world;
