//! Who is credited with a referee: once, by a click, a link or a name, and never oneself.

use chrono::TimeDelta;
use serde_json::json;
use viral_engine_api_types::Page;
use viral_engine_api_types::events::{Event, EventStatus};
use viral_engine_service::events::reject_unknown_clicks;
use viral_engine_test_support::TestApp;

use super::{backend, report};
use crate::ingest::assert_rollups_equal_events;
use crate::world::{click, link, number, texts};

#[tokio::test(flavor = "multi_thread")]
async fn a_referee_converts_once() {
    let app = TestApp::new().await;
    let link = link(&app, "ada").await;
    let client = backend(&app).await;
    let event = |referrer: Option<&str>| json!({ "type": "conversion", "referee": "newcomer", "link_token": link.token, "referrer": referrer });
    let first = report(&client, event(None)).await;
    let again = report(&client, event(Some("bob"))).await;
    assert_eq!((again.status, again.id), (EventStatus::Duplicate, first.id));
    let activation =
        json!({ "type": "activation", "referee": "newcomer", "link_token": link.token });
    assert_eq!(
        report(&client, activation).await.status,
        EventStatus::Accepted
    );
    let mut conn = app.db().connection().await;
    assert_eq!(
        number(
            &mut conn,
            "SELECT count(*) FROM events WHERE type = 'conversion'"
        )
        .await,
        1
    );
    assert_rollups_equal_events(&mut conn, 3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversion_that_overtakes_its_click_is_completed_by_it() {
    let app = TestApp::new().await;
    let link = link(&app, "ada").await;
    let client = backend(&app).await;
    // The hit lies in the click log, and the target page reports before it is shipped.
    let hit = click(app.clock.now(), &link, "device", 1);
    let click_id = hit.id;
    let event = json!({ "type": "conversion", "referee": "newcomer", "click_id": click_id });
    assert_eq!(report(&client, event).await.status, EventStatus::Accepted);
    let late = json!({ "type": "activation", "referee": "newcomer", "click_id": click_id, "referrer": "bob" });
    report(&client, late).await;
    app.clicks.ingest.store(vec![hit]).await.expect("stored");
    assert_rollups_equal_events(&mut *app.db().connection().await, 3).await;
    let waiting = "SELECT count(*) FROM awaited_clicks";
    assert_eq!(number(&mut *app.db().connection().await, waiting).await, 0);
    let page: Page<Event> = client.get("/v1/events?type=conversion").await.read();
    assert_eq!(page.items[0].referrer.as_deref(), Some("ada"));
    assert_eq!(page.items[0].link_id, Some(link.id));
    let page: Page<Event> = client.get("/v1/events?type=activation").await.read();
    assert_eq!(page.items[0].referrer.as_deref(), Some("bob"));
    // The same for a click that is stored already.
    let event = json!({ "type": "conversion", "referee": "another", "click_id": click_id });
    report(&client, event).await;
    let page: Page<Event> = client
        .get("/v1/events?type=conversion&limit=1")
        .await
        .read();
    assert_eq!(page.items[0].referrer.as_deref(), Some("ada"));
    assert_rollups_equal_events(&mut *app.db().connection().await, 3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invented_click_is_given_up_after_a_day() {
    let app = TestApp::new().await;
    let link = link(&app, "ada").await;
    let client = backend(&app).await;
    let invented = json!({
        "type": "conversion", "referee": "newcomer", "click_id": "01963b2e-7f00-7c10-9c5e-1a2b3c4d5e6f",
    });
    report(&client, invented.clone()).await;
    let genuine = json!({ "type": "conversion", "referee": "newcomer", "link_token": link.token });
    // The click may still come, from the log of a slow node.
    app.clock.advance(TimeDelta::hours(23));
    assert_eq!(reject_unknown_clicks(&app.context).await.expect("asked"), 0);

    app.clock.advance(TimeDelta::hours(2));
    assert_eq!(reject_unknown_clicks(&app.context).await.expect("asked"), 1);
    assert_eq!(report(&client, genuine).await.status, EventStatus::Accepted);
    assert_eq!(
        report(&client, invented).await.status,
        EventStatus::Duplicate,
        "the referee is credited to ada"
    );
    let page: Page<Event> = client.get("/v1/events?type=conversion").await.read();
    let told: Vec<_> = page
        .items
        .iter()
        .map(|event| (event.referrer.as_deref(), event.reject_reason.as_deref()))
        .collect();
    assert_eq!(told, [(Some("ada"), None), (None, Some("unknown_click"))]);
    assert_rollups_equal_events(&mut *app.db().connection().await, 3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversion_that_names_its_referrer_keeps_its_credit_whatever_its_click() {
    let app = TestApp::new().await;
    let client = backend(&app).await;
    let named = json!({
        "type": "conversion", "referee": "newcomer", "referrer": "ada",
        "click_id": "01963b2e-7f00-7c10-9c5e-1a2b3c4d5e6f",
    });
    report(&client, named.clone()).await;
    app.clock.advance(TimeDelta::days(2));
    assert_eq!(reject_unknown_clicks(&app.context).await.expect("asked"), 1);
    assert_eq!(report(&client, named).await.status, EventStatus::Duplicate);
    let page: Page<Event> = client.get("/v1/events?type=conversion").await.read();
    assert_eq!(page.items[0].reject_reason, None);
    assert_rollups_equal_events(&mut *app.db().connection().await, 3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invented_click_gives_way_to_a_conversion_whose_origin_is_known() {
    let app = TestApp::new().await;
    let link = link(&app, "ada").await;
    let client = backend(&app).await;
    let invented = click(app.clock.now(), &link, "nobody", 1).id;
    let event = json!({ "type": "conversion", "referee": "newcomer", "click_id": invented });
    let first = report(&client, event.clone()).await;
    assert_eq!(report(&client, event).await.status, EventStatus::Duplicate);
    let honest = json!({ "type": "conversion", "referee": "newcomer", "link_token": link.token });
    let second = report(&client, honest.clone()).await;
    assert_eq!(second.status, EventStatus::Accepted);
    let third = report(&client, honest).await;
    assert_eq!(
        (third.status, third.id),
        (EventStatus::Duplicate, second.id)
    );
    let mut conn = app.db().connection().await;
    let credits = "SELECT event_id::text FROM conversion_credits";
    let id = second.id.map(|id| format!("({id})"));
    assert_eq!(texts(&mut conn, credits).await, Vec::from_iter(id));
    let rejected = "SELECT id::text FROM events WHERE reject_reason = 'unknown_click'";
    let id = first.id.map(|id| format!("({id})"));
    assert_eq!(texts(&mut conn, rejected).await, Vec::from_iter(id));
    assert_eq!(
        number(&mut conn, "SELECT count(*) FROM awaited_clicks").await,
        0
    );
    assert_rollups_equal_events(&mut conn, 3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_invites_themselves_by_a_link_or_a_click_either() {
    let app = TestApp::new().await;
    let link = link(&app, "selfy").await;
    let client = backend(&app).await;
    let hit = click(app.clock.now(), &link, "device", 1);
    let click_id = hit.id;
    app.clicks.ingest.store(vec![hit]).await.expect("stored");
    for (field, value) in [
        ("referrer", json!("selfy")),
        ("link_token", json!(link.token)),
        ("click_id", json!(click_id)),
    ] {
        for kind in ["conversion", "activation", "invite_sent"] {
            let mut event = json!({ "type": kind, "referee": "selfy" });
            event[field] = value.clone();
            let answer = client.post("/v1/events", &event).await;
            let problem = answer.assert_problem(422, "validation_failed");
            let told = json!([{ "pointer": "/referee", "code": "self_referral", "detail": "Nobody invites themselves." }]);
            assert_eq!(problem["errors"], told, "{kind} by {field}");
        }
    }
    // Sent twice in one call, the second is no duplicate of anything.
    let own = json!({ "type": "conversion", "referee": "selfy", "link_token": link.token, "event_id": "once" });
    let answer = client.post("/v1/events/bulk", &json!([own, own])).await;
    let results = answer.json()["results"].clone();
    for index in 0..2 {
        assert_eq!(results[index]["status"], "rejected", "{results}");
    }
    // Nothing of it is in the way of a true referral, and whoever is named is believed.
    let by_bob = json!({ "type": "conversion", "referee": "selfy", "referrer": "bob", "link_token": link.token, "event_id": "once" });
    assert_eq!(report(&client, by_bob).await.status, EventStatus::Accepted);
    let mut conn = app.db().connection().await;
    let stored = "SELECT count(*) FROM events WHERE type <> 'click'";
    assert_eq!(number(&mut conn, stored).await, 1);
    assert_rollups_equal_events(&mut conn, 3).await;
}
