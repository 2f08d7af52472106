//! The pages, a folder an area, named like the areas of the API.

pub mod about;
pub mod account;
pub mod alerts;
pub mod gate;
pub mod guardrails;
pub mod not_found;
pub mod overview;
pub mod settings;
