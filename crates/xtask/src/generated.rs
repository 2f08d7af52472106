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

/// Writes `docs/data-map.md` from the table of what is held.
pub fn data_map() -> Result<()> {
    update(
        "UPDATE_DATA_MAP",
        "schema",
        "the_committed_data_map_is_what_the_table_says",
    )
}

/// Writes `docs/compliance.md` from the table of clauses.
pub fn compliance() -> Result<()> {
    update(
        "UPDATE_COMPLIANCE",
        "api",
        "compliance::the_committed_report_is_what_the_table_says",
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
        // Of the whole workspace, as all tests are built: another choice of packages is another choice of features.
        .args(["test", "--quiet", "--workspace"])
        .args(["--test", tests, "--", "--exact", test])
        .env(variable, "1")
        .current_dir(workspace_root()?);
    // A name that no test has runs none, which cargo takes for success.
    if !answer_of(&mut cargo)?.contains("1 passed") {
        bail!("There is no test {test} any more: nothing was written.");
    }
    Ok(())
}
