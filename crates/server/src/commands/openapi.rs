//! `viral-engine openapi`

use anyhow::Result;

use super::answer;

/// Prints the OpenAPI document. Needs neither configuration nor database.
pub(crate) fn run() -> Result<()> {
    let document = viral_engine_http::openapi::document();
    answer(viral_engine_http::openapi::to_json(&document))
}
