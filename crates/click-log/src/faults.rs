//! The log on a disk that fails on demand.

use std::collections::VecDeque;
use std::io;
use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use proptest::prelude::*;
use tempfile::{TempDir, tempdir};
use tokio::runtime::Handle;

use crate::disk::{Disk, RealDisk, SegmentFile};
use crate::sync::lock;
use crate::writer::Pauses;
use crate::{AppendError, ClickLog, LogId, OpenError, Options, Position};

const PAUSES: Pauses = Pauses {
    first: Duration::from_millis(1),
    longest: Duration::from_millis(2),
};

/// What the coming operations do: succeed, or fail with this kind. All succeed when nothing is left.
#[derive(Clone, Default)]
struct Fate(Arc<Mutex<VecDeque<Option<io::ErrorKind>>>>);

impl Fate {
    fn decree(&self, outcomes: impl IntoIterator<Item = Option<io::ErrorKind>>) {
        lock(&self.0).extend(outcomes);
    }

    fn fail(&self, times: usize, kind: io::ErrorKind) {
        self.decree(std::iter::repeat_n(Some(kind), times));
    }

    fn next(&self) -> io::Result<()> {
        lock(&self.0)
            .pop_front()
            .flatten()
            .map_or(Ok(()), |kind| Err(kind.into()))
    }
}

#[derive(Clone, Default)]
struct Faults {
    creations: Fate,
    writes: Fate,
    syncs: Fate,
    folder_syncs: Fate,
    replacements: Fate,
}

impl Disk for Faults {
    fn create(&self, path: &Path) -> io::Result<Box<dyn SegmentFile>> {
        self.creations.next()?;
        let file = RealDisk.create(path)?;
        Ok(Box::new(FaultyFile {
            file,
            faults: self.clone(),
            unsynced: Vec::new(),
        }))
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        self.folder_syncs.next()?;
        RealDisk.sync_folder(folder)
    }

    fn replace(&self, path: &Path, contents: &[u8]) -> io::Result<()> {
        self.replacements.next()?;
        RealDisk.replace(path, contents)
    }
}

/// Writes half of what it should when a write fails. When a sync fails, what was not synced before is gone for good and
/// later syncs know nothing of it, as with a kernel that marked the failed pages clean.
struct FaultyFile {
    file: Box<dyn SegmentFile>,
    faults: Faults,
    unsynced: Vec<Range<u64>>,
}

impl SegmentFile for FaultyFile {
    fn write_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.unsynced.push(offset..offset + bytes.len() as u64);
        self.faults.writes.next().inspect_err(|_| {
            self.file
                .write_at(&bytes[..bytes.len() / 2], offset)
                .unwrap();
        })?;
        self.file.write_at(bytes, offset)
    }

    fn sync_data(&mut self) -> io::Result<()> {
        let unsynced = std::mem::take(&mut self.unsynced);
        self.faults.syncs.next().inspect_err(|_| {
            for lost in unsynced {
                let noise = vec![0xaa; (lost.end - lost.start) as usize];
                self.file.write_at(&noise, lost.start).unwrap();
            }
        })?;
        self.file.sync_data()
    }

    fn truncate(&mut self, len: u64) -> io::Result<()> {
        self.file.truncate(len)
    }
}

struct Setting {
    folder: TempDir,
    faults: Faults,
    log: Option<ClickLog>,
}

impl Setting {
    fn new() -> Self {
        let mut setting = Self {
            folder: tempdir().unwrap(),
            faults: Faults::default(),
            log: None,
        };
        setting.log = Some(setting.open().unwrap());
        setting
    }

    fn open(&self) -> Result<ClickLog, OpenError> {
        let options = Options {
            segment_bytes: 4096,
            ..Options::new(LogId::from_bytes([1; 16]))
        };
        let disk = Box::new(self.faults.clone());
        ClickLog::open_on(self.folder.path(), &options, disk, PAUSES).map(|(log, _)| log)
    }

    fn log(&self) -> &ClickLog {
        self.log.as_ref().unwrap()
    }

    fn reopen(&mut self) {
        self.log = None;
        self.log = Some(self.open().unwrap());
    }

    async fn append(&self, payload: &[u8]) -> Result<Position, AppendError> {
        self.log()
            .appender(&Handle::current())
            .append(payload)
            .await
    }

    /// Tries until the log takes records again.
    async fn append_when_recovered(&self, payload: &[u8]) -> Position {
        loop {
            match self.append(payload).await {
                Ok(position) => return position,
                Err(_) => tokio::task::yield_now().await,
            }
        }
    }

    fn read(&self) -> Vec<(Position, Vec<u8>)> {
        let records = self
            .log()
            .reader()
            .read_after(Position::START, usize::MAX, usize::MAX)
            .unwrap();
        records
            .into_iter()
            .map(|(position, payload)| (position, payload.to_vec()))
            .collect()
    }

    fn payloads(&self) -> Vec<Vec<u8>> {
        self.read()
            .into_iter()
            .map(|(_, payload)| payload)
            .collect()
    }
}

#[tokio::test]
async fn after_a_failed_sync_the_batch_goes_to_a_fresh_segment() {
    let mut setting = Setting::new();
    setting.append(b"before").await.unwrap();
    setting.faults.syncs.fail(1, io::ErrorKind::Other);
    setting.append(b"meanwhile").await.unwrap();
    setting.append(b"after").await.unwrap();
    assert_eq!(setting.payloads(), [&b"before"[..], b"meanwhile", b"after"]);
    setting.reopen();
    assert_eq!(setting.payloads(), [&b"before"[..], b"meanwhile", b"after"]);
    assert_eq!(setting.log().stats().lost_records, 0);
}

