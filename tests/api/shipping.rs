//! From the click log into the database: exactly once, whatever is interrupted.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use diesel_async::SimpleAsyncConnection;
use tokio::runtime::Handle;
use uuid::Uuid;
use viral_engine_api_types::links::Link;
use viral_engine_click_log::{ClickLog, LogId, Options, Position};
use viral_engine_domain::clicks::Verdict;
use viral_engine_domain::event_id;
use viral_engine_service::events::ingest::LogSlice;
use viral_engine_service::events::{start_ingest, start_shipper};
use viral_engine_service::redirect::record::{HitRecord, decode};
use viral_engine_service::redirect::{Backlog, Clicks, start_clicks};
use viral_engine_test_support::{TestApp, TestClient};

use crate::ingest::assert_rollups_equal_events;
use crate::world::{Dice, click, link, number, until};

fn hit(link: &Link, at: DateTime<Utc>, visitor: u8) -> Vec<u8> {
    let random: [u8; 10] = std::array::from_fn(|index| Uuid::now_v7().as_bytes()[6 + index]);
    let mut bytes = Vec::new();
    HitRecord {
        id: event_id::at(at, &random),
        at,
        link_id: link.id.0,
        verdict: Verdict::Candidate,
        reject_reason: None,
        genuine: true,
        has_cookie: false,
        ip_hash: [visitor; 16],
        ip: [10, 0, visitor, 7].into(),
        device: [visitor; 16],
        yesterday: None,
        issued: None,
        agent: None,
    }
    .encode(&mut bytes);
    bytes
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slice_that_is_shipped_again_is_stored_once() {
    let app = TestApp::new().await;
    let link = link(&app, "ada").await;
    let log_id = Uuid::now_v7();
    let now = app.clock.now();
    let records: Vec<Vec<u8>> = (0..30).map(|n| hit(&link, now, n)).collect();
    let events = |range: std::ops::Range<usize>| {
        let events = records[range.clone()]
            .iter()
            .map(|r| decode(r).expect("a hit"))
            .collect();
        let positions: Vec<i64> = range.map(|n| n as i64 + 1).collect();
        let last = *positions.last().expect("a position");
        (
            events,
            LogSlice {
                log_id,
                positions,
                last,
            },
        )
    };
    // The answer of each was lost, and a slice may be cut differently the next time.
    for range in [0..10, 0..10, 0..20, 5..20, 0..30, 29..30] {
        let (events, slice) = events(range);
        app.clicks
            .ingest
            .ship(events, slice)
            .await
            .expect("shipped");
    }
    let mut conn = app.db().connection().await;
    assert_eq!(number(&mut conn, "SELECT count(*) FROM events").await, 30);
    let position = format!("SELECT position FROM click_log_positions WHERE log_id = '{log_id}'");
    assert_eq!(number(&mut conn, &position).await, 30);
    assert_rollups_equal_events(&mut conn, 3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hits_are_stored_once_although_shipper_and_writer_are_killed_again_and_again() {
    let app = TestApp::new().await;
    let link = link(&app, "ada").await;
    let folder = tempfile::tempdir().expect("a folder");
    let options = Options {
        segment_bytes: 16 << 10,
        ..Options::new(LogId::from_bytes([7; 16]))
    };
    let mut dice = Dice(5);
    let mut written = 0;
    for round in 0..12_u64 {
        // A process of its own: whatever it runs ends with its runtime, wherever it is.
        let context = app.context.clone();
        let (path, options) = (folder.path().to_owned(), options.clone());
        let hits: Vec<Vec<u8>> = (0..200 + dice.roll(200))
            .map(|n| hit(&link, app.clock.now(), (n % 200) as u8))
            .collect();
        written += hits.len() as i64;
        let life = Duration::from_micros(500 + dice.roll(30_000));
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .worker_threads(2)
                .enable_all()
                .build()
                .expect("a runtime");
            runtime.block_on(async {
                let (log, recovery) = ClickLog::open(&path, &options).expect("the log");
                let log = Arc::new(log);
                let ingest = start_ingest(&context).expect("a writer");
                let shipper = start_shipper(&context, &ingest, Arc::clone(&log), &recovery);
                let appender = log.appender(&Handle::current());
                for hit in hits {
                    appender.append(&hit).await.expect("appended");
                }
                tokio::time::sleep(life).await;
                drop(shipper);
            });
            runtime.shutdown_timeout(Duration::from_secs(5));
        })
        .join()
        .expect("a process's life");
        assert!(round < 12);
    }
    let (log, recovery) = ClickLog::open(folder.path(), &options).expect("the log");
    let log = Arc::new(log);
    let shipper = start_shipper(
        &app.context,
        &app.clicks.ingest,
        Arc::clone(&log),
        &recovery,
    );
    log.close().await;
    assert!(shipper.finish(Duration::from_secs(30)).await);
    let mut conn = app.db().connection().await;
    assert_eq!(
        number(&mut conn, "SELECT count(*) FROM events").await,
        written
    );
    assert_eq!(
        number(&mut conn, "SELECT count(DISTINCT id) FROM events").await,
        written
    );
    assert_rollups_equal_events(&mut conn, 3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn answered_events_are_stored_once_although_their_connections_are_cut() {
    let app = TestApp::new().await;
    let link = link(&app, "ada").await;
    let cut = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
               WHERE datname = current_database() AND application_name = 'viral-engine ingest'";
    let (stop, mut stopped) = tokio::sync::watch::channel(false);
    let database = app.db().database().clone();
    let cutter = tokio::spawn(async move {
        let mut conn = database.connection().await.expect("a connection");
        let mut dice = Dice(3);
        let mut cuts = 0;
        while !*stopped.borrow_and_update() {
            cuts += number(&mut conn, cut).await;
            tokio::time::sleep(Duration::from_millis(20 + dice.roll(60))).await;
        }
        cuts
    });
    let mut answered = 0;
    for round in 0..60 {
        let batch = (0..20)
            .map(|n| click(app.clock.now(), &link, &format!("{round}-{n}"), n))
            .collect();
        match app.clicks.ingest.store(batch).await {
            Ok(outcomes) => answered += outcomes.len() as i64,
            Err(error) => assert!(error.to_string().starts_with("not available"), "{error}"),
        }
    }
    stop.send_replace(true);
    assert!(cutter.await.expect("a task") > 3);
    assert!(answered > 600, "{answered}");
    let mut conn = app.db().connection().await;
    let stored = number(&mut conn, "SELECT count(*) FROM events").await;
    // What was not answered may be stored or not, but never twice and never in part.
    assert!(
        stored >= answered && stored % 20 == 0,
        "{stored} stored, {answered} answered"
    );
    assert_eq!(
        number(
            &mut conn,
            "SELECT count(DISTINCT device_fingerprint) FROM events"
        )
        .await,
        stored
    );
    assert_rollups_equal_events(&mut conn, 3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_copy_of_the_folder_ships_nothing() {
    let app = TestApp::new().await;
    let link = link(&app, "ada").await;
    let folder = tempfile::tempdir().expect("a folder");
    let options = Options::new(LogId::from_bytes([9; 16]));
    let (log, recovery) = ClickLog::open(folder.path(), &options).expect("the log");
    // Somebody has shipped further than this copy knows.
    let events = vec![decode(&hit(&link, app.clock.now(), 1)).expect("a hit")];
    let far = i64::MAX / 2;
    let slice = LogSlice {
        log_id: Uuid::from_bytes([9; 16]),
        positions: vec![far],
        last: far,
    };
    app.clicks
        .ingest
        .ship(events, slice)
        .await
        .expect("shipped");
    let log = Arc::new(log);
    let shipper = start_shipper(
        &app.context,
        &app.clicks.ingest,
        Arc::clone(&log),
        &recovery,
    );
    let appender = log.appender(&Handle::current());
    appender
        .append(&hit(&link, app.clock.now(), 2))
        .await
        .expect("appended");
    log.close().await;
    assert!(!shipper.finish(Duration::from_millis(300)).await);
    until(&app, "SELECT count(*) FROM events", 1).await;
    assert!(log.stats().stored_bytes > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn readiness_tells_how_many_hits_wait_to_be_shipped() {
    let app = TestApp::new().await;
    let link = link(&app, "ada").await;
    let mut conn = app.db().connection().await;
    // As a database that hangs would: nothing can be shipped while this transaction is open.
    conn.batch_execute("BEGIN; LOCK TABLE click_log_positions IN ACCESS EXCLUSIVE MODE")
        .await
        .expect("a lock");
    let client = app.anonymous();
    for _ in 0..3 {
        let hit = client.get(&format!("/l/{}", link.token)).await;
        hit.assert_status(302);
    }
    let ready = client.get("/readyz").await;
    ready.assert_status(200);
    assert_eq!(ready.json()["unshipped_hits"], 3);
    until_metrics_say(&client, "\nviral_engine_hits_unshipped 3\n").await;
    conn.batch_execute("COMMIT").await.expect("released");
    until(&app, "SELECT count(*) FROM events", 3).await;
    let begun = Instant::now();
    while client.get("/readyz").await.json()["unshipped_hits"] != 0 {
        assert!(begun.elapsed() < Duration::from_secs(60), "still told");
    }
}

/// All apps of a test process write the same metrics, so that one may have written between.
async fn until_metrics_say(client: &TestClient, line: &str) {
    let begun = Instant::now();
    loop {
        let metrics = String::from_utf8(client.get("/metrics").await.body).expect("text");
        if metrics.contains(line) {
            return;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "{metrics}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_restart_the_hits_that_wait_are_counted_and_not_their_positions() {
    let app = TestApp::new().await;
    let link = link(&app, "ada").await;
    let folder = tempfile::tempdir().expect("a folder");
    let options = Options::new(LogId::from_bytes([3; 16]));
    let open = || ClickLog::open(folder.path(), &options).expect("the log");
    let append = async |log: &ClickLog, visitor: u8| {
        let appender = log.appender(&Handle::current());
        let hit = hit(&link, app.clock.now(), visitor);
        appender.append(&hit).await.expect("appended");
    };
    let until_backlog = async |clicks: &Clicks, holds: fn(Backlog) -> bool| {
        let begun = Instant::now();
        loop {
            let backlog = clicks.redirect.backlog();
            if holds(backlog) {
                return backlog;
            }
            assert!(begun.elapsed() < Duration::from_secs(60), "{backlog:?}");
            tokio::task::yield_now().await;
        }
    };
    let start = || {
        let (log, recovery) = open();
        start_clicks(&app.context, log, &recovery).expect("ingest and redirect")
    };
    let clicks = start();
    append(clicks.log(), 1).await;
    assert!(clicks.shutdown(Duration::from_secs(30)).await);
    // Two processes that were killed before they had shipped anything.
    for visitor in [2, 3] {
        let (log, _) = open();
        append(&log, visitor).await;
        log.close().await;
    }
    // What was shipped can be read, but nothing more can be.
    let mut conn = app.db().connection().await;
    conn.batch_execute("BEGIN; LOCK TABLE click_log_positions IN EXCLUSIVE MODE")
        .await
        .expect("a lock");
    let clicks = start();
    let known = until_backlog(&clicks, |backlog| backlog.shipped > Position::START).await;
    assert_eq!(known.waiting, 2);
    append(clicks.log(), 4).await;
    assert_eq!(clicks.redirect.backlog().waiting, 3);
    conn.batch_execute("COMMIT").await.expect("released");
    until_backlog(&clicks, |backlog| backlog.waiting == 0).await;
    until(&app, "SELECT count(*) FROM events", 4).await;
    assert!(clicks.shutdown(Duration::from_secs(30)).await);
}
