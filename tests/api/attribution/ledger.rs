//! The ledger is what the events say, in whatever order they came.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use diesel::QueryableByName;
use diesel::sql_query;
use diesel::sql_types::{Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::{Value, json};
use uuid::Uuid;
use viral_engine_api_types::links::Link;
use viral_engine_service::attribution::{AttributeConversions, attribute_next, begin_attributing};
use viral_engine_service::events::{IncomingEvent, reject_unknown_clicks};
use viral_engine_test_support::{TestApp, TestClient};

use super::settle;
use crate::events::{backend, report};
use crate::world::{Dice, click, link, number};

const REFEREES: u64 = 25;
const LOOKBACK: i64 = 30;

/// An event as it is stored.
#[derive(Debug, QueryableByName)]
struct Stored {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Nullable<Text>)]
    class: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    reject_reason: Option<String>,
    #[diesel(sql_type = Timestamptz)]
    at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    click_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    link_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    referrer_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    referee_id: Option<Uuid>,
}

const EVENTS: &str = "SELECT id, type AS kind, class, reject_reason, occurred_at AS at, click_id, link_id, referrer_id, referee_id FROM events";

/// A touch in the ledger.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, QueryableByName)]
struct Touch {
    #[diesel(sql_type = SqlUuid)]
    conversion_id: Uuid,
    #[diesel(sql_type = Integer)]
    place: i32,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = SqlUuid)]
    event_id: Uuid,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    link_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    referrer_id: Option<Uuid>,
}

async fn kept(conn: &mut AsyncPgConnection) -> Vec<Touch> {
    let sql = "SELECT conversion_id, place, kind, event_id, link_id, referrer_id FROM attribution_touches ORDER BY 1, 2";
    sql_query(sql).load(conn).await.expect("touches")
}

/// What the ledger should say, by a plain look at every event.
async fn expected(conn: &mut AsyncPgConnection) -> Vec<Touch> {
    let events: Vec<Stored> = sql_query(EVENTS).load(conn).await.expect("events");
    let mut touches = Vec::new();
    let counts = |e: &&Stored| e.kind == "conversion" && e.reject_reason.is_none();
    for conversion in events.iter().filter(counts) {
        let begin = conversion.at - TimeDelta::days(LOOKBACK);
        let in_time = |e: &&Stored| e.at >= begin && e.at <= conversion.at;
        let of_referee =
            |e: &&Stored| e.referee_id.is_some() && e.referee_id == conversion.referee_id;
        let own: Vec<&Stored> = events.iter().filter(in_time).filter(of_referee).collect();
        let mut clicks: BTreeSet<Uuid> = own.iter().filter_map(|e| e.click_id).collect();
        clicks.extend(conversion.click_id);
        let mut led: BTreeMap<(DateTime<Utc>, Uuid), (&str, &Stored)> = BTreeMap::new();
        for event in events.iter().filter(in_time) {
            let is_own = own.iter().any(|own| own.id == event.id);
            let class = event.class.as_deref();
            let kind = match event.kind.as_str() {
                "invite_sent" if is_own => "invitation",
                "click" if is_own && class == Some("human") => "click",
                "click"
                    if clicks.contains(&event.id)
                        && matches!(class, Some("human" | "duplicate")) =>
                {
                    "click"
                }
                _ => continue,
            };
            led.insert((event.at, event.id), (kind, event));
        }
        let is_told = led.values().any(|(_, touch)| match conversion.link_id {
            Some(link) => touch.link_id == Some(link),
            None => touch.referrer_id == conversion.referrer_id,
        });
        if !is_told && (conversion.link_id.is_some() || conversion.referrer_id.is_some()) {
            led.insert((conversion.at, conversion.id), ("named", conversion));
        }
        touches.extend(
            (0..)
                .zip(led.into_values())
                .map(|(place, (kind, event))| Touch {
                    conversion_id: conversion.id,
                    place,
                    kind: kind.to_owned(),
                    event_id: event.id,
                    link_id: event.link_id,
                    referrer_id: event.referrer_id,
                }),
        );
    }
    touches.sort();
    touches
}

/// What comes in at once: a hit of the redirect, or an event that the platform reports.
enum Arrival {
    Hit(Box<IncomingEvent>),
    Event(Value),
}

