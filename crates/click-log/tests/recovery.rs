//! What is left after a crash or damage to the files.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should fail")]

mod support;

use std::fs::OpenOptions;
use std::os::unix::fs::FileExt;
use std::path::Path;

use bytes::Bytes;
use proptest::prelude::*;
use support::{append_all, open, options, read_all, segments};
use tempfile::{TempDir, tempdir};
use viral_engine_click_log::{ClickLog, LogId, OpenError, Options, Position};

/// Sizes of the parts of a segment file that the tests aim at.
const SEGMENT_HEADER: u64 = 48;
const FRAME_HEADER: u64 = 16;

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(future)
}

/// A closed log with these records.
fn written(payloads: &[Vec<u8>]) -> (TempDir, Vec<(Position, Bytes)>) {
    let folder = tempdir().unwrap();
    let (log, _) = open(folder.path());
    let positions = block_on(append_all(&log, payloads));
    let records = positions
        .into_iter()
        .zip(payloads.iter().cloned().map(Bytes::from))
        .collect();
    (folder, records)
}

fn flip(path: &Path, at: u64, bits: u8) {
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .open(path)
        .unwrap();
    let mut byte = [0];
    file.read_exact_at(&mut byte, at).unwrap();
    file.write_all_at(&[byte[0] ^ bits], at).unwrap();
}

fn truncate(path: &Path, len: u64) {
    OpenOptions::new()
        .write(true)
        .open(path)
        .unwrap()
        .set_len(len)
        .unwrap();
}

fn length(path: &Path) -> u64 {
    path.metadata().unwrap().len()
}

/// How many of the last records lie wholly before `end` in a segment, and how many lie in it.
fn records_before(end: u64, records: &[(Position, Bytes)], segment: &Path) -> (usize, usize) {
    let first: u64 = segment
        .file_stem()
        .unwrap()
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    let mut offset = SEGMENT_HEADER;
    let inside = records
        .iter()
        .filter(|(position, _)| position.get() >= first);
    let whole = inside
        .clone()
        .take_while(|(_, payload)| {
            offset += FRAME_HEADER + payload.len() as u64;
            offset <= end
        })
        .count();
    (whole, inside.count())
}

