//! Where things are, and what is being fetched meanwhile.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread::{JoinHandle, spawn};

use anyhow::{Context, Result, anyhow};

use crate::setup;
use crate::shell::{install_packages, target_directory, workspace_root};

/// Where things are.
pub struct Places {
    pub root: PathBuf,
    pub target: PathBuf,
    /// At work until somebody needs it.
    fetching: Mutex<Option<JoinHandle<Result<Fetched>>>>,
    fetched: OnceLock<Fetched>,
}

/// Programs that tests outside of Rust need.
#[derive(Clone)]
pub struct Fetched {
    pub chromium: PathBuf,
    pub schemathesis: PathBuf,
}

impl Places {
    /// Starts fetching what tests outside of Rust need if asked to: downloads wait for the network and builds
    /// for the processor, so they go on side by side.
    pub fn new(fetch: bool) -> Result<Self> {
        let root = workspace_root()?;
        let target = target_directory()?;
        let (tests, python) = (root.join("tests"), target.clone());
        let work = move || fetch_all(&tests, &python);
        Ok(Self {
            fetching: Mutex::new(fetch.then(|| spawn(work))),
            fetched: OnceLock::new(),
            target,
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

    /// Waits until everything is fetched.
    pub fn fetched(&self) -> Result<Fetched> {
        if let Some(fetched) = self.fetched.get() {
            return Ok(fetched.clone());
        }
        let mut fetching = self.fetching.lock().unwrap_or_else(PoisonError::into_inner);
        let fetching = fetching.take().context("fetching has failed before")?;
        let fetched = fetching
            .join()
            .map_err(|_| anyhow!("fetching ended unexpectedly"))??;
        Ok(self.fetched.get_or_init(|| fetched).clone())
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

fn fetch_all(tests: &Path, target: &Path) -> Result<Fetched> {
    install_packages(&tests.join("browser"))?;
    install_packages(&tests.join("contract"))?;
    setup::provide_compose();
    let python = setup::provide_python(target, &tests.join("contract/requirements.txt"))?;
    Ok(Fetched {
        chromium: setup::provide_chromium()?,
        schemathesis: python.join("schemathesis"),
    })
}
