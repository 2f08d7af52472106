//! PostgreSQL's `postmaster.pid`: which process serves a data folder and how far it has come.
//!
//! Its lines are process id, data folder, start time, port, socket folder, listen address, shared memory key
//! and status (PostgreSQL's `miscadmin.h`, LOCK_FILE_LINE_*). `pg_ctl start --wait` reads the same file.

use std::path::{Path, PathBuf};

use nix::sys::signal::kill;
use nix::unistd::Pid;

use super::account::Account;
use super::error::EmbeddedError;
use super::layout::Layout;

const STATUS_LINE: usize = 7;

/// What `postmaster.pid` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PidFile {
    /// Process id of the server.
    pub pid: i32,
    /// Whether the server takes connections.
    pub ready: bool,
}

impl PidFile {
    /// Reads the file; `None` when there is none, or it is only half written.
    pub fn read(cluster: &Path) -> Option<Self> {
        Self::parse(&std::fs::read_to_string(path(cluster)).ok()?)
    }

    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let pid = lines.next()?.trim().parse::<i32>().ok()?;
        let ready = lines
            .nth(STATUS_LINE - 1)
            .is_some_and(|s| s.trim() == "ready");
        Some(Self { pid, ready }).filter(|file| file.pid > 1)
    }
}

fn path(cluster: &Path) -> PathBuf {
    cluster.join("postmaster.pid")
}

/// Whether `pid` is a living server of this very data folder, and not another process that was given the
/// same number later (common after the restart of a container) or one that has ended but was not reaped.
pub(super) fn serves(pid: i32, cluster: &Path) -> bool {
    if kill(Pid::from_raw(pid), None) == Err(nix::errno::Errno::ESRCH) {
        return false;
    }
    if Path::new("/proc/self").exists() {
        // A server's working directory is its data folder.
        return std::fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|cwd| cwd == cluster);
    }
    std::process::Command::new("ps")
        .args(["-o", "command=", "-p", &pid.to_string()])
        .output()
        .is_ok_and(|ps| String::from_utf8_lossy(&ps.stdout).contains(&*cluster.to_string_lossy()))
}

/// Makes PostgreSQL see a stale `postmaster.pid` as stale even though its process id is in use by something
/// else. The file is kept, with our process id in place of the old one: PostgreSQL knows that its parent can
/// not be a server, and goes on to check by the shared memory key that no backend of the old one lives. That
/// check would be lost by deleting the file, and with it the data.
pub(super) fn disown(layout: &Layout, account: &Account) -> Result<(), EmbeddedError> {
    let file = path(&layout.cluster);
    let text = std::fs::read_to_string(&file).map_err(EmbeddedError::io("read", &file))?;
    let rest = text.split_once('\n').map_or("", |(_, rest)| rest);
    let staged = layout.data_dir.join("postmaster.pid.staged");
    std::fs::write(&staged, format!("{}\n{rest}", std::process::id()))
        .map_err(EmbeddedError::io("write", &staged))?;
    account.own(&staged)?;
    std::fs::rename(&staged, &file).map_err(EmbeddedError::io("replace", &file))
}

#[cfg(test)]
mod tests {
    use super::*;

    const READY: &str =
        "2481\n/srv/ve/postgres\n1763720000\n5432\n/srv/ve/postgres.run\n\n  1179 11\nready   \n";

    #[test]
    fn a_server_is_ready_when_its_status_line_says_so() {
        assert_eq!(
            PidFile::parse(READY),
            Some(PidFile {
                pid: 2481,
                ready: true
            })
        );
        assert!(
            !PidFile::parse(&READY.replace("ready", "starting"))
                .unwrap()
                .ready
        );
        assert!(!PidFile::parse("2481\n/srv/ve/postgres\n").unwrap().ready);
    }

    #[test]
    fn half_written_and_nonsensical_files_are_no_server() {
        for text in ["", "\n", "x\n", "-7\n", "0\n", "1\n"] {
            assert_eq!(PidFile::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn this_test_process_is_no_server_of_another_folder() {
        assert!(!serves(
            std::process::id().cast_signed(),
            Path::new("/nonexistent")
        ));
    }
}
