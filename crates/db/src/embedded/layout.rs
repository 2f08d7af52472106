//! Where the embedded PostgreSQL keeps what in the data folder.
//!
//! Everything the engine writes lies beside the database's folder, never in it: the engine may be root and
//! the folder belongs to an unprivileged user, who could plant symbolic links for root to follow.

use std::fs::DirBuilder;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use super::account::Account;
use super::error::EmbeddedError;

/// Name of the database's folder in the data folder.
pub(super) const CLUSTER: &str = "postgres";
/// Port in the socket's file name; nothing listens on TCP.
pub(super) const PORT: u16 = 5432;
/// Longest path of a unix socket in bytes: the kernel's field less the closing NUL.
const SOCKET_PATH_LIMIT: usize = if cfg!(target_os = "linux") { 107 } else { 103 };

/// Paths of one data folder.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    /// The engine's data folder, absolute and without symbolic links.
    pub data_dir: PathBuf,
    /// The database itself (PostgreSQL's PGDATA).
    pub cluster: PathBuf,
    /// A database being made; renamed to `cluster` when it is whole.
    pub unfinished: PathBuf,
    /// Private folder of the unix socket.
    pub socket_dir: PathBuf,
    /// What the server prints.
    pub log: PathBuf,
    /// Who may connect, as PostgreSQL's `hba_file`.
    pub hba: PathBuf,
    /// Which OS user is which role, as PostgreSQL's `ident_file`.
    pub ident: PathBuf,
    /// Locked by the process that starts and stops the server.
    pub owner_lock: PathBuf,
    /// Locked (shared) by every process that uses the server.
    pub users_lock: PathBuf,
}

impl Layout {
    /// Creates the data folder, private to the engine, and names everything in it.
    pub fn create(data_dir: &Path) -> Result<Self, EmbeddedError> {
        create_data_dir(data_dir)?;
        let data_dir = data_dir
            .canonicalize()
            .map_err(EmbeddedError::io("find", data_dir))?;
        let cluster = data_dir.join(CLUSTER);
        Ok(Self {
            // It may be a link to another disk.
            cluster: cluster.canonicalize().unwrap_or(cluster),
            unfinished: data_dir.join("postgres.unfinished"),
            socket_dir: socket_dir(&data_dir),
            log: data_dir.join("postgres.log"),
            hba: data_dir.join("postgres.hba.conf"),
            ident: data_dir.join("postgres.ident.conf"),
            owner_lock: data_dir.join("postgres.owner.lock"),
            users_lock: data_dir.join("postgres.users.lock"),
            data_dir,
        })
    }

    /// Makes the socket's folder and gives it to `account`. One that belongs to somebody else is refused:
    /// under /tmp anybody could have put it there.
    pub fn create_socket_dir(&self, account: &Account) -> Result<(), EmbeddedError> {
        match private_dir().create(&self.socket_dir) {
            Ok(()) => return account.own(&self.socket_dir),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(EmbeddedError::io("create", &self.socket_dir)(error)),
        }
        let found = self
            .socket_dir
            .symlink_metadata()
            .map_err(EmbeddedError::io("look at", &self.socket_dir))?;
        if found.is_dir() && account.owns(&found) {
            Ok(())
        } else {
            Err(EmbeddedError::SocketDirectoryTaken(self.socket_dir.clone()))
        }
    }

    /// Removes the socket of a server that is known to be gone, and the lock beside it: PostgreSQL would
    /// refuse to start when the process id in there is in use by something else.
    pub fn remove_stale_socket(&self) {
        let socket = self.socket_dir.join(format!(".s.PGSQL.{PORT}"));
        for file in [socket.with_extension(format!("{PORT}.lock")), socket] {
            // Missing is fine; anything else PostgreSQL reports when it starts.
            let _ = std::fs::remove_file(file);
        }
    }

    /// Leaves nothing behind under /tmp once the server has stopped.
    pub fn remove_outside_socket_dir(&self) {
        if !self.socket_dir.starts_with(&self.data_dir) {
            // Not empty means that somebody uses it after all.
            let _ = std::fs::remove_dir(&self.socket_dir);
        }
    }

    /// Connection URL for `role` and `database` over the socket.
    pub fn url(&self, role: &str, database: &str) -> String {
        format!(
            "postgresql://{role}@{}:{PORT}/{database}",
            percent_encode(&self.socket_dir)
        )
    }
}

/// A builder of folders that only their owner may enter.
pub(super) fn private_dir() -> DirBuilder {
    let mut builder = DirBuilder::new();
    builder.mode(0o700);
    builder
}

/// Creates the engine's data folder, which only the engine may enter, unless it exists. Folders above it are
/// created as any others.
///
/// # Errors
/// When it can not be created.
pub fn create_data_dir(data_dir: &Path) -> Result<(), EmbeddedError> {
    if data_dir.is_dir() {
        return Ok(());
    }
    if let Some(parent) = data_dir.parent() {
        std::fs::create_dir_all(parent).map_err(EmbeddedError::io("create", parent))?;
    }
    match private_dir().create(data_dir) {
        // Another process was faster.
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        result => result.map_err(EmbeddedError::io("create", data_dir)),
    }
}

/// In the data folder when the path is short enough for a socket, else under /tmp with a name that every
/// process derives alike (TMPDIR may differ between them).
fn socket_dir(data_dir: &Path) -> PathBuf {
    let inside = data_dir.join("postgres.run");
    let socket = inside.join(format!(".s.PGSQL.{PORT}"));
    if socket.as_os_str().len() <= SOCKET_PATH_LIMIT {
        return inside;
    }
    PathBuf::from(format!(
        "/tmp/viral-engine-{:016x}",
        fnv1a(data_dir.as_os_str().as_bytes())
    ))
}

/// FNV-1a, 64 bits: a stable short name for a path. Not a secret: the folder's owner is checked.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

fn percent_encode(path: &Path) -> String {
    path.as_os_str()
        .as_bytes()
        .iter()
        .map(|&byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_data_folder_keeps_its_socket_inside() {
        assert_eq!(
            socket_dir(Path::new("/srv/ve")),
            Path::new("/srv/ve/postgres.run")
        );
    }

    #[test]
    fn a_long_data_folder_gets_the_same_short_socket_folder_each_time() {
        let long = PathBuf::from("/").join("d".repeat(90));
        let dir = socket_dir(&long);
        assert!(
            dir.starts_with("/tmp") && dir.as_os_str().len() < 50,
            "{}",
            dir.display()
        );
        assert_eq!(dir, socket_dir(&long));
        assert_ne!(dir, socket_dir(&long.join("other")));
    }

    #[test]
    fn the_url_carries_the_socket_folder_as_its_host() {
        let config: tokio_postgres::Config = format!(
            "postgresql://r@{}:5432/d",
            percent_encode(Path::new("/a b/ü"))
        )
        .parse()
        .unwrap();
        assert_eq!(
            config.get_hosts(),
            [tokio_postgres::config::Host::Unix("/a b/ü".into())]
        );
    }
}
