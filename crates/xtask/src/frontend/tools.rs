//! The programs the build calls, and one sentence for each that is missing.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::shell::{answer_of, cargo, succeed, target_directory, workspace_root};

/// What the app is compiled for.
const WASM_TARGET: &str = "wasm32-unknown-unknown";
/// Oldest major version of Node.js the style tools run on.
const NODE_MIN: u32 = 20;

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

/// Installs Rust's standard library for WebAssembly with rustup unless it is there.
pub fn provide_wasm_target() -> Result<()> {
    if has_wasm_target()? {
        return Ok(());
    }
    let mut rustup = Command::new("rustup");
    rustup
        .args(["target", "add", WASM_TARGET])
        .current_dir(workspace_root()?);
    if succeed(&mut rustup).is_err() || !has_wasm_target()? {
        bail!(
            "Install the standard library of the Rust target {WASM_TARGET} (`rustup target add {WASM_TARGET}`): \
             the app is compiled to WebAssembly."
        );
    }
    Ok(())
}

fn has_wasm_target() -> Result<bool> {
    let mut rustc = Command::new("rustc");
    rustc
        .args(["--print", "target-libdir", "--target", WASM_TARGET])
        .current_dir(workspace_root()?);
    let folder = answer_of(&mut rustc).unwrap_or_default();
    Ok(!folder.is_empty() && Path::new(&folder).exists())
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
    // They would replace the flags of `.cargo/config.toml`, without which the app can not be cut into parts.
    for flags in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS"] {
        cargo.env_remove(flags);
    }
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
