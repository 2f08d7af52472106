//! graphile-worker (npm), the job queue on PostgreSQL that is known for its speed, on the same database.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

/// Jobs a second from the start of its worker until none is left.
pub fn throughput(folder: &Path, url: &str, jobs: usize) -> Result<f64> {
    let socket = parameter(url, "host").context("the database has no socket")?;
    let user = parameter(url, "user").context("the database has no user")?;
    let database = url
        .split('?')
        .next()
        .and_then(|path| path.rsplit('/').next())
        .context("the database has no name")?;
    let output = Command::new("node")
        .arg(folder.join("worker.mjs"))
        .args([socket.as_str(), database, user.as_str(), &jobs.to_string()])
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

/// A parameter of a URL, percent-decoded as far as paths need it.
fn parameter(url: &str, name: &str) -> Option<String> {
    let (_, query) = url.split_once('?')?;
    let value = query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))?;
    Some(value.replace("%2F", "/").replace("%2f", "/"))
}
