//! Performance reports: asked for, computed, kept, and equal to a plain count of the raw events.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use diesel::sql_types::{Nullable, Text, Timestamptz};
use diesel::{QueryableByName, sql_query};
use diesel_async::RunQueryDsl;
use serde_json::{Value, json};
use viral_engine_api_types::Page;
use viral_engine_api_types::events::EventType;
use viral_engine_api_types::links::Link;
use viral_engine_api_types::reports::{Report, ReportChanges, ReportStatus, Trend};
use viral_engine_domain::clicks::{HitClass, Verdict};
use viral_engine_service::events::IncomingEvent;
use viral_engine_service::reports::generate_report;
use viral_engine_test_support::{TestApp, TestClient};

use crate::world::{Dice, click, conversion, event, link_with, number, user};

const BERLIN: &str = "Europe/Berlin";

async fn caller(app: &TestApp) -> TestClient {
    app.key(&["reports:read", "reports:write", "events:import"])
        .await
}

/// A report that is computed at once.
async fn report(app: &TestApp, client: &TestClient, body: &Value) -> Report {
    let asked = client.post("/v1/reports", body).await;
    asked.assert_status(202);
    let asked: Report = asked.read();
    assert_eq!(asked.status, ReportStatus::Generating);
    assert_eq!(asked.k_factor, None);
    generate_report(&app.context, asked.id)
        .await
        .expect("a report");
    client
        .get(&format!("/v1/reports/{}", asked.id))
        .await
        .read()
}

/// Three sources, one of them shared by somebody under 13.
async fn links(app: &TestApp) -> Vec<Link> {
    let mut links = Vec::new();
    for (referrer, source) in [
        ("ada", "buddy_challenge"),
        ("bob", "results_rally"),
        ("cleo", "buddy_challenge"),
    ] {
        links.push(link_with(app, referrer, |body| body.source = source.to_owned()).await);
    }
    links
}

/// Events of three weeks up to now.
fn events(
    dice: &mut Dice,
    now: DateTime<Utc>,
    links: &[Link],
    with_invites: bool,
) -> Vec<IncomingEvent> {
    (0..1_500)
        .map(|nth| {
            let at = now - TimeDelta::seconds(dice.roll(21 * 86_400) as i64);
            let link = dice.pick(links);
            match dice.roll(10) {
                0 | 1 if with_invites => {
                    let mut invite = event(EventType::InviteSent, at);
                    invite.link = conversion(at, link, "nobody").link;
                    invite
                }
                2 => conversion(at, link, &format!("newcomer-{nth}")),
                3 => {
                    let mut bot = click(at, link, "crawler", 1);
                    if let Some(hit) = &mut bot.hit {
                        hit.verdict = Verdict::Settled(HitClass::Bot);
                    }
                    bot
                }
                _ => click(at, link, &format!("device-{}", dice.roll(300)), 2),
            }
        })
        .collect()
}

#[derive(QueryableByName)]
struct Raw {
    #[diesel(sql_type = Text)]
    event_type: String,
    #[diesel(sql_type = Nullable<Text>)]
    class: Option<String>,
    #[diesel(sql_type = Text)]
    source: String,
    #[diesel(sql_type = Nullable<Text>)]
    referrer: Option<String>,
    #[diesel(sql_type = Timestamptz)]
    at: DateTime<Utc>,
}

/// Invitations, inviters, clicks and conversions of each source, counted one by one.
#[derive(Debug, Default)]
struct Counts {
    invites: i64,
    inviters: BTreeSet<String>,
    clicks: i64,
    conversions: i64,
}

