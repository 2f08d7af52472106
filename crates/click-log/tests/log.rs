//! The log as its users meet it: appending, reading, discarding, closing.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should fail")]

mod support;

use std::time::Duration;

use support::{append_all, appender, open, options, read_all, read_from, segments};
use tempfile::tempdir;
use viral_engine_click_log::{
    AppendError, ClickLog, Closed, MAX_PAYLOAD_BYTES, OpenError, Options, Position,
};

#[tokio::test]
async fn records_are_read_back_in_order_with_their_positions() {
    let folder = tempdir().unwrap();
    let (log, recovery) = open(folder.path());
    assert!(recovery.created);
    let positions = append_all(&log, ["one", "two", "", "four"]).await;
    let read = read_all(&log);
    assert_eq!(
        read.iter()
            .map(|(position, _)| *position)
            .collect::<Vec<_>>(),
        positions
    );
    assert_eq!(
        read.iter()
            .map(|(_, payload)| &payload[..])
            .collect::<Vec<_>>(),
        [&b"one"[..], b"two", b"", b"four"]
    );
}

#[tokio::test]
async fn appends_in_flight_together_share_commits() {
    let folder = tempdir().unwrap();
    let (log, _) = open(folder.path());
    let appender = appender(&log);
    let appends: Vec<_> = (0..1000u32)
        .map(|n| appender.append(&n.to_le_bytes()))
        .collect();
    let mut last = Position::START;
    for append in appends {
        let position = append.await.unwrap();
        assert!(position > last, "acknowledged in the order of appending");
        last = position;
    }
    let stats = log.stats();
    assert_eq!(stats.appended, 1000);
    assert!(
        stats.batches < 100,
        "{} commits for 1000 records at once",
        stats.batches
    );
}

#[tokio::test]
async fn an_append_whose_future_is_dropped_is_recorded_whole() {
    let folder = tempdir().unwrap();
    let (log, _) = open(folder.path());
    let appender = appender(&log);
    drop(appender.append(b"the visitor left"));
    appender.append(b"the visitor waited").await.unwrap();
    let payloads: Vec<_> = read_all(&log)
        .into_iter()
        .map(|(_, payload)| payload)
        .collect();
    assert_eq!(payloads, [&b"the visitor left"[..], b"the visitor waited"]);
}

#[tokio::test]
async fn a_record_over_the_limit_is_refused_and_the_limit_itself_is_not() {
    let folder = tempdir().unwrap();
    let (log, _) = open(folder.path());
    let appender = appender(&log);
    let refusal = appender.append(&[0; MAX_PAYLOAD_BYTES + 1]).await;
    assert!(
        matches!(refusal, Err(AppendError::TooLarge { bytes }) if bytes == MAX_PAYLOAD_BYTES + 1)
    );
    appender.append(&[0; MAX_PAYLOAD_BYTES]).await.unwrap();
    assert_eq!(read_all(&log).len(), 1);
    assert_eq!(log.stats().failed, 1);
}

#[tokio::test]
async fn records_over_the_pending_limit_are_refused_without_disturbing_the_others() {
    let folder = tempdir().unwrap();
    let (log, _) = ClickLog::open(
        folder.path(),
        &Options {
            max_pending_bytes: 50,
            ..options()
        },
    )
    .unwrap();
    assert!(matches!(
        appender(&log).append(&[0; 40]).await,
        Err(AppendError::Overloaded)
    ));
    appender(&log).append(&[0; 30]).await.unwrap();
}

#[test]
fn a_folder_is_open_once() {
    let folder = tempdir().unwrap();
    let first = open(folder.path());
    let refusal = ClickLog::open(folder.path(), &options()).unwrap_err();
    assert!(
        matches!(&refusal, OpenError::InUse { path } if path == folder.path()),
        "{refusal}"
    );
    drop(first);
    open(folder.path());
}

#[test]
fn a_folder_that_cannot_be_used_is_named_with_advice() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("occupied");
    std::fs::write(&path, "a file where the folder should be").unwrap();
    let message = ClickLog::open(&path, &options()).unwrap_err().to_string();
    assert!(message.contains(&path.display().to_string()), "{message}");
    assert!(message.contains("choose another data folder"), "{message}");
}

