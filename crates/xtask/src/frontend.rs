//! `cargo xtask frontend`: builds the admin app into `frontend/dist/`, ready to be served as it is.
//!
//! cargo → cut into parts → wasm-bindgen (as a library, so that its version can not differ from the crate's) →
//! wasm-opt → Tailwind → content-hashed names → brotli and gzip beside each file. Everything but `index.html` may be
//! cached for ever; `index.html` names the hashes. No script or style stands in the page itself, so that the
//! content security policy needs no `unsafe-inline`.

mod bundle;
mod split;
mod tools;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::shell;
use bundle::{Bundle, Load};
use split::{APP_SCRIPT, PARTS_SCRIPT, SplitApp};

/// What the first visit may load at most, brotli, in bytes.
const FIRST_LOAD_BUDGET: usize = 350 * 1024;

/// What the app is made of, from the top of the repository.
const SOURCES: [&str; 10] = [
    ".cargo/config.toml",
    "Cargo.lock",
    "Cargo.toml",
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
    let mut app = split::split(&wasm, &work)?;
    if !dev {
        app.first = tools::optimise(&frontend, &app.first)?;
        for part in &mut app.later {
            *part = tools::optimise(&frontend, part)?;
        }
    }
    let styles = tools::build_styles(&frontend, &work)?;

    let bundle = assemble(&frontend, &app, &styles)?;
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

/// Names every file by its content, innermost first, and lets each name the ones it loads.
fn assemble(frontend: &Path, app: &SplitApp, styles: &Path) -> Result<Bundle> {
    let own = |name: &str| {
        let path = frontend.join("static").join(name);
        fs::read_to_string(&path).with_context(|| format!("read {}", path.display()))
    };
    let mut bundle = Bundle::default();
    let wasm = bundle.add_hashed("app.wasm", fs::read(&app.first)?, Load::First);
    let (script, parts) = add_scripts(&mut bundle, app)?;
    let start = fill(&own("start.js")?, &[("app", &script), ("wasm", &wasm)])?;
    let start = bundle.add_hashed("start.js", start.into_bytes(), Load::First);
    let theme = bundle.add_hashed("theme.js", own("theme.js")?.into_bytes(), Load::First);
    let styles = bundle.add_hashed("app.css", fs::read(styles)?, Load::First);
    let icon = bundle.add_hashed("icon.svg", own("icon.svg")?.into_bytes(), Load::First);
    let names = [
        ("app", script.as_str()),
        ("parts", &parts),
        ("wasm", &wasm),
        ("start", &start),
        ("theme", &theme),
        ("styles", &styles),
        ("icon", &icon),
    ];
    bundle.add_page(fill(&own("index.html")?, &names)?.into_bytes());
    Ok(bundle)
}

/// Adds the parts and the two scripts, which import each other and so share one hash; returns their names.
fn add_scripts(bundle: &mut Bundle, app: &SplitApp) -> Result<(String, String)> {
    let mut parts_script = app.parts_script.clone();
    for part in &app.later {
        let name = part
            .file_name()
            .and_then(|name| name.to_str())
            .context("a part has no name")?;
        // The optimiser marks what it wrote; the script names what went in.
        let name = name.replace(".opt.wasm", ".wasm");
        let hashed = bundle.add_hashed(&name, fs::read(part)?, Load::Later);
        parts_script = replace(&parts_script, &name, &hashed)?;
    }
    let both = format!("{}{parts_script}", app.script);
    let (script, parts) = (
        bundle::hashed_name(APP_SCRIPT, both.as_bytes()),
        bundle::hashed_name(PARTS_SCRIPT, both.as_bytes()),
    );
    bundle.add(
        &script,
        replace(&app.script, PARTS_SCRIPT, &parts)?.into_bytes(),
        Load::First,
    );
    bundle.add(
        &parts,
        replace(&parts_script, APP_SCRIPT, &script)?.into_bytes(),
        Load::First,
    );
    Ok((script, parts))
}

/// Replaces where a script loads `./name` from: `from "./name"` or `URL("./name"`. The same text as a key of the
/// imports stays, as the WebAssembly knows it by that name. A script that loads nothing from there is a mistake.
fn replace(script: &str, name: &str, hashed: &str) -> Result<String> {
    let mut replaced = script.to_owned();
    for load in ["from ", "URL("] {
        replaced = replaced.replace(
            &format!("{load}\"./{name}\""),
            &format!("{load}\"./{hashed}\""),
        );
    }
    if replaced == script {
        bail!("A script of the app does not load {name}.");
    }
    Ok(replaced)
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
    use super::{fill, replace};

    #[test]
    fn imports_follow_the_names_and_keys_stay() {
        let script = r#"import * as a from "./a.js"; new URL("./b.wasm", x); ({ "./a.js": a })"#;
        let first = replace(script, "a.js", "a-1.js").unwrap();
        let second = replace(&first, "b.wasm", "b-2.wasm").unwrap();
        let wanted =
            r#"import * as a from "./a-1.js"; new URL("./b-2.wasm", x); ({ "./a.js": a })"#;
        assert_eq!(second, wanted);
        assert!(replace(script, "c.js", "c-1.js").is_err());
    }

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
