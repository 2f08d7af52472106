//! People on the platform.

pub mod resolve;
pub mod store;

pub use store::*;