fn arrivals(dice: &mut Dice, links: &[Link], now: DateTime<Utc>) -> Vec<Arrival> {
    let mut arrivals = Vec::new();
    let mut clicks = Vec::new();
    for visitor in 0..40 {
        let at = now - TimeDelta::minutes(dice.roll(40 * 24 * 60) as i64 + 1);
        let hit = click(at, dice.pick(links), &format!("device-{}", visitor / 2), 1);
        clicks.push(hit.id);
        arrivals.push(Arrival::Hit(Box::new(hit)));
    }
    for _ in 0..160 {
        let kinds = [
            "invite_sent",
            "invite_sent",
            "click",
            "conversion",
            "activation",
        ];
        let kind = *dice.pick(&kinds);
        let at = now - TimeDelta::minutes(dice.roll(40 * 24 * 60) as i64);
        let referee = format!("referee-{}", dice.roll(REFEREES));
        let mut event = json!({ "type": kind, "occurred_at": at, "referee": referee });
        match dice.roll(4) {
            _ if kind == "click" => event["link_token"] = json!(dice.pick(links).token),
            0 => event["link_token"] = json!(dice.pick(links).token),
            1 => event["referrer"] = json!(dice.pick(&["ada", "bob", "cyd"])),
            2 => event["click_id"] = json!(dice.pick(&clicks)),
            _ => {}
        }
        if kind == "click" {
            event["device_fingerprint"] = json!(format!("phone-{}", dice.roll(6)));
        }
        if kind == "conversion" && dice.roll(6) == 0 {
            event.as_object_mut().expect("an event").remove("referee");
        }
        arrivals.push(Arrival::Event(event));
    }
    dice.shuffle(&mut arrivals);
    arrivals
}

