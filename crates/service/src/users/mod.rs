//! Users: people on the platform, known by the platform's own `external_id`.

mod resolve;

pub use resolve::{KnownUser, resolve, resolve_or_create};