async fn count(app: &TestApp, from: DateTime<Utc>, to: DateTime<Utc>) -> BTreeMap<String, Counts> {
    let raw: Vec<Raw> = sql_query(
        "SELECT e.type AS event_type, e.class, coalesce(l.source, '') AS source, u.external_id AS referrer, e.occurred_at AS at
         FROM events e LEFT JOIN links l ON l.id = e.link_id LEFT JOIN users u ON u.id = e.referrer_id",
    )
    .load(&mut *app.db().connection().await)
    .await
    .expect("events");
    let mut counts: BTreeMap<String, Counts> = BTreeMap::new();
    for row in raw.into_iter().filter(|row| from <= row.at && row.at < to) {
        for name in [&row.source, "*"] {
            let sums = counts.entry(name.to_owned()).or_default();
            match (row.event_type.as_str(), row.class.as_deref()) {
                ("invite_sent", _) => {
                    sums.invites += 1;
                    sums.inviters.extend(row.referrer.clone());
                }
                ("conversion", _) => sums.conversions += 1,
                ("click", Some("human")) => sums.clicks += 1,
                _ => {}
            }
        }
    }
    counts
}

fn rounded(value: f64, scale: f64) -> f64 {
    (value * scale).round() / scale
}

#[tokio::test(flavor = "multi_thread")]
async fn a_week_equals_a_count_of_the_raw_events() {
    for seed in 1..=3 {
        let app = TestApp::new().await;
        let links = links(&app).await;
        let mut dice = Dice(seed);
        let events = events(&mut dice, app.clock.now(), &links, true);
        app.clicks.ingest.store(events).await.expect("stored");
        let client = caller(&app).await;
        let body = json!({ "type": "weekly", "time_zone": BERLIN });
        let report = report(&app, &client, &body).await;

        // The clock stands at noon of 16 March 2026; Berlin is an hour ahead of UTC.
        let end: DateTime<Utc> = "2026-03-15T23:00:00Z".parse().expect("a time");
        let counted = count(&app, end - TimeDelta::days(7), end).await;
        let before = count(&app, end - TimeDelta::days(14), end - TimeDelta::days(7)).await;
        let k = |counts: &Counts| counts.conversions as f64 / counts.inviters.len() as f64;
        let (all, previous) = (&counted["*"], &before["*"]);
        assert!(all.conversions > 10 && all.invites > 10 && all.clicks > 50);
        assert_eq!(report.k_factor, Some(rounded(k(all), 1e3)));
        let change = (rounded(k(all), 1e3) / rounded(k(previous), 1e3) - 1.0) * 100.0;
        assert_eq!(report.k_factor_change_pct, Some(rounded(change, 10.0)));
        assert_eq!(report.total_conversions, Some(all.conversions));
        assert_eq!(report.active_users, Some(all.inviters.len() as i64));
        let rate = rounded(all.conversions as f64 / all.clicks as f64 * 100.0, 100.0);
        assert_eq!(report.conversion_rate, Some(rate));
        let loops = report.loop_performance.expect("loops");
        assert_eq!(loops.len(), counted.len() - 1);
        for (source, one) in loops {
            let counts = &counted[&source];
            assert_eq!(
                (one.invites, one.conversions),
                (counts.invites, counts.conversions)
            );
            assert_eq!(one.k_factor, rounded(k(counts), 1e3), "{source}");
        }
        let referrers = report.top_referrers.expect("referrers");
        let parts: f64 = referrers.iter().map(|one| one.k_contribution).sum();
        assert!((parts - k(all)).abs() < 0.002);
        assert!(report.insights.expect("insights").len() >= 5);
        assert!(report.recommendations.expect("recommendations").len() >= 3);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_stays_as_it_is_and_names_what_changed_since() {
    let app = TestApp::new().await;
    let links = links(&app).await;
    let events = events(&mut Dice(5), app.clock.now(), &links, true);
    app.clicks.ingest.store(events).await.expect("stored");
    let client = caller(&app).await;
    let first = report(&app, &client, &json!({ "type": "weekly" })).await;
    app.clock.advance(TimeDelta::minutes(1));
    let twin = report(&app, &client, &json!({ "type": "weekly" })).await;
    assert_ne!(twin.id, first.id);
    let export = async |id, format: &str| {
        let path = format!("/v1/reports/{id}/export?format={format}");
        client.get(&path).await.body
    };
    for format in ["html", "csv", "pdf"] {
        let file = export(first.id, format).await;
        assert_eq!(file, export(first.id, format).await);
        assert_eq!(file, export(twin.id, format).await, "computed twice");
    }
    let path = format!("/v1/reports/{}/changes", first.id);
    let changes: ReportChanges = client.get(&path).await.read();
    assert_eq!(changes.changes, []);

    let late = conversion(app.clock.now() - TimeDelta::days(2), &links[0], "latecomer");
    app.clicks.ingest.store(vec![late]).await.expect("stored");
    let again: Report = client
        .get(&format!("/v1/reports/{}", first.id))
        .await
        .read();
    assert_eq!(again, first);
    let changes: ReportChanges = client.get(&path).await.read();
    let figures: Vec<&str> = changes.changes.iter().map(|one| &*one.figure).collect();
    assert!(figures.contains(&"/current/conversions"), "{figures:?}");
    assert!(
        figures.contains(&"/loops/buddy_challenge/conversions"),
        "{figures:?}"
    );
    assert!(!figures.contains(&"/previous/conversions"), "{figures:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn links_count_as_invitations_where_none_are_reported() {
    let app = TestApp::new().await;
    let links = links(&app).await;
    app.clock.advance(TimeDelta::days(1));
    let noon = app.clock.now() - TimeDelta::days(1);
    let mut events: Vec<_> = (0..4)
        .map(|nth| conversion(noon, &links[0], &format!("newcomer-{nth}")))
        .collect();
    events.push(click(noon, &links[0], "device", 1));
    app.clicks.ingest.store(events).await.expect("stored");
    let client = caller(&app).await;
    let report = report(&app, &client, &json!({ "type": "weekly" })).await;
    assert_eq!(report.active_users, Some(3));
    assert_eq!(report.k_factor, Some(1.333));
    assert_eq!(report.viral_links_created, Some(3));
    assert_eq!(report.viral_links_clicked, Some(1));
    assert_eq!(report.click_through_rate, Some(33.33));
}

#[tokio::test(flavor = "multi_thread")]
async fn children_are_listed_under_a_pseudonym() {
    let app = TestApp::new().await;
    user(&app, "zoe", "under_13").await;
    let mut conversions = Vec::new();
    for nth in 0..3 {
        let mut event = event(EventType::Conversion, app.clock.now() - TimeDelta::days(1));
        event.reported = Some(Box::new(viral_engine_service::events::Reported {
            referrer: Some("zoe".to_owned()),
            referee: Some(format!("newcomer-{nth}")),
            ..Default::default()
        }));
        conversions.push(event);
    }
    app.clicks.ingest.store(conversions).await.expect("stored");
    let client = caller(&app).await;
    let report = report(&app, &client, &json!({ "type": "weekly" })).await;
    let referrers = report.top_referrers.expect("referrers");
    assert_eq!(referrers.len(), 1);
    assert!(referrers[0].referrer.starts_with("user-"), "{referrers:?}");
    assert_eq!(referrers[0].conversions, 3);
    let insights = report.insights.expect("insights").join("\n");
    assert!(!insights.contains("zoe"), "{insights}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_of_nothing_is_valid_and_says_so() {
    let app = TestApp::new().await;
    let client = caller(&app).await;
    let body = json!({ "type": "custom", "from": "2025-03-16", "to": "2026-03-15" });
    let report = report(&app, &client, &body).await;
    assert_eq!(report.status, ReportStatus::Ready);
    assert_eq!(report.k_factor, Some(0.0));
    assert_eq!(report.k_factor_trend, Some(Trend::Stable));
    assert_eq!(report.k_factor_change_pct, None);
    assert!(report.insights.expect("insights")[0].starts_with("No data"));
    let csv = client
        .get(&format!("/v1/reports/{}/export?format=csv", report.id))
        .await;
    assert!(
        csv.body
            .starts_with(b"section,name,value\r\nfigure,K-factor,0.000\r\n")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn days_that_can_not_be_reported_are_named() {
    let app = TestApp::new().await;
    let client = caller(&app).await;
    for (body, pointer) in [
        (json!({ "type": "custom", "from": "2026-03-01" }), "/to"),
        (json!({ "type": "weekly", "to": "2026-03-01" }), "/to"),
        (
            json!({ "type": "custom", "from": "2026-03-01", "to": "2026-03-16" }),
            "/to",
        ),
        (
            json!({ "type": "custom", "from": "2026-03-02", "to": "2026-03-01" }),
            "/from",
        ),
        (
            json!({ "type": "custom", "from": "2025-03-01", "to": "2026-03-15" }),
            "/from",
        ),
        (
            json!({ "type": "weekly", "time_zone": "Mars/Olympus" }),
            "/time_zone",
        ),
        (json!({ "type": "daily" }), "/type"),
        (json!({ "type": "weekly", "colour": "red" }), "/colour"),
    ] {
        let problem = client.post("/v1/reports", &body).await;
        let pointers: Vec<Value> = problem.json()["errors"]
            .as_array()
            .map(|errors| errors.iter().map(|one| one["pointer"].clone()).collect())
            .unwrap_or_default();
        assert!(
            pointers.contains(&json!(pointer)),
            "{body}: {:#}",
            problem.json()
        );
    }
    let mut conn = app.db().connection().await;
    assert_eq!(number(&mut conn, "SELECT count(*) FROM reports").await, 0);
    assert_eq!(number(&mut conn, "SELECT count(*) FROM jobs").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_are_listed_by_type_newest_first() {
    let app = TestApp::new().await;
    let client = caller(&app).await;
    for report_type in ["weekly", "monthly", "weekly"] {
        app.clock.advance(TimeDelta::minutes(1));
        report(&app, &client, &json!({ "type": report_type })).await;
    }
    let all: Page<Report> = client.get("/v1/reports").await.read();
    assert_eq!(all.items.len(), 3);
    assert!(all.items.is_sorted_by(|a, b| a.created_at > b.created_at));
    let weekly: Page<Report> = client.get("/v1/reports?type=weekly&limit=1").await.read();
    assert_eq!(weekly.items.len(), 1);
    assert!(weekly.next_cursor.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_report_is_made_once_a_minute() {
    let app = TestApp::new().await;
    let client = caller(&app).await;
    let ask = async |body: Value| -> Report { client.post("/v1/reports", &body).await.read() };
    let weekly = json!({ "type": "weekly" });
    let (one, other) = tokio::join!(ask(weekly.clone()), ask(weekly.clone()));
    assert_eq!(one.id, other.id);
    let elsewhere = ask(json!({ "type": "weekly", "time_zone": BERLIN })).await;
    assert_ne!(elsewhere.id, one.id);
    app.clock.advance(TimeDelta::seconds(60));
    assert_ne!(ask(weekly).await.id, one.id);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_whose_job_is_cancelled_says_so_and_another_can_be_asked_for() {
    let app = TestApp::new().await;
    let client = app.key(&["*"]).await;
    let weekly = json!({ "type": "weekly" });
    let asked: Report = client.post("/v1/reports", &weekly).await.read();
    let jobs = client.get("/v1/jobs?kind=generate_report").await.json();
    let job = jobs["items"][0]["id"].as_str().expect("a job");
    client
        .post(&format!("/v1/jobs/{job}/cancel"), &json!({}))
        .await
        .assert_status(200);
    let failed: Report = client
        .get(&format!("/v1/reports/{}", asked.id))
        .await
        .read();
    assert_eq!(failed.status, ReportStatus::Failed);
    assert!(
        failed
            .failure
            .is_some_and(|text| text.contains("cancelled"))
    );
    let again: Report = client.post("/v1/reports", &weekly).await.read();
    assert_ne!(again.id, asked.id);
}
