//! The pages, a folder an area, named like the areas of the API.

pub mod alerts;
pub mod gate;
pub mod guardrails;
pub mod not_found;
pub mod overview;
