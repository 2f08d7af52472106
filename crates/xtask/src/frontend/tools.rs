//! The programs the build calls, and one sentence for each that is missing.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

/// What the app is compiled for.
const WASM_TARGET: &str = "wasm32-unknown-unknown";
/// Oldest major version of Node.js the style tools run on.
const NODE_MIN: u32 = 20;

/// The folder of the workspace.
pub fn workspace_root() -> Result<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = here.ancestors().nth(2).context("find the workspace")?;
    Ok(root.to_owned())
}

/// Refuses to go on without Node.js.
pub fn require_node() -> Result<()> {
    let version = answer_of(Command::new("node").arg("--version")).unwrap_or_default();
    let major = version
        .trim_start_matches('v')
        .split('.')
        .next()
        .and_then(|text| text.parse::<u32>().ok());
    if major.is_none_or(|major| major < NODE_MIN) {
        bail!(
            "Install Node.js {NODE_MIN} or newer with npm (https://nodejs.org): the style sheet is built with it."
        );
    }
    Ok(())
}

/// Refuses to go on without Rust's standard library for WebAssembly.
pub fn require_wasm_target() -> Result<()> {
    let mut rustc = Command::new("rustc");
    rustc
        .args(["--print", "target-libdir", "--target", WASM_TARGET])
        .current_dir(workspace_root()?);
    let folder = answer_of(&mut rustc).unwrap_or_default();
    if folder.is_empty() || !Path::new(&folder).exists() {
        bail!("Run `rustup target add {WASM_TARGET}`: the app is compiled to WebAssembly.");
    }
    Ok(())
}

/// Runs `npm ci` unless the packages of this very lock file are installed.
pub fn install_packages(frontend: &Path) -> Result<()> {
    let lock =
        fs::read(frontend.join("package-lock.json")).context("read frontend/package-lock.json")?;
    let wanted = hex::encode(Sha256::digest(&lock));
    let stamp = frontend.join("node_modules/.installed-lock");
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
    .current_dir(frontend);
    succeed(&mut npm).context("install the npm packages of frontend/package-lock.json")?;
    fs::write(stamp, wanted)?;
    Ok(())
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

/// Compiles the app with the cargo profile `profile`; returns the path of the WebAssembly.
pub fn build_wasm(profile: &str) -> Result<PathBuf> {
    let mut cargo = cargo();
    cargo
        .args([
            "build",
            "--package",
            "viral-engine-frontend",
            "--target",
            WASM_TARGET,
            "--profile",
            profile,
        ])
        .current_dir(workspace_root()?);
    succeed(&mut cargo).context("compile the app")?;
    let folder = if profile == "dev" { "debug" } else { profile };
    Ok(target_directory()?
        .join(WASM_TARGET)
        .join(folder)
        .join("viral-engine-frontend.wasm"))
}

/// Makes the WebAssembly smaller; returns the path of the smaller one.
pub fn optimise(frontend: &Path, wasm: &Path) -> Result<PathBuf> {
    let small = wasm.with_extension("opt.wasm");
    let mut optimiser = Command::new(frontend.join("node_modules/.bin/wasm-opt"));
    // The features rustc switches on by default; what it does not use costs nothing to allow.
    optimiser.args([
        "-Oz",
        "--strip-debug",
        "--strip-producers",
        "--enable-bulk-memory",
        "--enable-mutable-globals",
        "--enable-multivalue",
        "--enable-nontrapping-float-to-int",
        "--enable-reference-types",
        "--enable-sign-ext",
    ]);
    optimiser.arg(wasm).arg("-o").arg(&small);
    succeed(&mut optimiser).context("optimise the WebAssembly")?;
    Ok(small)
}

/// Builds the style sheet from the classes the sources name; returns its path.
pub fn build_styles(frontend: &Path, work: &Path) -> Result<PathBuf> {
    let styles = work.join("app.css");
    let mut tailwind = Command::new(frontend.join("node_modules/.bin/tailwindcss"));
    tailwind
        .args(["--minify", "--input", "styles/app.css", "--output"])
        .arg(&styles)
        .current_dir(frontend);
    succeed(&mut tailwind).context("build the style sheet")?;
    Ok(styles)
}

fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

fn answer_of(command: &mut Command) -> Result<String> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("run {}", name_of(command)))?;
    if !output.status.success() {
        bail!("{} failed ({}).", name_of(command), output.status);
    }
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

fn succeed(command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .with_context(|| format!("run {}", name_of(command)))?;
    if !status.success() {
        bail!("{} failed ({status}).", name_of(command));
    }
    Ok(())
}

fn name_of(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}
