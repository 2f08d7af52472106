//! graphile-worker (npm), the job queue on PostgreSQL that is known for its speed, on the same database.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

/// Jobs a second from the start of its worker until none is left.
pub fn throughput(folder: &Path, url: &str, jobs: usize) -> Result<f64> {
    let output = Command::new("node")
        .arg(folder.join("worker.mjs"))
        .args([url, &jobs.to_string()])
        .output()
        .context("node could not be started")?;
    ensure!(
        output.status.success(),
        "graphile-worker: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout)?;
    text.trim().parse().with_context(|| text.clone())
}
