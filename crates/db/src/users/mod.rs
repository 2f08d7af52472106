//! People on the platform.

pub mod reseal;
pub mod resolve;
pub mod store;

pub use store::*;
