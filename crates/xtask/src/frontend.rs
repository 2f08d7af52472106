//! `cargo xtask frontend`: builds the admin app into `frontend/dist/`, ready to be served as it is.
//!
//! cargo → wasm-bindgen (as a library, so that its version can not differ from the crate's) → wasm-opt →
//! Tailwind → content-hashed names → brotli and gzip beside each file. Everything but `index.html` may be
//! cached for ever; `index.html` names the hashes. No script or style stands in the page itself, so that the
//! content security policy needs no `unsafe-inline`.

mod bundle;
mod tools;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::shell;
use bundle::Bundle;

/// What the first visit may load at most, brotli, in bytes.
// The aim is 350 KiB; this keeps what is measured from growing until it is reached.
const FIRST_LOAD_BUDGET: usize = 560 * 1024;

/// What the app is made of, from the top of the repository.
const SOURCES: [&str; 8] = [
    "Cargo.lock",
    "crates/api-types",
    "crates/xtask/src/frontend",
    "frontend/Cargo.toml",
    "frontend/package-lock.json",
    "frontend/src",
    "frontend/static",
    "frontend/styles",
];

/// Arguments of `cargo xtask frontend`.
#[derive(Args)]
pub struct FrontendArguments {
    /// Build quickly for development: not optimised, not compressed, no size budget.
    #[arg(long)]
    dev: bool,
}

/// Builds the app, within its size budget.
///
/// # Errors
/// When a prerequisite is missing (the message says what to install), a step fails, or the first load is
/// larger than its budget.
pub fn run(arguments: &FrontendArguments) -> Result<()> {
    let first_load = build(arguments.dev)?;
    if !arguments.dev && first_load > FIRST_LOAD_BUDGET {
        bail!(
            "The first load is {first_load} bytes of brotli, more than the budget of {FIRST_LOAD_BUDGET}: take something out, or load it later."
        );
    }
    Ok(())
}

/// Builds the app; answers what the first visit loads, in bytes of brotli.
fn build(dev: bool) -> Result<usize> {
    let frontend = shell::workspace_root()?.join("frontend");
    tools::require_node()?;
    tools::provide_wasm_target()?;
    shell::install_packages(&frontend)?;

    let work = shell::target_directory()?.join("frontend");
    fs::create_dir_all(&work).context("create the build folder")?;
    let wasm = tools::build_wasm(if dev { "dev" } else { "wasm" })?;
    let (script, wasm) = bind(&wasm, &work)?;
    let wasm = if dev {
        wasm
    } else {
        tools::optimise(&frontend, &wasm)?
    };
    let styles = tools::build_styles(&frontend, &work)?;

    let bundle = assemble(&frontend, &script, &wasm, &styles)?;
    let dist = frontend.join("dist");
    let report = bundle.write(&dist, !dev)?;
    report.print(&dist)?;
    Ok(report.first_load())
}

/// Builds the optimised app unless it is newer than everything it is made of.
///
/// # Errors
/// When a prerequisite is missing or a step fails; the size budget is a matter of tests.
pub fn build_if_changed() -> Result<()> {
    let root = shell::workspace_root()?;
    let built =
        fs::metadata(root.join("frontend/dist/index.html")).and_then(|file| file.modified());
    let sources = SOURCES
        .iter()
        .map(|path| shell::last_change(&root.join(path)));
    let changed = sources.collect::<Result<Vec<_>>>()?;
    match built {
        Ok(built) if changed.iter().all(|change| *change < built) => Ok(()),
        _ => build(false).map(drop),
    }
}

/// Writes the JavaScript that loads the WebAssembly; returns the paths of both.
fn bind(wasm: &Path, work: &Path) -> Result<(PathBuf, PathBuf)> {
    let mut output = wasm_bindgen_cli_support::Bindgen::new()
        .input_path(wasm)
        .out_name("app")
        .web(true)?
        .typescript(false)
        .omit_default_module_path(true)
        .generate_output()
        .context("bind the WebAssembly to JavaScript")?;
    let own_scripts = output
        .snippets()
        .values()
        .any(|snippets| !snippets.is_empty());
    if own_scripts || !output.local_modules().is_empty() {
        bail!(
            "A dependency brings JavaScript of its own, which this pipeline does not name by content: leave it out."
        );
    }
    let (script, bound) = (work.join("app.js"), work.join("app.wasm"));
    fs::write(&script, output.js())?;
    fs::write(&bound, output.wasm_mut().emit_wasm())?;
    Ok((script, bound))
}

/// Names every file by its content, innermost first, and lets each name the ones it loads.
fn assemble(frontend: &Path, script: &Path, wasm: &Path, styles: &Path) -> Result<Bundle> {
    let own = |name: &str| {
        let path = frontend.join("static").join(name);
        fs::read_to_string(&path).with_context(|| format!("read {}", path.display()))
    };
    let mut bundle = Bundle::default();
    let wasm = bundle.add_hashed("app.wasm", fs::read(wasm)?);
    let app = bundle.add_hashed("app.js", fs::read(script)?);
    let start = fill(&own("start.js")?, &[("app", &app), ("wasm", &wasm)])?;
    let start = bundle.add_hashed("start.js", start.into_bytes());
    let theme = bundle.add_hashed("theme.js", own("theme.js")?.into_bytes());
    let styles = bundle.add_hashed("app.css", fs::read(styles)?);
    let icon = bundle.add_hashed("icon.svg", own("icon.svg")?.into_bytes());
    let page = fill(
        &own("index.html")?,
        &[
            ("app", &app),
            ("wasm", &wasm),
            ("start", &start),
            ("theme", &theme),
            ("styles", &styles),
            ("icon", &icon),
        ],
    )?;
    bundle.add_page(page.into_bytes());
    Ok(bundle)
}

/// Replaces each `{{name}}` in `template`; a name that does not occur, or one that is left, is a mistake.
fn fill(template: &str, names: &[(&str, &str)]) -> Result<String> {
    let mut text = template.to_owned();
    for (name, value) in names {
        let mark = format!("{{{{{name}}}}}");
        if !text.contains(&mark) {
            bail!("A template of frontend/static lacks {mark}.");
        }
        text = text.replace(&mark, value);
    }
    if text.contains("{{") {
        bail!("A template of frontend/static has a mark that nothing fills.");
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::fill;

    #[test]
    fn every_mark_is_filled() {
        let text = fill("a {{x}} b {{y}} {{x}}", &[("x", "1"), ("y", "2")]).unwrap();
        assert_eq!(text, "a 1 b 2 1");
    }

    #[test]
    fn a_mark_that_is_missing_or_left_is_refused() {
        assert!(fill("a", &[("x", "1")]).is_err());
        assert!(fill("{{x}} {{y}}", &[("x", "1")]).is_err());
    }
}
