//! What the tests of the click log share.
#![allow(dead_code, reason = "each test binary uses its own share")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should fail")]

use std::path::{Path, PathBuf};

use bytes::Bytes;
use tokio::runtime::Handle;
use viral_engine_click_log::{Appender, ClickLog, LogId, Options, Position, Reader, Recovery};

pub const LOG_ID: LogId = LogId::from_bytes(*b"sixteen bytes id");

/// Small segments, so that a test fills several.
pub fn options() -> Options {
    Options {
        segment_bytes: 4096,
        ..Options::new(LOG_ID)
    }
}

pub fn open(folder: &Path) -> (ClickLog, Recovery) {
    ClickLog::open(folder, &options()).unwrap()
}

pub fn appender(log: &ClickLog) -> Appender {
    log.appender(&Handle::current())
}

/// Appends one record after the other.
pub async fn append_all<P: AsRef<[u8]>>(
    log: &ClickLog,
    payloads: impl IntoIterator<Item = P>,
) -> Vec<Position> {
    let appender = appender(log);
    let mut positions = Vec::new();
    for payload in payloads {
        positions.push(appender.append(payload.as_ref()).await.unwrap());
    }
    positions
}

/// Everything after a position, read in pieces that do not line up with segments.
pub fn read_from(reader: &mut Reader, mut after: Position) -> Vec<(Position, Bytes)> {
    let mut all = Vec::new();
    loop {
        let piece = reader.read_after(after, 7, 3000).unwrap();
        let Some((last, _)) = piece.last() else {
            return all;
        };
        after = *last;
        all.extend(piece);
    }
}

pub fn read_all(log: &ClickLog) -> Vec<(Position, Bytes)> {
    read_from(&mut log.reader(), Position::START)
}

/// The segment files, oldest first.
pub fn segments(folder: &Path) -> Vec<PathBuf> {
    let mut segments: Vec<_> = folder
        .read_dir()
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "seg"))
        .collect();
    segments.sort();
    segments
}
