//! Files that are generated from the code and committed, for readers and their tools. Tests compare them with what
//! would be generated, so the same tests write them here.

use anyhow::{Result, bail};

use crate::shell::{answer_of, cargo, workspace_root};

/// Writes `crates/db/src/schema.rs` as the migrations make it.
pub fn schema() -> Result<()> {
    update(
        "UPDATE_SCHEMA",
        "schema",
        "schema_rs_is_what_the_migrations_make",
    )
}

/// Writes `openapi/openapi.json` as the handlers describe themselves.
pub fn openapi() -> Result<()> {
    update(
        "UPDATE_OPENAPI",
        "api",
        "openapi::the_committed_document_is_the_generated_one",
    )
}

fn update(variable: &str, tests: &str, test: &str) -> Result<()> {
    let mut cargo = cargo();
    cargo
        .args(["test", "--quiet", "--package", "viral-engine-tests"])
        .args(["--test", tests, "--", "--exact", test])
        .env(variable, "1")
        .current_dir(workspace_root()?);
    // A name that no test has runs none, which cargo takes for success.
    if !answer_of(&mut cargo)?.contains("1 passed") {
        bail!("There is no test {test} any more: nothing was written.");
    }
    Ok(())
}
