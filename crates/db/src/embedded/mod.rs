//! PostgreSQL run by the engine itself, so that trying it out needs one command and no administrator.
//!
//! The installed binaries serve a private folder below the engine's data folder, reachable by unix socket
//! only and as whom the operating system says one is: there is no password to keep and no port to guard.
//! Commits are as durable as on any PostgreSQL (fsync on).
//!
//! Several processes may use one data folder: `serve`, and commands beside it. The first starts the server,
//! the last stops it, and when the one that started it goes, another takes over (see `locks`). A server that
//! dies is restarted; one left by a killed engine is adopted.
//!
//! As root, whom PostgreSQL refuses, the server runs as an unprivileged user (see `account`).

mod account;
mod binaries;
mod cluster;
mod error;
mod layout;
mod locks;
mod log_file;
mod pid_file;
mod prepare;
mod server;
mod settings;
mod supervisor;

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

pub use binaries::MIN_MAJOR;
pub use error::EmbeddedError;
pub use layout::create_data_dir;

use account::Account;
use layout::Layout;
use server::Plan;
use supervisor::Supervisor;

/// What to run, and where.
#[derive(Clone, Debug)]
pub struct EmbeddedOptions {
    data_dir: PathBuf,
    bin_dir: Option<PathBuf>,
}

impl EmbeddedOptions {
    /// Runs in `data_dir`, which is created if need be, with the PostgreSQL found on this machine.
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            data_dir: data_dir.into(),
            bin_dir: None,
        }
    }

    /// Uses the programs in this folder and looks nowhere else.
    #[must_use]
    pub fn bin_dir(mut self, bin_dir: Option<PathBuf>) -> Self {
        self.bin_dir = bin_dir;
        self
    }
}

impl<P: AsRef<Path>> From<P> for EmbeddedOptions {
    fn from(data_dir: P) -> Self {
        Self::new(data_dir.as_ref())
    }
}

/// A PostgreSQL server in use by this process. Stopped, by its last user, on [`stop`](Self::stop) or drop.
pub struct EmbeddedPostgres {
    supervisor: Supervisor,
    url: String,
}

/// Whether a data folder has a database already. Creates nothing.
pub fn is_installed(data_dir: &Path) -> bool {
    data_dir.join(layout::CLUSTER).join("PG_VERSION").exists()
}

impl EmbeddedPostgres {
    /// Starts, adopts or joins the server of a data folder; the engine's role and database exist when this
    /// returns. Takes about a second for a new folder, and as long as recovery needs after a crash.
    pub async fn start(options: impl Into<EmbeddedOptions>) -> Result<Self, EmbeddedError> {
        let options = options.into();
        let (supervisor, layout) = blocking(move || {
            let plan = plan(&options)?;
            let layout = plan.layout.clone();
            Ok((Supervisor::start(plan)?, layout))
        })
        .await?;
        prepare::prepare(&layout).await?;
        Ok(Self {
            supervisor,
            url: layout.url(cluster::ENGINE, cluster::ENGINE),
        })
    }

    /// URL of the engine's database; stays the same over restarts. It holds no secret.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Stops using the server; the last user stops it: transactions still open are rolled back.
    pub async fn stop(self) -> Result<(), EmbeddedError> {
        let mut supervisor = self.supervisor;
        blocking(move || supervisor.leave()).await
    }
}

fn plan(options: &EmbeddedOptions) -> Result<Plan, EmbeddedError> {
    let layout = Layout::create(&options.data_dir)?;
    let account = Account::choose(&layout.cluster)?;
    account.admit(&layout.data_dir)?;
    let written = cluster::written_by(&layout.cluster)?;
    let binaries = binaries::find(
        options.bin_dir.as_deref(),
        &layout.cluster,
        written.as_deref(),
    )?;
    Ok(Plan {
        layout,
        binaries,
        account,
        leaving: AtomicBool::new(false),
    })
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, EmbeddedError> + Send + 'static,
) -> Result<T, EmbeddedError> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or(Err(EmbeddedError::Supervisor))
}