fn payloads() -> impl Strategy<Value = Vec<Vec<u8>>> {
    let payload = prop_oneof![
        4 => prop::collection::vec(any::<u8>(), 0..300),
        1 => prop::collection::vec(any::<u8>(), 3000..4097),
    ];
    prop::collection::vec(payload, 1..25)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn cutting_the_newest_segment_anywhere_keeps_every_record_before_the_cut(payloads in payloads(), cut: prop::sample::Index) {
        let (folder, mut records) = written(&payloads);
        let newest = segments(folder.path()).pop().unwrap();
        let cut = cut.index(length(&newest) as usize) as u64;
        truncate(&newest, cut);
        let (whole, inside) = records_before(cut, &records, &newest);
        records.truncate(records.len() - inside + whole);

        let (log, recovery) = open(folder.path());
        prop_assert_eq!(read_all(&log), &records[..]);
        prop_assert_eq!(log.stats().lost_records, 0);
        let next = block_on(append_all(&log, ["after the crash"]))[0];
        prop_assert!(next >= recovery.first_new);
        prop_assert_eq!(read_all(&log).len(), records.len() + 1);
    }

    #[test]
    fn flipping_any_byte_of_the_newest_segment_costs_at_most_one_record(
        payloads in payloads(), at: prop::sample::Index, bits in 1..=255u8,
    ) {
        let (folder, records) = written(&payloads);
        let newest = segments(folder.path()).pop().unwrap();
        let at = at.index(length(&newest) as usize) as u64;
        flip(&newest, at, bits);
        let (whole, inside) = records_before(at, &records, &newest);

        let (log, recovery) = open(folder.path());
        let mut expected = records.clone();
        if at >= SEGMENT_HEADER {
            expected.remove(records.len() - inside + whole);
        }
        prop_assert_eq!(read_all(&log), expected);
        prop_assert_eq!(recovery.damaged_headers.len(), usize::from(at < SEGMENT_HEADER));
    }

    #[test]
    fn flipping_any_byte_of_an_older_segment_costs_at_most_one_record_and_is_counted(
        payloads in payloads(), at: prop::sample::Index, which: prop::sample::Index, bits in 1..=255u8,
    ) {
        let (folder, records) = written(&payloads);
        let (log, _) = open(folder.path());
        block_on(append_all(&log, ["so that no segment of before is the newest"]));
        drop(log);
        let mut older = segments(folder.path());
        older.pop();
        let damaged = &older[which.index(older.len())];
        let at = at.index(length(damaged) as usize) as u64;
        flip(damaged, at, bits);
        let first: u64 = damaged.file_stem().unwrap().to_str().unwrap().parse().unwrap();
        let before = records.iter().filter(|(position, _)| position.get() < first).count();

        let mut expected = records.clone();
        if at >= SEGMENT_HEADER {
            expected.remove(before + records_before(at, &records[before..], damaged).0);
        }
        let (log, _) = open(folder.path());
        let mut read = read_all(&log);
        read.pop();
        prop_assert_eq!(&read, &expected);
        prop_assert_eq!(log.stats().lost_records, (records.len() - expected.len()) as u64);
    }

    #[test]
    fn noise_behind_the_last_record_is_cut_off(payloads in payloads(), noise in prop::collection::vec(any::<u8>(), 1..6000)) {
        let (folder, records) = written(&payloads);
        let newest = segments(folder.path()).pop().unwrap();
        let file = OpenOptions::new().write(true).open(&newest).unwrap();
        let whole = length(&newest);
        file.write_all_at(&noise, whole).unwrap();
        let (log, recovery) = open(folder.path());
        prop_assert_eq!(read_all(&log), records);
        let torn = noise.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        prop_assert_eq!(recovery.torn_bytes, torn as u64, "zeroes are written ahead and were not torn");
        prop_assert_eq!(length(&newest), whole);
    }
}

#[test]
fn a_record_hidden_in_a_payload_is_not_taken_for_one_when_its_surroundings_are_damaged() {
    let (other, _) = {
        let folder = tempdir().unwrap();
        let other = Options {
            new_log_id: LogId::from_bytes([3; 16]),
            ..options()
        };
        let (log, _) = ClickLog::open(folder.path(), &other).unwrap();
        let positions = block_on(append_all(&log, ["first", "forged"]));
        drop(log);
        (folder, positions)
    };
    let forged = std::fs::read(&segments(other.path())[0])
        .unwrap()
        .split_off(SEGMENT_HEADER as usize);
    let (folder, records) = written(&[b"first".to_vec(), forged, b"third".to_vec()]);
    let segment = segments(folder.path()).pop().unwrap();
    flip(&segment, SEGMENT_HEADER + FRAME_HEADER + 5, 1);
    let (log, recovery) = open(folder.path());
    assert_eq!(read_all(&log), [records[0].clone(), records[2].clone()]);
    assert_eq!(recovery.damaged_records, 1);
}

#[test]
fn a_segment_deleted_by_hand_is_counted_and_the_others_are_read() {
    let (folder, records) = written(&vec![vec![5; 1000]; 20]);
    let deleted = segments(folder.path())[1].clone();
    let first: u64 = deleted
        .file_stem()
        .unwrap()
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    std::fs::remove_file(&deleted).unwrap();
    let next: u64 = segments(folder.path())[1]
        .file_stem()
        .unwrap()
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    let left: Vec<_> = records
        .into_iter()
        .filter(|(at, _)| !(first..next).contains(&at.get()))
        .collect();
    let (log, _) = open(folder.path());
    assert_eq!(read_all(&log), left);
    assert_eq!(log.stats().lost_records, next - first);
}