#[tokio::test]
async fn a_batch_that_fails_twice_is_not_acknowledged_and_not_readable() {
    let mut setting = Setting::new();
    setting.append(b"before").await.unwrap();
    setting.faults.syncs.fail(2, io::ErrorKind::Other);
    let refusal = setting.append(b"lost").await;
    assert!(matches!(refusal, Err(AppendError::Io(_))), "{refusal:?}");
    assert_eq!(setting.payloads(), [b"before"]);
    setting.append_when_recovered(b"after").await;
    assert_eq!(setting.payloads(), [&b"before"[..], b"after"]);
    setting.reopen();
    assert_eq!(setting.payloads(), [&b"before"[..], b"after"]);
}

#[tokio::test]
async fn a_write_cut_short_by_a_full_disk_is_rolled_back() {
    let mut setting = Setting::new();
    setting.append(b"before").await.unwrap();
    setting.faults.writes.fail(1, io::ErrorKind::StorageFull);
    let refusal = setting.append(b"no room for this").await;
    assert!(matches!(refusal, Err(AppendError::Full)), "{refusal:?}");
    setting.append_when_recovered(b"after").await;
    assert_eq!(setting.payloads(), [&b"before"[..], b"after"]);
    setting.reopen();
    assert_eq!(setting.payloads(), [&b"before"[..], b"after"]);
    assert_eq!(setting.log().stats().lost_records, 0);
}

#[tokio::test]
async fn a_failing_disk_is_left_alone_while_appends_are_refused() {
    let folder = tempdir().unwrap();
    let faults = Faults::default();
    let pauses = Pauses {
        first: Duration::from_secs(60),
        longest: Duration::from_secs(60),
    };
    let options = Options::new(LogId::from_bytes([1; 16]));
    let (log, _) =
        ClickLog::open_on(folder.path(), &options, Box::new(faults.clone()), pauses).unwrap();
    faults.creations.fail(2, io::ErrorKind::Other);
    let appender = log.appender(&Handle::current());
    for _ in 0..100 {
        assert!(matches!(
            appender.append(b"refused").await,
            Err(AppendError::Io(_))
        ));
    }
    let stats = log.stats();
    assert_eq!(
        (stats.disk_failures, stats.failed, stats.appended),
        (1, 100, 0)
    );
}

#[tokio::test]
async fn a_segment_whose_creation_is_not_durable_is_not_used() {
    let setting = Setting::new();
    setting.faults.folder_syncs.fail(1, io::ErrorKind::Other);
    setting.append(b"in the second one").await.unwrap();
    assert_eq!(setting.payloads(), [b"in the second one"]);
    let segments = crate::folder::segments(setting.folder.path()).unwrap();
    assert_eq!(segments.len(), 1, "the first one is removed: {segments:?}");
}

#[test]
fn a_folder_in_which_no_positions_can_be_reserved_is_refused() {
    let mut setting = Setting::new();
    setting.log = None;
    setting
        .faults
        .replacements
        .fail(1, io::ErrorKind::ReadOnlyFilesystem);
    let refusal = setting.open().unwrap_err();
    assert!(matches!(refusal, OpenError::Unusable { .. }), "{refusal}");
}

/// What happens in the property test below.
#[derive(Clone, Debug)]
enum Step {
    Append(usize),
    Writes(Vec<Option<io::ErrorKind>>),
    Syncs(Vec<Option<io::ErrorKind>>),
    FolderSyncs(Vec<Option<io::ErrorKind>>),
    Reopen,
}

fn step() -> impl Strategy<Value = Step> {
    let outcome = prop_oneof![
        3 => Just(None),
        1 => Just(Some(io::ErrorKind::Other)),
        1 => Just(Some(io::ErrorKind::StorageFull)),
    ];
    let outcomes = prop::collection::vec(outcome, 1..6);
    prop_oneof![
        8 => (0..1500usize).prop_map(Step::Append),
        1 => outcomes.clone().prop_map(Step::Writes),
        1 => outcomes.clone().prop_map(Step::Syncs),
        1 => outcomes.prop_map(Step::FolderSyncs),
        1 => Just(Step::Reopen),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 30, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_fails_the_acknowledged_records_are_readable_once_in_order(steps in prop::collection::vec(step(), 1..40)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let acknowledged = runtime.block_on(async {
            let mut setting = Setting::new();
            let mut acknowledged = Vec::new();
            for (number, step) in steps.into_iter().enumerate() {
                match step {
                    Step::Append(length) => {
                        let mut payload = vec![0; length];
                        payload.extend(number.to_le_bytes());
                        if let Ok(position) = setting.append(&payload).await {
                            acknowledged.push((position, payload));
                        }
                    }
                    Step::Writes(outcomes) => setting.faults.writes.decree(outcomes),
                    Step::Syncs(outcomes) => setting.faults.syncs.decree(outcomes),
                    Step::FolderSyncs(outcomes) => setting.faults.folder_syncs.decree(outcomes),
                    Step::Reopen => setting.reopen(),
                }
                assert_eq!(setting.read(), acknowledged);
            }
            setting.reopen();
            assert_eq!(setting.read(), acknowledged);
            assert_eq!(setting.log().stats().lost_records, 0);
            acknowledged
        });
        prop_assert!(acknowledged.is_sorted_by(|(one, _), (next, _)| one < next));
    }
}