async fn arrive(app: &TestApp, client: &TestClient, batch: Vec<Arrival>) {
    let (mut hits, mut events) = (Vec::new(), Vec::new());
    for arrival in batch {
        match arrival {
            Arrival::Hit(hit) => hits.push(*hit),
            Arrival::Event(event) => events.push(event),
        }
    }
    if !hits.is_empty() {
        app.clicks.ingest.store(hits).await.expect("stored");
    }
    if !events.is_empty() {
        client
            .post("/v1/events/bulk", &events)
            .await
            .assert_status(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ledger_is_what_the_events_say_in_whatever_order_they_came() {
    for seed in 1..=4 {
        let app = TestApp::new().await;
        let client = app.key(&["events:write", "events:import"]).await;
        let links = [
            link(&app, "ada").await,
            link(&app, "bob").await,
            link(&app, "cyd").await,
        ];
        let mut dice = Dice(seed);
        let mut arrivals = arrivals(&mut dice, &links, app.clock.now());
        while !arrivals.is_empty() {
            let some = (dice.roll(30) as usize + 1).min(arrivals.len());
            arrive(&app, &client, arrivals.drain(..some).collect()).await;
            if dice.roll(3) == 0 {
                settle(&app).await;
            }
        }
        app.clock.advance(TimeDelta::days(2));
        reject_unknown_clicks(&app.context).await.expect("rejected");
        settle(&app).await;
        let conn = &mut *app.db().connection().await;
        let (kept, expected) = (kept(conn).await, expected(conn).await);
        assert!(
            expected.iter().any(|touch| touch.place > 2),
            "seed {seed} says little"
        );
        assert_eq!(kept, expected, "seed {seed}");
        assert_whole(conn).await;
    }
}

/// Each conversion that counts is in the ledger, and every model parts exactly one among its touches.
async fn assert_whole(conn: &mut AsyncPgConnection) {
    let missing = "SELECT count(*) FROM events e FULL JOIN attributions a ON a.conversion_id = e.id
        WHERE (e.type = 'conversion' AND e.reject_reason IS NULL) IS DISTINCT FROM (a.conversion_id IS NOT NULL) AND (e.type = 'conversion' OR e.id IS NULL)";
    assert_eq!(number(conn, missing).await, 0);
    let parted = "SELECT count(*) FROM (SELECT FROM attribution_touches GROUP BY conversion_id
        HAVING (sum(last_credit), sum(first_credit), sum(linear_credit), sum(position_credit)) <> (1000000, 1000000, 1000000, 1000000)) AS wrong";
    assert_eq!(number(conn, parted).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_that_comes_late_joins_the_touches() {
    let app = TestApp::new().await;
    let (ada, bob) = (link(&app, "ada").await, link(&app, "bob").await);
    let client = backend(&app).await;
    let converted = json!({ "type": "conversion", "referee": "newcomer", "link_token": ada.token });
    report(&client, converted).await;
    settle(&app).await;
    let conn = &mut *app.db().connection().await;
    let linear = "SELECT sum(linear_credit) FROM attribution_touches WHERE place = 0";
    assert_eq!(number(conn, linear).await, 1_000_000);
    let at = app.clock.now() - TimeDelta::days(6);
    let late = json!({ "type": "invite_sent", "referee": "newcomer", "link_token": bob.token, "occurred_at": at });
    report(&client, late).await;
    settle(&app).await;
    assert_eq!(number(conn, linear).await, 500_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversion_that_is_rejected_leaves_the_ledger() {
    let app = TestApp::new().await;
    let client = backend(&app).await;
    let invented = "01963b2e-7f00-7c10-9c5e-1a2b3c4d5e6f";
    let event = json!({ "type": "conversion", "referee": "newcomer", "click_id": invented });
    report(&client, event).await;
    settle(&app).await;
    let conn = &mut *app.db().connection().await;
    let kept = "SELECT count(*) FROM attributions";
    assert_eq!(number(conn, kept).await, 1);
    app.clock.advance(TimeDelta::days(2));
    reject_unknown_clicks(&app.context).await.expect("rejected");
    settle(&app).await;
    assert_eq!(number(conn, kept).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_computed_twice_at_a_time_and_nothing_that_is_due_is_lost() {
    let app = TestApp::new().await;
    let ada = link(&app, "ada").await;
    let client = app.key(&["events:write"]).await;
    let conversion = |number: i64| json!({ "type": "conversion", "referee": format!("newcomer-{number}"), "link_token": ada.token });
    let report_all = async {
        for batch in 0..20 {
            let events: Vec<Value> = (0..50).map(|nth| conversion(batch * 50 + nth)).collect();
            client
                .post("/v1/events/bulk", &events)
                .await
                .assert_status(200);
        }
    };
    let keep = async {
        for _ in 0..60 {
            settle(&app).await;
        }
    };
    tokio::join!(report_all, keep, async {
        for _ in 0..60 {
            settle(&app).await;
        }
    });
    settle(&app).await;
    let conn = &mut *app.db().connection().await;
    assert_eq!(
        number(conn, "SELECT count(*) FROM attributions").await,
        1_000
    );
    assert_eq!(
        number(conn, "SELECT count(*) FROM attribution_touches").await,
        1_000
    );
    assert_eq!(
        number(conn, "SELECT count(*) FROM due_attributions").await,
        0
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_range_can_be_computed_anew_without_changing_an_event() {
    let app = TestApp::new().await;
    let ada = link(&app, "ada").await;
    let client = app.key(&["events:write"]).await;
    let now = app.clock.now();
    let events: Vec<Value> = (0..5)
        .flat_map(|number| {
            let referee = format!("newcomer-{number}");
            let at = |days| now - TimeDelta::days(days);
            [
                json!({ "type": "invite_sent", "referee": referee, "link_token": ada.token, "occurred_at": at(6) }),
                json!({ "type": "invite_sent", "referee": referee, "link_token": ada.token, "occurred_at": at(3) }),
                json!({ "type": "conversion", "referee": referee, "link_token": ada.token, "occurred_at": at(number % 3) }),
            ]
        })
        .collect();
    client
        .post("/v1/events/bulk", &events)
        .await
        .assert_status(200);
    settle(&app).await;
    let conn = &mut *app.db().connection().await;
    let hash = "SELECT sum(hashtextextended(e::text, 0) % 1000000007) FROM events e";
    let (events, touches) = (
        number(conn, hash).await,
        "SELECT count(*) FROM attribution_touches",
    );
    assert_eq!(number(conn, touches).await, 10);
    // Of the conversions of the day before yesterday and later: four of them, with three days' lookback.
    let mut run = begin_attributing(AttributeConversions {
        from: now - TimeDelta::days(1) - TimeDelta::hours(1),
        to: now + TimeDelta::seconds(1),
        lookback_days: Some(4),
    });
    assert!(
        !attribute_next(&app.context, &mut run)
            .await
            .expect("computed")
    );
    assert_eq!(run.done, 4);
    assert_eq!(number(conn, touches).await, 6);
    assert_eq!(number(conn, hash).await, events);
    // A touch that comes late is looked at with the lookback of its conversion.
    let late = json!({ "type": "invite_sent", "referee": "newcomer-0", "link_token": ada.token, "occurred_at": now - TimeDelta::days(5) });
    client.post("/v1/events", &late).await.assert_status(201);
    settle(&app).await;
    assert_eq!(number(conn, touches).await, 6);
    let lookback = "SELECT count(*) FROM attributions WHERE lookback_days = 4";
    assert_eq!(number(conn, lookback).await, 4);
}
