//! Why a conversion is credited to whom it is: touches, models, lookback.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use viral_engine_api_types::attribution::{ConversionExplanation, TouchKind};
use viral_engine_test_support::{TestApp, TestClient};

use crate::events::{backend, report};
use crate::world::{click, link};

/// Reports an invitation of the newcomer by a link, so many hours before now.
async fn invited(client: &TestClient, token: &str, now: DateTime<Utc>, hours: i64) -> Value {
    let at = now - TimeDelta::hours(hours);
    let event = json!({ "type": "invite_sent", "referee": "newcomer", "link_token": token, "occurred_at": at });
    json!(report(client, event).await.id)
}

async fn explained(client: &TestClient, id: &Value, query: &str) -> ConversionExplanation {
    let id = id.as_str().expect("an id");
    client
        .get(&format!("/v1/conversions/{id}/explain{query}"))
        .await
        .read()
}

fn credits(explained: &ConversionExplanation) -> Vec<&str> {
    explained
        .touches
        .iter()
        .map(|touch| touch.credit.as_str())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_touch_is_told_and_each_model_parts_one_whole() {
    let app = TestApp::new().await;
    let (ada, bob) = (link(&app, "ada").await, link(&app, "bob").await);
    let client = backend(&app).await;
    let now = app.clock.now();
    let first = invited(&client, &ada.token, now, 72).await;
    let second = invited(&client, &bob.token, now, 48).await;
    let hit = click(now - TimeDelta::hours(1), &bob, "device", 1);
    let click_id = hit.id;
    app.clicks.ingest.store(vec![hit]).await.expect("stored");
    let converted = json!({ "type": "conversion", "referee": "newcomer", "click_id": click_id });
    let converted = json!(report(&client, converted).await.id);

    let told = explained(&client, &converted, "").await;
    let ids: Vec<Value> = told
        .touches
        .iter()
        .map(|touch| json!(touch.event_id))
        .collect();
    assert_eq!(ids, [first, second, json!(click_id)]);
    let kinds: Vec<TouchKind> = told.touches.iter().map(|touch| touch.kind).collect();
    assert_eq!(
        kinds,
        [
            TouchKind::Invitation,
            TouchKind::Invitation,
            TouchKind::Click
        ]
    );
    let referrers: Vec<_> = told
        .touches
        .iter()
        .map(|touch| touch.referrer.as_deref())
        .collect();
    assert_eq!(referrers, [Some("ada"), Some("bob"), Some("bob")]);
    assert_eq!(
        (told.referee.as_deref(), told.referrer.as_deref()),
        (Some("newcomer"), Some("bob"))
    );
    assert_eq!(credits(&told), ["0.000000", "0.000000", "1.000000"]);
    for (model, expected) in [
        ("first", ["1.000000", "0.000000", "0.000000"]),
        ("linear", ["0.333333", "0.333333", "0.333334"]),
        ("position", ["0.400000", "0.200000", "0.400000"]),
    ] {
        let told = explained(&client, &converted, &format!("?model={model}")).await;
        assert_eq!(credits(&told), expected, "{model}");
    }
    let told = explained(&client, &converted, "?lookback_days=2&model=first").await;
    assert_eq!(
        credits(&told),
        ["1.000000", "0.000000"],
        "the invitation of three days ago is too old"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversion_that_names_a_link_or_somebody_alone_is_its_own_touch() {
    let app = TestApp::new().await;
    let ada = link(&app, "ada").await;
    let client = backend(&app).await;
    let by_link = json!({ "type": "conversion", "referee": "one", "link_token": ada.token });
    let by_name = json!({ "type": "conversion", "referee": "two", "referrer": "ada" });
    let by_nobody = json!({ "type": "conversion", "referee": "three" });
    for (event, sources) in [
        (by_link, vec![Some(ada.source.as_str())]),
        (by_name, vec![None]),
        (by_nobody, Vec::new()),
    ] {
        let id = json!(report(&client, event).await.id);
        let told = explained(&client, &id, "").await;
        let found: Vec<_> = told
            .touches
            .iter()
            .map(|touch| touch.source.as_deref())
            .collect();
        assert_eq!(found, sources);
        assert!(
            told.touches
                .iter()
                .all(|touch| touch.kind == TouchKind::Named && touch.credit == "1.000000")
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bots_and_what_came_later_are_no_touches() {
    let app = TestApp::new().await;
    let ada = link(&app, "ada").await;
    let client = backend(&app).await;
    let bot = json!({
        "type": "click", "referee": "newcomer", "link_token": ada.token,
        "user_agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    });
    report(&client, bot).await;
    let at = app.clock.now() - TimeDelta::hours(1);
    let converted = json!({ "type": "conversion", "referee": "newcomer", "link_token": ada.token, "occurred_at": at });
    let id = json!(report(&client, converted).await.id);
    let late = json!({ "type": "invite_sent", "referee": "newcomer", "link_token": ada.token });
    report(&client, late).await;
    let told = explained(&client, &id, "?lookback_days=90").await;
    let kinds: Vec<TouchKind> = told.touches.iter().map(|touch| touch.kind).collect();
    assert_eq!(kinds, [TouchKind::Named]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_conversion_is_not_found_and_what_is_asked_wrongly_is_named() {
    let app = TestApp::new().await;
    let ada = link(&app, "ada").await;
    let client = backend(&app).await;
    let sent = json!({ "type": "invite_sent", "link_token": ada.token });
    let invitation = report(&client, sent).await.id.expect("an id");
    for id in [
        invitation.to_string(),
        uuid::Uuid::now_v7().to_string(),
        uuid::Uuid::nil().to_string(),
    ] {
        let path = format!("/v1/conversions/{id}/explain");
        client.get(&path).await.assert_problem(404, "not_found");
    }
    let path = format!("/v1/conversions/{invitation}/explain?lookback_days=91");
    let refused = client.get(&path).await.assert_status(400).json();
    assert_eq!(refused["errors"][0]["pointer"], "?lookback_days");
}
