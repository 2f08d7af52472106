//! Who clicked is erased after the retention, and nothing else.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use viral_engine_service::events::erase_old_identifiers;
use viral_engine_service::import::import_access_log;
use viral_engine_test_support::TestApp;

use crate::world::{FIREFOX, click, link, number};

const IDENTIFIED: &str =
    "SELECT count(*) FROM events WHERE ip_hash IS NOT NULL OR device_fingerprint IS NOT NULL";
const SUMMED: &str = "SELECT (SELECT count(*) FROM rollup_ip_days) + (SELECT count(*) FROM rollup_ip_device_days) + (SELECT count(*) FROM rollup_device_days)";

#[tokio::test(flavor = "multi_thread")]
async fn addresses_and_devices_are_erased_after_the_retention() {
    let app = TestApp::new().await;
    let link = link(&app, "ada").await;
    let start: DateTime<Utc> = app.clock.now();
    let store = async |at: DateTime<Utc>, device: &str| {
        let events = vec![click(at, &link, device, 7)];
        app.clicks.ingest.store(events).await.expect("stored");
    };
    store(start, "old").await;
    // Of the past, and received today.
    let past = b"203.0.113.9 - - [17/May/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 200 1 \"-\" \"";
    let log = [past.as_slice(), FIREFOX.as_bytes(), b"\"\n"].concat();
    import_access_log(
        &app.context,
        &app.clicks.ingest,
        std::io::Cursor::new(log),
        link.id,
        |_| {},
    )
    .await
    .expect("imported");
    app.clock.advance(TimeDelta::days(60));
    store(app.clock.now(), "young").await;
    let mut conn = app.db().connection().await;
    assert_eq!(number(&mut conn, IDENTIFIED).await, 3);
    assert_eq!(number(&mut conn, SUMMED).await, 9);

    app.clock.advance(TimeDelta::days(30));
    erase_old_identifiers(&app.context).await.expect("erased");
    assert_eq!(
        number(&mut conn, IDENTIFIED).await,
        3,
        "not before the day is over"
    );
    app.clock.advance(TimeDelta::days(1));
    erase_old_identifiers(&app.context).await.expect("erased");
    assert_eq!(number(&mut conn, IDENTIFIED).await, 1);
    assert_eq!(number(&mut conn, SUMMED).await, 3);
    let hits = "SELECT count(*) FROM events WHERE type = 'click'";
    assert_eq!(number(&mut conn, hits).await, 3, "hits go on counting");
    assert_eq!(
        erase_old_identifiers(&app.context).await.expect("erased"),
        0
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_of_events_are_remembered_for_thirty_days() {
    let app = TestApp::new().await;
    let key = app.key(&["*"]).await;
    let event = json!({ "type": "invite_sent", "referrer": "ada", "event_id": "e-1" });
    key.post("/v1/events", &event).await.assert_status(201);
    key.post("/v1/events", &event).await.assert_status(200);
    app.clock.advance(TimeDelta::days(31));
    erase_old_identifiers(&app.context)
        .await
        .expect("forgotten");
    key.post("/v1/events", &event).await.assert_status(201);
}
