//! `kill -9` at random moments: what was acknowledged is shipped exactly once.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should fail")]

use std::collections::{HashMap, HashSet};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use viral_engine_click_log::{ClickLog, LogId, Options, Position};

const KILLS: u32 = 20;

/// Starts a writer, kills it after it acknowledged so many records, and answers all that it acknowledged.
fn acknowledged_before_kill(folder: &Path, run: u32, enough: usize) -> Vec<(Position, String)> {
    let mut writer = Command::new(env!("CARGO_BIN_EXE_click-log-crash-writer"))
        .arg(folder)
        .arg(run.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(writer.stdout.take().unwrap());
    let mut acknowledged = Vec::new();
    let mut killed = false;
    loop {
        if !killed && acknowledged.len() >= enough {
            writer.kill().unwrap();
            killed = true;
        }
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        // The last line may be cut by the kill; what it would have said is unknown.
        let Some(line) = line.strip_suffix('\n') else {
            break;
        };
        let (position, record) = line.split_once(' ').unwrap();
        acknowledged.push((Position::new(position.parse().unwrap()), record.to_owned()));
    }
    writer.wait().unwrap();
    assert!(
        killed,
        "the writer ended by itself after {} records",
        acknowledged.len()
    );
    acknowledged
}

/// What a shipper has in its database: rows, and the position stored in the same transaction.
#[derive(Default)]
struct Shipped {
    position: Position,
    rows: Vec<(Position, String)>,
}

impl Shipped {
    fn ship(&mut self, log: &ClickLog, batches: usize) {
        let mut reader = log.reader();
        for _ in 0..batches {
            for (position, payload) in reader.read_after(self.position, 500, 100_000).unwrap() {
                self.rows
                    .push((position, String::from_utf8(payload.to_vec()).unwrap()));
                self.position = position;
            }
        }
        log.discard_up_to(self.position).unwrap();
    }
}

#[test]
fn every_acknowledged_record_is_shipped_exactly_once_across_kills() {
    let folder = tempfile::tempdir().unwrap();
    let mut acknowledged = Vec::new();
    let mut shipped = Shipped::default();
    for run in 0..KILLS {
        // Zero kills it while it opens the log.
        let enough = rand::random_range(0..3000);
        acknowledged.extend(acknowledged_before_kill(folder.path(), run, enough));
        let (log, recovery) =
            ClickLog::open(folder.path(), &Options::new(LogId::from_bytes([2; 16]))).unwrap();
        assert_eq!(recovery.damaged_records, 0);
        shipped.ship(&log, rand::random_range(0..5));
    }
    let (log, _) =
        ClickLog::open(folder.path(), &Options::new(LogId::from_bytes([2; 16]))).unwrap();
    shipped.ship(&log, acknowledged.len());
    assert_eq!(log.stats().lost_records, 0);

    assert!(
        shipped.rows.is_sorted_by(|(one, _), (next, _)| one < next),
        "positions only grow"
    );
    let distinct: HashSet<_> = shipped.rows.iter().map(|(_, record)| record).collect();
    assert_eq!(
        distinct.len(),
        shipped.rows.len(),
        "no record is shipped twice"
    );
    let rows: HashMap<_, _> = shipped.rows.iter().cloned().collect();
    for (position, record) in acknowledged {
        assert_eq!(
            rows.get(&position),
            Some(&record),
            "acknowledged at {position}"
        );
    }
}
