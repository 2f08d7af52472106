//! Importing access logs.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::PathBuf;
use std::sync::Arc;

use diesel::sql_query;
use diesel_async::RunQueryDsl;
use viral_engine_domain::links::target::{Mode, TargetPolicy};
use viral_engine_service::import::{
    EventsFormat, EventsImport, ImportError, ImportSummary, import_access_log, import_events,
};
use viral_engine_service::{Context, ServiceError, links};
use viral_engine_test_support::TestApp;

use crate::ingest::assert_rollups_equal_events;
use crate::world::{FIREFOX, link, number, texts};

const GOOGLEBOT: &str = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";

fn line(ip: &str, time: &str, request: &str, user_agent: &str) -> String {
    format!("{ip} - - [{time} +0000] \"{request}\" 200 17 \"-\" \"{user_agent}\"\n")
}

async fn import(app: &TestApp, link: viral_engine_api_types::LinkId, log: String) -> ImportSummary {
    let mut told = Vec::new();
    let reader = Cursor::new(log.into_bytes());
    let summary = import_access_log(&app.context, &app.clicks.ingest, reader, link, |sums| {
        told.push(sums.clone());
    })
    .await
    .expect("imported");
    assert_eq!(told.last(), Some(&summary));
    summary
}

fn counts(pairs: &[(&'static str, u64)]) -> BTreeMap<&'static str, u64> {
    pairs.iter().copied().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_become_hits_classified_as_live_ones_are() {
    let app = TestApp::new().await;
    let link = link(&app, "ada").await;
    let get = "GET /l/abc HTTP/1.1";
    let log = [
        line("203.0.113.7", "17/May/2015:10:05:03", get, FIREFOX),
        // The same second, the same visitor: two hits, one person.
        line("203.0.113.7", "17/May/2015:10:05:03", get, FIREFOX),
        line("203.0.113.7", "17/May/2015:11:05:03", get, FIREFOX),
        line("203.0.113.7", "17/May/2015:12:05:04", get, FIREFOX),
        // Across midnight the passive identity changes, and its owner does not.
        line("203.0.113.8", "17/May/2015:23:59:00", get, FIREFOX),
        line("203.0.113.8", "18/May/2015:00:10:00", get, FIREFOX),
        line("203.0.113.7", "17/May/2015:10:06:00", get, GOOGLEBOT),
        line(
            "203.0.113.7",
            "17/May/2015:10:06:00",
            get,
            "WhatsApp/2.23.20.0",
        ),
        line("203.0.113.7", "17/May/2015:10:06:00", get, "-"),
        line(
            "203.0.113.7",
            "17/May/2015:10:06:00",
            "POST / HTTP/1.1",
            FIREFOX,
        ),
        line("nobody", "17/May/2015:10:06:00", get, FIREFOX),
        line("203.0.113.7", "17/May/2035:10:06:00", get, FIREFOX),
        "not a line\n\n".to_owned(),
        "x".repeat(100_000),
    ]
    .concat();
    let summary = import(&app, link.id, log.clone()).await;
    assert_eq!((summary.lines, summary.hits, summary.known), (15, 9, 0));
    let classes = counts(&[("human", 3), ("duplicate", 3), ("bot", 2), ("preview", 1)]);
    assert_eq!(summary.classes, classes);
    let refused = counts(&[
        ("not_get", 1),
        ("bad_ip", 1),
        ("bad_time", 1),
        ("bad_format", 1),
        ("empty", 1),
        ("too_long", 1),
    ]);
    assert_eq!(summary.refused, refused);

    // Again, and as a longer edition.
    let again = import(&app, link.id, log.clone()).await;
    assert_eq!((again.hits, again.known), (0, 9));
    let longer = format!(
        "{}{log}",
        line("203.0.113.9", "17/May/2015:10:05:02", get, FIREFOX)
    );
    let longer = import(&app, link.id, longer).await;
    assert_eq!((longer.hits, longer.known), (1, 9));
    let mut conn = app.db().connection().await;
    assert_eq!(
        number(
            &mut conn,
            "SELECT count(*) FROM events WHERE origin = 'import'"
        )
        .await,
        10
    );
    assert_rollups_equal_events(&mut conn, 3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_is_served_to_nobody_gets_no_hits() {
    let app = TestApp::new().await;
    let link = link(&app, "ada").await;
    let log = line(
        "203.0.113.7",
        "17/May/2015:10:05:03",
        "GET / HTTP/1.1",
        FIREFOX,
    );
    let refused = async |context: &Context| {
        let reader = Cursor::new(log.clone().into_bytes());
        import_access_log(context, &app.clicks.ingest, reader, link.id, |_| {})
            .await
            .expect_err("refused")
            .to_string()
    };
    let mut elsewhere = app.context.clone();
    let mut config = (*app.context.config).clone();
    config.targets = TargetPolicy::parse("other.example.org", Mode::Production).expect("hosts");
    elsewhere.config = Arc::new(config);
    let error = refused(&elsewhere).await;
    assert!(error.contains("LINK_TARGET_HOSTS"), "{error}");
    let altered = "UPDATE links SET source = 'elsewhere'";
    let mut conn = app.db().connection().await;
    sql_query(altered)
        .execute(&mut *conn)
        .await
        .expect("altered");
    let error = refused(&app.context).await;
    assert!(error.contains("LINK_SIGNING_KEYS"), "{error}");
    assert_eq!(number(&mut conn, "SELECT count(*) FROM events").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn hits_count_for_the_link_as_it_was_at_their_time() {
    let app = TestApp::new().await;
    let link = link(&app, "ada").await;
    let change = viral_engine_api_types::links::UpdateLink {
        disabled: Some(true),
        expires_at: None,
    };
    links::update_link(
        &app.context,
        &viral_engine_service::Caller::system(),
        link.id,
        None,
        change,
    )
    .await
    .expect("disabled");
    let get = "GET / HTTP/1.1";
    let log = line("203.0.113.7", "16/Mar/2026:11:00:00", get, FIREFOX)
        + &line("203.0.113.8", "16/Mar/2026:12:00:00", get, FIREFOX);
    let summary = import(&app, link.id, log).await;
    assert_eq!(summary.classes, counts(&[("human", 1), ("rejected", 1)]));
    let mut conn = app.db().connection().await;
    assert_eq!(
        texts(
            &mut conn,
            "SELECT reject_reason FROM events WHERE class = 'rejected'"
        )
        .await,
        ["(disabled)"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_needs_a_link() {
    let app = TestApp::new().await;
    let nobody = uuid::Uuid::now_v7().into();
    let refused = import_access_log(
        &app.context,
        &app.clicks.ingest,
        Cursor::new(Vec::new()),
        nobody,
        |_| {},
    )
    .await;
    assert!(matches!(
        refused,
        Err(ImportError::Service(ServiceError::NotFound("link")))
    ));
}

/// The log, or nothing when the test data is not on this machine, which is said aloud.
#[allow(clippy::print_stdout, reason = "a skipped test must say so")]
fn sample() -> Option<String> {
    let folder = std::env::var_os("VIRAL_ENGINE_TEST_DATA").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data"),
        PathBuf::from,
    );
    let path = folder.join("traffic/access-10k.log");
    match std::fs::read(&path) {
        Ok(bytes) => Some(String::from_utf8_lossy(&bytes).into_owned()),
        Err(error) => {
            println!(
                "SKIPPED: {} can not be read ({error}); set VIRAL_ENGINE_TEST_DATA",
                path.display()
            );
            None
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_log_gives_one_hit_for_each_of_its_gets_and_names_its_crawlers() {
    let Some(log) = sample() else { return };
    // Counted by other means: five fields between quotes, of which the first is a GET.
    let gets: Vec<&str> = log
        .lines()
        .filter(|line| line.split('"').count() == 7 && line.contains("] \"GET "))
        .collect();
    let named = |name: &str| gets.iter().filter(|line| line.contains(name)).count() as i64;
    let app = TestApp::new().await;
    let link = link(&app, "ada").await;
    let summary = import(&app, link.id, log.clone()).await;
    assert_eq!((summary.lines, summary.hits), (10_000, gets.len() as u64));
    assert_eq!(summary.hits + summary.refused.values().sum::<u64>(), 10_000);
    assert_eq!(summary.classes.values().sum::<u64>(), summary.hits);
    let mut conn = app.db().connection().await;
    assert_eq!(
        number(&mut conn, "SELECT count(*) FROM events").await,
        gets.len() as i64
    );
    for (name, pattern) in [
        ("Googlebot", "Googlebot/"),
        ("bingbot", "bingbot/"),
        ("yandex.com/bots", "yandex.com/bots"),
    ] {
        let sql = format!("SELECT count(*) FROM events WHERE agent = '{name}' AND class = 'bot'");
        let found = number(&mut conn, &sql).await;
        assert!(
            found > 0 && found == named(pattern),
            "{name}: {found}, not {}",
            named(pattern)
        );
    }
    assert_eq!(import(&app, link.id, log).await.hits, 0);
    assert_rollups_equal_events(&mut conn, 3).await;
}

async fn import_file(app: &TestApp, format: EventsFormat, file: &str) -> (EventsImport, Vec<u64>) {
    let mut refused = Vec::new();
    let reader = Cursor::new(file.to_owned().into_bytes());
    let sums = import_events(
        &app.context,
        &app.clicks.ingest,
        reader,
        format,
        |number, _| {
            refused.push(number);
        },
    );
    (sums.await.expect("imported"), refused)
}

#[tokio::test(flavor = "multi_thread")]
async fn events_of_another_system_are_taken_in_once() {
    let app = TestApp::new().await;
    let token = link(&app, "ada").await.token;
    let file = [
        r#"{"type":"invite_sent","referrer":"ada","occurred_at":"2020-02-29T12:00:00Z"}"#.to_owned(),
        format!(r#"{{"type":"conversion","link_token":"{token}","referee":"ben","occurred_at":"2026-03-01T12:00:00Z"}}"#),
        // The same referee again: known.
        format!(r#"{{"type":"conversion","link_token":"{token}","referee":"ben","occurred_at":"2026-03-02T12:00:00Z"}}"#),
        String::new(),
        r#"{"type":"invite_sent","referrer":"ada"}"#.to_owned(),
        r#"{"type":"click","link_token":"nobody-knows-it","occurred_at":"2026-03-02T12:00:00Z"}"#.to_owned(),
        "no event".to_owned(),
    ]
    .join("\n");
    let first = import_file(&app, EventsFormat::Ndjson, &file).await;
    let sums = |stored, known| EventsImport {
        stored,
        known,
        refused: 3,
    };
    assert_eq!(first, (sums(2, 1), vec![5, 6, 7]));
    let again = import_file(&app, EventsFormat::Ndjson, &file).await;
    assert_eq!(again, (sums(0, 3), vec![5, 6, 7]));
    let mut conn = app.db().connection().await;
    assert_eq!(
        number(
            &mut conn,
            "SELECT count(*) FROM events WHERE origin = 'import'"
        )
        .await,
        2
    );
    assert_rollups_equal_events(&mut conn, 3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_csv_is_taken_in_batch_by_batch() {
    let app = TestApp::new().await;
    let mut file = "type,referrer,occurred_at,properties\n".to_owned();
    for number in 0..7_000 {
        file += &format!(
            "invite_sent,user-{},2026-03-01T12:00:00Z,\"{{\"\"n\"\":{number}}}\"\n",
            number % 50
        );
    }
    file += "invite_sent,too,few\n";
    let (sums, refused) = import_file(&app, EventsFormat::Csv, &file).await;
    assert_eq!((sums.stored, sums.known, sums.refused), (7_000, 0, 1));
    assert_eq!(refused, [7_002]);
}
