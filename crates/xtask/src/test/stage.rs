//! One stage of the tests: timed, its output kept in a file and shown when it fails.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use super::counts::Counts;
use crate::shell::name_of;

/// How much of the end of a failed stage's output is shown; the whole is in its file.
const SHOWN_LINES: usize = 400;

/// Where a stage writes what its commands print.
pub struct Log {
    path: PathBuf,
}

impl Log {
    /// An empty log for the stage `name`.
    pub fn create(folder: &Path, name: &str) -> Result<Self> {
        fs::create_dir_all(folder).context("create the folder of the logs")?;
        let path = folder.join(format!("{}.log", name.replace(' ', "-")));
        File::create(&path).with_context(|| format!("create {}", path.display()))?;
        Ok(Self { path })
    }

    /// Runs a command, appending what it prints. Answers whether it succeeded, and everything it printed.
    pub fn run(&self, command: &mut Command) -> Result<(bool, String)> {
        let start = self.text().len();
        let log = File::options().append(true).open(&self.path)?;
        let status = command
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .status()
            .with_context(|| format!("run {}", name_of(command)))?;
        Ok((status.success(), self.text()[start..].to_owned()))
    }

    /// Runs a command that is one check.
    pub fn check(&self, command: &mut Command) -> Result<Counts> {
        Ok(Counts::one(self.run(command)?.0))
    }

    fn text(&self) -> String {
        let bytes = fs::read(&self.path).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    fn show(&self) {
        let text = self.text();
        let lines: Vec<&str> = text.lines().collect();
        let shown = &lines[lines.len().saturating_sub(SHOWN_LINES)..];
        if shown.len() < lines.len() {
            eprintln!("… the last {SHOWN_LINES} lines of {}:", self.path.display());
        }
        shown.iter().for_each(|line| eprintln!("{line}"));
    }
}

/// Runs one stage to its end and says how it went. A stage that can not run is one failure.
pub fn run(folder: &Path, name: &str, action: impl FnOnce(&Log) -> Result<Counts>) -> Counts {
    eprintln!("• {name} …");
    let started = Instant::now();
    let log = Log::create(folder, name);
    let result = match &log {
        Ok(log) => action(log),
        Err(error) => Err(anyhow::anyhow!("{error:#}")),
    };
    let counts = result.unwrap_or_else(|error| {
        eprintln!("{error:#}");
        Counts::one(false)
    });
    if let (true, Ok(log)) = (counts.failed > 0, &log) {
        log.show();
    }
    let Counts { passed, failed } = counts;
    let mark = if failed == 0 { "✓" } else { "✗" };
    eprintln!(
        "{mark} {name}: {passed} passed, {failed} failed ({})",
        seconds(started.elapsed())
    );
    counts
}

/// A duration as `75.3 s`.
pub fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}