#[tokio::test]
async fn positions_and_records_survive_reopening() {
    let folder = tempdir().unwrap();
    let (log, _) = open(folder.path());
    let id = log.id();
    let mut positions = append_all(&log, ["one", "two"]).await;
    drop(log);
    let other_id = viral_engine_click_log::LogId::from_bytes([9; 16]);
    let (log, recovery) = ClickLog::open(folder.path(), &Options::new(other_id)).unwrap();
    assert_eq!(log.id(), id, "an existing log keeps its identity");
    assert!(!recovery.created);
    assert_eq!(log.durable(), positions[1]);
    positions.extend(append_all(&log, ["three"]).await);
    assert!(positions.is_sorted_by(|one, next| one < next));
    assert_eq!(
        read_all(&log)
            .into_iter()
            .map(|(position, _)| position)
            .collect::<Vec<_>>(),
        positions
    );
}

#[tokio::test]
async fn reopening_without_appending_leaves_no_segments_behind() {
    let folder = tempdir().unwrap();
    for _ in 0..3 {
        open(folder.path());
    }
    assert!(segments(folder.path()).is_empty());
}

#[tokio::test]
async fn discarding_removes_whole_shipped_segments_only() {
    let folder = tempdir().unwrap();
    let (log, _) = open(folder.path());
    let positions = append_all(&log, [[7; 1000]; 20]).await;
    let before = segments(folder.path()).len();
    assert!(before >= 4, "{before} segments");
    let shipped = positions[9];
    log.discard_up_to(shipped).unwrap();
    let after = segments(folder.path()).len();
    assert!(
        (2..before).contains(&after),
        "{after} of {before} segments left"
    );
    assert_eq!(
        read_from(&mut log.reader(), shipped).len(),
        10,
        "nothing unshipped is gone"
    );
    let stats = log.stats();
    assert!(stats.unshipped_bytes <= stats.stored_bytes);
}

#[tokio::test]
async fn a_segment_past_its_age_is_removed_once_it_is_shipped() {
    let folder = tempdir().unwrap();
    let (log, _) = ClickLog::open(
        folder.path(),
        &Options {
            segment_age: Duration::ZERO,
            ..options()
        },
    )
    .unwrap();
    let positions = append_all(&log, ["shipped", "not yet"]).await;
    log.discard_up_to(positions[0]).unwrap();
    assert_eq!(read_all(&log).len(), 2);
    while !segments(folder.path()).is_empty() {
        log.discard_up_to(positions[1]).unwrap();
        tokio::task::yield_now().await;
    }
    let next = append_all(&log, ["next"]).await[0];
    assert_eq!(read_from(&mut log.reader(), positions[1])[0].0, next);
}

#[tokio::test]
async fn positions_never_come_twice_even_if_all_segments_are_deleted() {
    let folder = tempdir().unwrap();
    let (log, _) = open(folder.path());
    let last = append_all(&log, [[7; 1000]; 20]).await[19];
    log.discard_up_to(last).unwrap();
    drop(log);
    segments(folder.path())
        .iter()
        .for_each(|path| std::fs::remove_file(path).unwrap());
    let (log, recovery) = open(folder.path());
    assert!(recovery.first_new > last);
    assert!(append_all(&log, ["next"]).await[0] >= recovery.first_new);
}

