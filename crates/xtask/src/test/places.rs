//! Where things are, and what is being fetched meanwhile.

use std::cell::RefCell;
use std::path::PathBuf;
use std::process::Command;
use std::thread::{JoinHandle, spawn};

use anyhow::{Context, Result, anyhow};

use crate::setup;
use crate::shell::{install_packages, target_directory, workspace_root};

/// Where things are.
pub struct Places {
    pub root: PathBuf,
    pub target: PathBuf,
    /// Fetches what the browser tests need, and answers the path of Chromium.
    browser: RefCell<Option<JoinHandle<Result<PathBuf>>>>,
}

impl Places {
    /// Starts fetching what browser tests need if asked to: downloads wait for the network and builds for the
    /// processor, so they go on side by side.
    pub fn new(fetch_browser: bool) -> Result<Self> {
        let root = workspace_root()?;
        let packages = root.join("tests/browser");
        let fetch = move || {
            install_packages(&packages)?;
            setup::provide_chromium()
        };
        Ok(Self {
            browser: RefCell::new(fetch_browser.then(|| spawn(fetch))),
            target: target_directory()?,
            root,
        })
    }

    /// Folder of the stages' logs.
    pub fn logs(&self) -> PathBuf {
        self.target.join("xtask/logs")
    }

    /// The engine as the tests build it.
    pub fn engine(&self) -> PathBuf {
        self.target.join("debug/viral-engine")
    }

    /// Waits until everything for the browser is there; answers the path of Chromium.
    pub fn browser(&self) -> Result<PathBuf> {
        let fetching = self
            .browser
            .take()
            .context("nothing was fetched for the browser")?;
        fetching
            .join()
            .map_err(|_| anyhow!("fetching what the browser tests need ended unexpectedly"))?
    }

    /// A command in the top folder that knows where things are.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(&self.root)
            .env("VIRAL_ENGINE_BIN", self.engine());
        command
    }
}
