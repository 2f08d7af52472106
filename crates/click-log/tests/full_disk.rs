//! A disk without room: a small file system in memory, which only root may mount.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should fail")]

mod support;

use std::path::Path;
use std::process::Command;

use support::{appender, options, read_all};
use viral_engine_click_log::{AppendError, ClickLog};

/// A file system of one megabyte, unmounted when dropped.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().ok()?;
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=1m", "tmpfs"])
            .arg(folder.path())
            .status();
        mounted
            .is_ok_and(|status| status.success())
            .then_some(Self(folder))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // A mount that cannot be undone fails the removal of the folder, which then stays for the system to clean.
        let _ = Command::new("umount").arg(self.path()).status();
    }
}

#[tokio::test]
async fn a_full_disk_refuses_records_and_loses_none_and_takes_them_again_once_there_is_room() {
    let Some(disk) = SmallDisk::mount() else {
        eprintln!(
            "SKIPPED: mounting a small tmpfs needs root; a full disk is only tried with injected faults"
        );
        return;
    };
    let ballast = disk.path().join("ballast");
    std::fs::write(&ballast, vec![1; 200_000]).unwrap();
    let (log, _) = ClickLog::open(&disk.path().join("log"), &options()).unwrap();
    let appender = appender(&log);
    let mut positions = Vec::new();
    let refusal = loop {
        match appender.append(&[7; 4000]).await {
            Ok(position) => positions.push(position),
            Err(refusal) => break refusal,
        }
    };
    assert!(matches!(refusal, AppendError::Full), "{refusal}");
    assert!(positions.len() > 100, "only {} records", positions.len());

    std::fs::remove_file(&ballast).unwrap();
    let next = loop {
        match appender.append(&[8; 4000]).await {
            Ok(position) => break position,
            // Until the pause after the failure is over.
            Err(_) => tokio::task::yield_now().await,
        }
    };
    positions.push(next);
    assert_eq!(
        read_all(&log)
            .into_iter()
            .map(|(position, _)| position)
            .collect::<Vec<_>>(),
        positions
    );
    drop(log);
    let (log, recovery) = ClickLog::open(&disk.path().join("log"), &options()).unwrap();
    assert_eq!(recovery.torn_bytes, 0);
    assert_eq!(
        read_all(&log)
            .into_iter()
            .map(|(position, _)| position)
            .collect::<Vec<_>>(),
        positions
    );
}
