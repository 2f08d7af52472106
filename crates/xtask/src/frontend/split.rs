//! Cuts the compiled app into parts that are loaded when they are first visited (see `frontend/src/parts.rs`), and
//! binds the first of them to JavaScript.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use wasm_bindgen_cli_support::Bindgen;
use wasm_split_cli_support::{Options, transform};

/// Script that loads the parts, as the first part's script imports it.
pub const PARTS_SCRIPT: &str = "parts.js";
/// Script of the first part, as the script of the parts imports it.
pub const APP_SCRIPT: &str = "app.js";

/// The app in parts, bound to JavaScript.
pub struct SplitApp {
    /// JavaScript of the first part.
    pub script: String,
    /// JavaScript that loads the other parts.
    pub parts_script: String,
    /// WebAssembly of the first part.
    pub first: PathBuf,
    /// WebAssembly of the other parts; the script of the parts names them as these files are named.
    pub later: Vec<PathBuf>,
}

/// Cuts and binds `wasm`, working in `work`.
///
/// # Errors
/// When the WebAssembly was not compiled for being cut, or a dependency brings JavaScript of its own.
pub fn split(wasm: &Path, work: &Path) -> Result<SplitApp> {
    let folder = work.join("parts");
    if folder.exists() {
        fs::remove_dir_all(&folder).context("empty the folder of the parts")?;
    }
    fs::create_dir_all(&folder)?;
    let input = fs::read(wasm).with_context(|| format!("read {}", wasm.display()))?;
    let main = folder.join("main.wasm");
    let (link, module) = (format!("./{PARTS_SCRIPT}"), format!("./{APP_SCRIPT}"));
    let mut options = Options::new(&input);
    options.output_dir = &folder;
    options.main_out_path = &main;
    options.link_name = &link;
    options.main_module = &module;
    let parts = transform(options)
        .map_err(|error| anyhow!("{error:#}"))
        .context("cut the WebAssembly into parts")?;

    let first = work.join("app.wasm");
    let script = bind(&main, &first)?;
    let parts_script = fs::read_to_string(folder.join(PARTS_SCRIPT))?;
    Ok(SplitApp {
        script,
        parts_script,
        first,
        later: parts.split_modules,
    })
}

/// Binds the first part to JavaScript, which is returned.
fn bind(main: &Path, bound: &Path) -> Result<String> {
    let mut output = Bindgen::new()
        .input_path(main)
        .out_name("app")
        .web(true)?
        .typescript(false)
        .omit_default_module_path(true)
        // The other parts share memory and tables with the first, by these exports.
        .keep_lld_exports(true)
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
    fs::write(bound, output.wasm_mut().emit_wasm())?;
    Ok(output.js().to_owned())
}
