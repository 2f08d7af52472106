//! Why the embedded PostgreSQL could not be run, in sentences for whoever started the engine.

use std::io;
use std::path::{Path, PathBuf};

/// A failure of the embedded PostgreSQL. Each message says what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum EmbeddedError {
    /// No usable PostgreSQL on this machine.
    #[error(
        "PostgreSQL {min} or newer is not installed: install it (Debian and Ubuntu: `apt-get install postgresql`, \
         macOS: `brew install postgresql@16`), set PG_BIN_DIR to the folder of its `initdb` and `postgres`, \
         or set DATABASE_URL to use another server{seen}"
    )]
    NotInstalled {
        /// Oldest supported major version.
        min: u32,
        /// What was found and refused, or empty.
        seen: String,
    },
    /// The data folder belongs to a PostgreSQL that is not installed.
    #[error(
        "{} was written by PostgreSQL {written}, but only {installed} is installed: install PostgreSQL {written}, \
         or move the data with pg_upgrade or pg_dump", .cluster.display()
    )]
    VersionMismatch {
        /// The database's folder.
        cluster: PathBuf,
        /// Major version that wrote it.
        written: String,
        /// Installed versions.
        installed: String,
    },
    /// PostgreSQL refuses to run as root and there is nobody else to run as.
    #[error(
        "PostgreSQL refuses to run as root, and neither the user `postgres` nor `nobody` exists: \
         create one, or run the engine as an ordinary user"
    )]
    NoUnprivilegedUser,
    /// The current user has no entry in the user database.
    #[error(
        "user id {0} has no name on this machine, which PostgreSQL needs: add it to /etc/passwd"
    )]
    NamelessUser(u32),
    /// The unprivileged user can not reach the data folder.
    #[error(
        "`{user}`, the user PostgreSQL runs as because it refuses to run as root, may not enter {}: \
         choose a DATA_DIR outside of it (for example /var/lib/viral-engine), or run the engine as an ordinary user",
        .blocked.display()
    )]
    NotTraversable {
        /// The unprivileged user.
        user: String,
        /// Folder above the data folder that stands in the way.
        blocked: PathBuf,
    },
    /// The database's folder belongs to someone else.
    #[error("{} belongs to user id {owner}: run the engine as that user, or choose another DATA_DIR", .cluster.display())]
    ForeignCluster {
        /// The database's folder.
        cluster: PathBuf,
        /// Its owner.
        owner: u32,
    },
    /// Somebody else holds the name of the socket's folder.
    #[error("{} is not a folder of ours: remove it, or choose a shorter DATA_DIR", .0.display())]
    SocketDirectoryTaken(PathBuf),
    /// A command ended badly.
    #[error("{program} failed: {output}")]
    Command {
        /// Name of the program.
        program: &'static str,
        /// End of what it printed.
        output: String,
    },
    /// The server ended while it started.
    #[error("PostgreSQL did not start ({status}); the end of its log {}: {tail}", .log.display())]
    Died {
        /// Exit status.
        status: String,
        /// Log file.
        log: PathBuf,
        /// Last lines of the log.
        tail: String,
    },
    /// The server did not become ready, or did not end, in time.
    #[error("PostgreSQL in {} did not {what} within {seconds} s; see {}", .cluster.display(), .log.display())]
    TimedOut {
        /// What was awaited: `become ready`, `stop`.
        what: &'static str,
        /// The database's folder.
        cluster: PathBuf,
        /// How long was waited.
        seconds: u64,
        /// Log file.
        log: PathBuf,
    },
    /// The engine was told to stop while PostgreSQL started.
    #[error("the start of PostgreSQL was given up because the engine is stopping")]
    Cancelled,
    /// The engine's own role or database could not be made.
    #[error("the embedded PostgreSQL could not be prepared")]
    Prepare(#[source] tokio_postgres::Error),
    /// A background thread or task ended badly.
    #[error("the supervisor of PostgreSQL ended unexpectedly")]
    Supervisor,
    /// A file or folder could not be used.
    #[error("could not {action} {}", .path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// Why it failed.
        #[source]
        source: io::Error,
    },
}

impl EmbeddedError {
    /// Wraps an I/O error: `file.open(path).map_err(EmbeddedError::io("open", path))`.
    pub(super) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self::Io {
            action,
            path,
            source,
        }
    }
}
