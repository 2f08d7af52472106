//! People on the platform.

pub mod keys;
pub mod reseal;
pub mod resolve;
pub mod store;

pub use store::*;
