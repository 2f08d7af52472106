//! Prints results as the Markdown tables that `docs/performance.md` holds.

use std::io::{self, Write};
use std::process::Command;

use anyhow::Result;

/// Prints a heading with machine and commit.
pub fn heading(title: &str) -> Result<()> {
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZeroUsize::get);
    let commit = Command::new("git")
        .args(["rev-parse", "--short", "HEAD"])
        .output()?;
    let commit = String::from_utf8_lossy(&commit.stdout).trim().to_owned();
    writeln!(
        io::stdout(),
        "\n### {title}\n\n{cores} cores, commit {commit}, client and server on the same machine.\n"
    )?;
    Ok(())
}

/// Prints a table.
pub fn table(head: &[&str], rows: &[Vec<String>]) -> Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "| {} |", head.join(" | "))?;
    writeln!(out, "|{}", "---|".repeat(head.len()))?;
    for row in rows {
        writeln!(out, "| {} |", row.join(" | "))?;
    }
    Ok(())
}

/// Prints a line.
pub fn line(text: &str) -> Result<()> {
    writeln!(io::stdout(), "{text}")?;
    Ok(())
}