#[tokio::test]
async fn a_full_log_refuses_and_takes_records_again_once_there_is_room() {
    let folder = tempdir().unwrap();
    let (log, _) = ClickLog::open(
        folder.path(),
        &Options {
            max_bytes: 20_000,
            ..options()
        },
    )
    .unwrap();
    let appender = appender(&log);
    let mut positions = Vec::new();
    let refusal = loop {
        match appender.append(&[1; 1000]).await {
            Ok(position) => positions.push(position),
            Err(refusal) => break refusal,
        }
    };
    assert!(matches!(refusal, AppendError::Full), "{refusal}");
    assert!(
        positions.len() >= 15,
        "{} records in 20,000 bytes",
        positions.len()
    );
    assert!(log.stats().stored_bytes <= 20_000);
    assert!(matches!(
        appender.append(&[1; 1000]).await,
        Err(AppendError::Full)
    ));

    let shipped = positions[positions.len() / 2];
    log.discard_up_to(shipped).unwrap();
    let next = appender.append(b"room again").await.unwrap();
    let left: Vec<_> = positions
        .into_iter()
        .filter(|position| *position > shipped)
        .chain([next])
        .collect();
    let read: Vec<_> = read_from(&mut log.reader(), shipped)
        .into_iter()
        .map(|(position, _)| position)
        .collect();
    assert_eq!(read, left);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_beside_the_writers_sees_every_record_once_in_order() {
    const WRITERS: u64 = 4;
    const RECORDS: u64 = 500;
    let folder = tempdir().unwrap();
    let (log, _) = open(folder.path());
    for writer in 0..WRITERS {
        let appender = appender(&log);
        tokio::spawn(async move {
            for n in 0..RECORDS {
                appender
                    .append(&(writer * RECORDS + n).to_le_bytes())
                    .await
                    .unwrap();
            }
        });
    }
    let mut reader = log.reader();
    let mut after = Position::START;
    let mut next = [0; WRITERS as usize];
    for _ in 0..WRITERS * RECORDS {
        reader.wait_for_more(after).await.unwrap();
        let read = reader.read_after(after, 1, usize::MAX).unwrap();
        let (position, payload) = &read[0];
        assert!(*position > after);
        let n = u64::from_le_bytes(payload[..].try_into().unwrap());
        let writer = (n / RECORDS) as usize;
        assert_eq!(
            n % RECORDS,
            next[writer],
            "the records of one writer keep their order"
        );
        next[writer] += 1;
        after = *position;
        log.discard_up_to(after).unwrap();
    }
    assert_eq!(next, [RECORDS; WRITERS as usize]);
}

/// A shipper is spawned on a runtime of several threads, which takes futures of this kind only.
fn for_any_thread<F: Future + Send>(future: F) -> F {
    future
}

#[tokio::test]
async fn waiting_ends_with_the_next_record_or_with_the_log() {
    let folder = tempdir().unwrap();
    let (log, _) = open(folder.path());
    let reader = log.reader();
    let (waited, position) = tokio::join!(
        for_any_thread(reader.wait_for_more(Position::START)),
        append_all(&log, ["one"])
    );
    assert_eq!(waited, Ok(()));
    let (waited, ()) = tokio::join!(reader.wait_for_more(position[0]), log.close());
    assert_eq!(waited, Err(Closed));
    assert_eq!(
        reader.wait_for_more(Position::START).await,
        Ok(()),
        "what is left is still to be shipped"
    );
}

#[tokio::test]
async fn closing_commits_what_was_appended_and_refuses_the_rest() {
    let folder = tempdir().unwrap();
    let (log, _) = open(folder.path());
    let appender = appender(&log);
    let append = appender.append(b"last words");
    log.close().await;
    append.await.unwrap();
    assert!(matches!(
        appender.append(b"too late").await,
        Err(AppendError::Closed)
    ));
    assert!(matches!(
        support::appender(&log).append(b"too late").await,
        Err(AppendError::Closed)
    ));
    assert_eq!(read_all(&log).len(), 1);
}

#[tokio::test]
async fn dropping_the_log_commits_what_was_appended() {
    let folder = tempdir().unwrap();
    let (log, _) = open(folder.path());
    let append = appender(&log).append(b"last words");
    drop(log);
    append.await.unwrap();
    assert_eq!(read_all(&open(folder.path()).0).len(), 1);
}

#[test]
fn appends_are_answered_although_the_runtime_of_their_appender_is_gone() {
    let folder = tempdir().unwrap();
    let (log, _) = open(folder.path());
    let gone = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let appender = log.appender(gone.handle());
    drop(gone);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    runtime
        .block_on(async {
            tokio::time::timeout(Duration::from_secs(20), appender.append(b"orphan")).await
        })
        .unwrap()
        .unwrap();
}
