//! `cargo xtask env-example`: writes `.env.example` as the engine describes its configuration. A test of the
//! engine fails while the file differs.

use std::fs;

use anyhow::{Context, Result};

use crate::shell::{answer_of, cargo, workspace_root};

/// Writes the file.
pub fn run() -> Result<()> {
    let root = workspace_root()?;
    let mut engine = cargo();
    engine
        .args([
            "run",
            "--quiet",
            "--package",
            "viral-engine-server",
            "--",
            "check-config",
            "--print-example",
        ])
        .current_dir(&root);
    let text = answer_of(&mut engine)?;
    let file = root.join(".env.example");
    fs::write(&file, text + "\n").with_context(|| format!("write {}", file.display()))
}