#[test]
fn damage_is_counted_once_however_often_it_is_read() {
    let (folder, records) = written(&vec![vec![5; 1000]; 20]);
    flip(&segments(folder.path())[0], SEGMENT_HEADER + 3, 0xff);
    let (log, _) = open(folder.path());
    let mut reader = log.reader();
    for _ in 0..3 {
        let read = reader.read_after(Position::START, 5, usize::MAX).unwrap();
        assert_eq!(read[0], records[1]);
    }
    assert_eq!(log.stats().lost_records, 1);
}

#[tokio::test]
async fn waiting_does_not_spin_on_records_that_are_lost() {
    let (folder, records) = {
        let payloads = vec![vec![5; 1000]; 3];
        tokio::task::spawn_blocking(move || written(&payloads))
            .await
            .unwrap()
    };
    let (log, _) = open(folder.path());
    truncate(&segments(folder.path())[0], SEGMENT_HEADER);
    let mut reader = log.reader();
    assert_eq!(reader.wait_for_more(Position::START).await, Ok(()));
    assert!(
        reader
            .read_after(Position::START, 10, usize::MAX)
            .unwrap()
            .is_empty()
    );
    assert_eq!(log.stats().lost_records, records.len() as u64);
    let (waited, new) = tokio::join!(
        reader.wait_for_more(Position::START),
        append_all(&log, ["new"])
    );
    assert_eq!(waited, Ok(()));
    assert_eq!(
        reader.read_after(Position::START, 10, usize::MAX).unwrap()[0].0,
        new[0]
    );
}

#[test]
fn a_segment_of_another_log_is_refused_by_name() {
    let (folder, _) = written(&[vec![1]]);
    let foreign = tempdir().unwrap();
    let other = Options {
        new_log_id: LogId::from_bytes([3; 16]),
        ..options()
    };
    let (log, _) = ClickLog::open(foreign.path(), &other).unwrap();
    block_on(append_all(&log, ["elsewhere"]));
    drop(log);
    let copied = folder.path().join("00000000000000000900.seg");
    std::fs::copy(&segments(foreign.path())[0], &copied).unwrap();
    let refusal = ClickLog::open(folder.path(), &options()).unwrap_err();
    assert!(
        matches!(&refusal, OpenError::ForeignSegment { path, .. } if *path == copied),
        "{refusal}"
    );
}

#[test]
fn segments_without_the_file_that_names_their_log_are_refused() {
    let (folder, _) = written(&[vec![1]]);
    std::fs::remove_file(folder.path().join("identity")).unwrap();
    let refusal = ClickLog::open(folder.path(), &options()).unwrap_err();
    assert!(
        matches!(refusal, OpenError::MissingIdentity { .. }),
        "{refusal}"
    );
}

#[test]
fn an_old_copy_of_the_folder_is_told_by_its_first_new_position() {
    let (folder, _) = written(&[vec![1]]);
    let copy = tempdir().unwrap();
    for entry in folder.path().read_dir().unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), copy.path().join(entry.file_name())).unwrap();
    }
    let (log, _) = open(folder.path());
    let shipped = block_on(append_all(&log, ["after the copy was made"]))[0];
    let (_log, recovery) = open(copy.path());
    assert!(shipped >= recovery.first_new);
}

#[test]
fn an_old_copy_of_the_identity_costs_no_records_and_repeats_no_position() {
    let (folder, mut records) = written(&[vec![1]]);
    let identity = folder.path().join("identity");
    let old = std::fs::read(&identity).unwrap();
    let (log, _) = open(folder.path());
    let later = block_on(append_all(&log, ["later"]))[0];
    drop(log);
    std::fs::write(&identity, old).unwrap();
    records.push((later, Bytes::from("later")));
    let (log, recovery) = open(folder.path());
    assert!(recovery.first_new > later);
    assert_eq!(read_all(&log), records);
}
