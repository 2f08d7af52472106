//! Calls other programs.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::SystemTime;

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

/// The folder of the workspace.
pub fn workspace_root() -> Result<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = here.ancestors().nth(2).context("find the workspace")?;
    Ok(root.to_owned())
}

/// Where cargo puts what it builds.
pub fn target_directory() -> Result<PathBuf> {
    let mut cargo = cargo();
    cargo
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .current_dir(workspace_root()?);
    let answer = answer_of(&mut cargo).context("ask cargo for its target folder")?;
    let metadata: serde_json::Value = serde_json::from_str(&answer)?;
    let folder = metadata["target_directory"]
        .as_str()
        .context("cargo names no target folder")?;
    Ok(PathBuf::from(folder))
}

/// When the file, or the file below the folder that changed last, was changed.
pub fn last_change(path: &Path) -> Result<SystemTime> {
    let about = || format!("look at {}", path.display());
    let mut latest = fs::metadata(path)
        .and_then(|file| file.modified())
        .with_context(about)?;
    if path.is_dir() {
        for entry in fs::read_dir(path).with_context(about)? {
            latest = latest.max(last_change(&entry?.path())?);
        }
    }
    Ok(latest)
}

/// Runs `npm ci` unless the packages of this very lock file are installed.
pub fn install_packages(folder: &Path) -> Result<()> {
    let file = folder.join("package-lock.json");
    let about = || format!("install the npm packages of {}", file.display());
    let lock = fs::read(&file).with_context(about)?;
    let wanted = hex::encode(Sha256::digest(&lock));
    let stamp = folder.join("node_modules/.installed-lock");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    let mut npm = Command::new("npm");
    npm.args([
        "ci",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--loglevel=error",
    ])
    .current_dir(folder);
    succeed(&mut npm).with_context(about)?;
    fs::write(stamp, wanted)?;
    Ok(())
}

/// The cargo that runs this program.
pub fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Runs a command and answers what it printed, without white space around it.
pub fn answer_of(command: &mut Command) -> Result<String> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("run {}", name_of(command)))?;
    if !output.status.success() {
        bail!("{} failed ({}).", name_of(command), output.status);
    }
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

/// Runs a command that must succeed.
pub fn succeed(command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .with_context(|| format!("run {}", name_of(command)))?;
    if !status.success() {
        bail!("{} failed ({status}).", name_of(command));
    }
    Ok(())
}

/// Name of a command's program, for messages.
pub fn name_of(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}
