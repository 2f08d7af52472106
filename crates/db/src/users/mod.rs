//! People on the platform.

pub mod resolve;
