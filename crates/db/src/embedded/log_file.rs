//! The server's log: a file of bounded size.
//!
//! The server writes to the file itself and not through a pipe, so that its log goes on when the engine is
//! killed and the server is adopted by the next one. PostgreSQL's own collector can not bound the size.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use super::error::EmbeddedError;

/// Size at which the log is set aside as `….log.1`; at most twice this is kept.
const LIMIT: u64 = 8 * 1024 * 1024;
/// How much of the end is shown in an error.
const TAIL_LINES: usize = 5;

/// Opens the log for the server to append to.
pub(super) fn open(log: &Path) -> Result<File, EmbeddedError> {
    OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(log)
        .map_err(EmbeddedError::io("open", log))
}

/// Sets the log aside when it has grown too large. The server keeps its open file, so the content is copied
/// and the file emptied; lines written in between are lost, which a log can bear.
pub(super) fn bound(log: &Path) -> std::io::Result<()> {
    if log.metadata().map_or(0, |m| m.len()) < LIMIT {
        return Ok(());
    }
    std::fs::copy(log, log.with_extension("log.1"))?;
    OpenOptions::new().write(true).open(log)?.set_len(0)
}

/// The last lines of what was logged after `from` (a length in bytes).
pub(super) fn tail(log: &Path, from: u64) -> String {
    let text = std::fs::read(log).unwrap_or_default();
    let start = usize::try_from(from).unwrap_or(usize::MAX).min(text.len());
    let text = String::from_utf8_lossy(&text[start..]);
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    lines[lines.len().saturating_sub(TAIL_LINES)..].join(" | ")
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_log_over_its_limit_is_set_aside_and_goes_on_in_the_same_file() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("postgres.log");
        let mut server = open(&log).unwrap();
        server
            .write_all(&vec![b'x'; usize::try_from(LIMIT).unwrap()])
            .unwrap();
        bound(&log).unwrap();
        server.write_all(b"after\n").unwrap();
        assert_eq!(std::fs::read_to_string(&log).unwrap(), "after\n");
        assert_eq!(
            folder
                .path()
                .join("postgres.log.1")
                .metadata()
                .unwrap()
                .len(),
            LIMIT
        );
    }

    #[test]
    fn a_log_within_its_limit_stays() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("postgres.log");
        open(&log).unwrap().write_all(b"one\ntwo\n").unwrap();
        bound(&log).unwrap();
        assert_eq!(tail(&log, 0), "one | two");
        assert_eq!(tail(&log, 4), "two");
    }
}
