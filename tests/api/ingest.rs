//! Ingest against its twin: whatever arrives in whatever order, the rollups equal what plain SQL and a plain loop
//! make of the stored events.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use diesel::sql_types::{BigInt, Date, Nullable, Text, Timestamptz};
use diesel::{QueryableByName, sql_query};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use viral_engine_api_types::events::EventType;
use viral_engine_api_types::links::Link;
use viral_engine_domain::clicks::{HitClass, Verdict};
use viral_engine_service::events::{IncomingEvent, Reported, ensure_bursts, start_ingest};
use viral_engine_test_support::TestApp;

use crate::world::{Dice, adult, agent, click, conversion, event, link, number, texts};

/// A rollup and the statement that makes the same of the events.
const TWINS: &[(&str, &str)] = &[
    (
        "SELECT day, ip_hash, ip_prefix, clicks, devices, max_device_clicks, first_seen, last_seen FROM rollup_ip_days",
        "WITH clicks AS (
            SELECT occurred_at::date AS day, ip_hash, ip_prefix, device_fingerprint AS device, occurred_at FROM events
            WHERE type = 'click' AND class IN ('human', 'duplicate') AND ip_hash IS NOT NULL
         ), devices AS (
            SELECT day, ip_hash, device, count(*) AS clicks FROM clicks WHERE device IS NOT NULL GROUP BY 1, 2, 3
         )
         SELECT c.day, c.ip_hash, min(c.ip_prefix), count(*),
                (SELECT count(*) FROM devices d WHERE d.day = c.day AND d.ip_hash = c.ip_hash),
                coalesce((SELECT max(clicks) FROM devices d WHERE d.day = c.day AND d.ip_hash = c.ip_hash), 0),
                min(c.occurred_at), max(c.occurred_at)
         FROM clicks c GROUP BY c.day, c.ip_hash",
    ),
    (
        "SELECT day, ip_hash, device_fingerprint, clicks FROM rollup_ip_device_days",
        "SELECT occurred_at::date, ip_hash, device_fingerprint, count(*) FROM events
         WHERE type = 'click' AND class IN ('human', 'duplicate') AND ip_hash IS NOT NULL AND device_fingerprint IS NOT NULL
         GROUP BY 1, 2, 3",
    ),
    (
        "SELECT day, referrer_id, clicks, human, conversions FROM rollup_referrer_days",
        "SELECT occurred_at::date, referrer_id, count(*) FILTER (WHERE type = 'click'), count(*) FILTER (WHERE class = 'human'),
                count(*) FILTER (WHERE type = 'conversion')
         FROM events WHERE referrer_id IS NOT NULL
           AND ((type = 'click' AND class IN ('human', 'duplicate')) OR type = 'conversion')
         GROUP BY 1, 2",
    ),
    (
        "SELECT day, link_id, human, duplicate, bot, preview, prefetch, rejected, conversions FROM rollup_link_days",
        "SELECT occurred_at::date, link_id, count(*) FILTER (WHERE class = 'human'), count(*) FILTER (WHERE class = 'duplicate'),
                count(*) FILTER (WHERE class = 'bot'), count(*) FILTER (WHERE class = 'preview'),
                count(*) FILTER (WHERE class = 'prefetch'), count(*) FILTER (WHERE class = 'rejected'),
                count(*) FILTER (WHERE type = 'conversion')
         FROM events WHERE link_id IS NOT NULL AND type IN ('click', 'conversion') GROUP BY 1, 2",
    ),
    (
        "SELECT day, source, human, duplicate, bot, preview, prefetch, rejected, invites, conversions, activations
         FROM rollup_source_days",
        "SELECT occurred_at::date, CASE WHEN reject_reason = 'forged' THEN '' ELSE coalesce(l.source, '') END,
                count(*) FILTER (WHERE class = 'human'), count(*) FILTER (WHERE class = 'duplicate'),
                count(*) FILTER (WHERE class = 'bot'), count(*) FILTER (WHERE class = 'preview'),
                count(*) FILTER (WHERE class = 'prefetch'), count(*) FILTER (WHERE class = 'rejected'),
                count(*) FILTER (WHERE type = 'invite_sent'), count(*) FILTER (WHERE type = 'conversion'),
                count(*) FILTER (WHERE type = 'activation')
         FROM events e LEFT JOIN links l ON l.id = e.link_id
         WHERE reject_reason IS NULL OR type = 'click' GROUP BY 1, 2",
    ),
    (
        "SELECT quarter, source, human, visitors FROM rollup_click_quarters",
        "SELECT date_bin('15 minutes', occurred_at, '2000-01-01'), CASE WHEN reject_reason = 'forged' THEN '' ELSE coalesce(l.source, '') END,
                count(*), count(*) FILTER (WHERE new_visitor)
         FROM events e LEFT JOIN links l ON l.id = e.link_id WHERE class = 'human' GROUP BY 1, 2",
    ),
    (
        "SELECT occurred_at::date, device_fingerprint, 1 FROM events WHERE new_visitor AND device_fingerprint IS NOT NULL",
        "SELECT DISTINCT occurred_at::date, device_fingerprint, 1 FROM events WHERE class = 'human' AND device_fingerprint IS NOT NULL",
    ),
    (
        "SELECT day, device_fingerprint, human FROM rollup_device_days WHERE human > 0",
        "SELECT occurred_at::date, device_fingerprint, count(*) FROM events
         WHERE class = 'human' AND device_fingerprint IS NOT NULL GROUP BY 1, 2",
    ),
    (
        "SELECT day, user_id, first_at, last_at FROM rollup_reached_days",
        "SELECT occurred_at::date, referee_id, min(occurred_at), max(occurred_at) FROM events
         WHERE type = 'invite_sent' AND referee_id IS NOT NULL GROUP BY 1, 2",
    ),
    (
        "SELECT day, sum(total), sum(flagged) FROM rollup_input_days WHERE kind = 'link' GROUP BY day",
        "SELECT created_at::date, count(*), count(*) FILTER (WHERE id IN (SELECT link_id FROM events WHERE class = 'human'))
         FROM links GROUP BY 1",
    ),
    (
        "SELECT id FROM links WHERE first_clicked_at IS NOT NULL",
        "SELECT DISTINCT link_id FROM events WHERE class = 'human' AND link_id IS NOT NULL",
    ),
];

pub async fn assert_rollups_equal_events(conn: &mut AsyncPgConnection, min_clicks: usize) {
    for (rollup, twin) in TWINS {
        let (mut kept, mut made) = (texts(conn, rollup).await, texts(conn, twin).await);
        kept.sort();
        made.sort();
        assert_eq!(kept, made, "{rollup}");
    }
    assert_eq!(stored_devices(conn).await, devices(conn, min_clicks).await);
}

type Device = (i64, DateTime<Utc>, DateTime<Utc>, Option<i64>, Option<i64>);

#[derive(QueryableByName)]
struct DeviceRow {
    #[diesel(sql_type = Date)]
    day: NaiveDate,
    #[diesel(sql_type = Text)]
    device_fingerprint: String,
    #[diesel(sql_type = BigInt)]
    clicks: i64,
    #[diesel(sql_type = Timestamptz)]
    first_seen: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    last_seen: DateTime<Utc>,
    #[diesel(sql_type = Nullable<BigInt>)]
    fastest_burst_us: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    border_burst_us: Option<i64>,
}

async fn stored_devices(conn: &mut AsyncPgConnection) -> BTreeMap<(NaiveDate, String), Device> {
    let rows: Vec<DeviceRow> = sql_query("SELECT * FROM rollup_device_days")
        .load(conn)
        .await
        .expect("rows");
    rows.into_iter()
        .map(|row| {
            let device = (
                row.clicks,
                row.first_seen,
                row.last_seen,
                row.fastest_burst_us,
                row.border_burst_us,
            );
            ((row.day, row.device_fingerprint), device)
        })
        .collect()
}

#[derive(QueryableByName)]
struct Click {
    #[diesel(sql_type = Text)]
    device: String,
    #[diesel(sql_type = Timestamptz)]
    at: DateTime<Utc>,
}

/// The rollup of devices by a plain loop over all clicks.
async fn devices(
    conn: &mut AsyncPgConnection,
    min_clicks: usize,
) -> BTreeMap<(NaiveDate, String), Device> {
    let clicks: Vec<Click> = sql_query(
        "SELECT device_fingerprint AS device, occurred_at AS at FROM events
         WHERE type = 'click' AND class IN ('human', 'duplicate') AND device_fingerprint IS NOT NULL ORDER BY 1, 2",
    )
    .load(conn)
    .await
    .expect("clicks");
    let mut rows: BTreeMap<(NaiveDate, String), Device> = BTreeMap::new();
    for clicks in clicks.chunk_by(|a, b| a.device == b.device) {
        for click in clicks {
            let row = rows
                .entry((click.at.date_naive(), click.device.clone()))
                .or_insert((0, click.at, click.at, None, None));
            row.0 += 1;
            row.2 = click.at;
        }
        for burst in clicks.windows(min_clicks) {
            let (begin, end) = (&burst[0], &burst[min_clicks - 1]);
            let span = end.at - begin.at;
            if span > TimeDelta::seconds(60) {
                continue;
            }
            let us = span.num_microseconds().expect("a minute at most");
            let row = rows
                .get_mut(&(end.at.date_naive(), end.device.clone()))
                .expect("a row of the last click");
            let kept = if begin.at.date_naive() == end.at.date_naive() {
                &mut row.3
            } else {
                &mut row.4
            };
            *kept = Some(kept.map_or(us, |least| least.min(us)));
        }
    }
    rows
}

/// What came of one of these events, or of a click that never arrives.
fn outcome_of(dice: &mut Dice, events: &[IncomingEvent], nth: usize) -> IncomingEvent {
    let parent = dice.pick(events);
    let event_type = *dice.pick(&[EventType::Conversion, EventType::Activation]);
    let mut outcome = event(event_type, parent.occurred_at + TimeDelta::seconds(5));
    outcome.click_id = Some(parent.id);
    outcome.reported = Some(Box::new(Reported {
        referee: Some(format!("newcomer-{nth}")),
        referrer: (dice.roll(4) == 0).then(|| "dora".to_owned()),
        ..Reported::default()
    }));
    outcome
}

/// Events of three days, most of them around the two midnights, in bursts of a few devices.
fn stream(dice: &mut Dice, links: &[Link], count: usize) -> Vec<IncomingEvent> {
    let midnight: DateTime<Utc> = "2026-03-15T00:00:00Z".parse().expect("a time");
    let mut events = Vec::with_capacity(count);
    while events.len() < count {
        let day = TimeDelta::days(dice.roll(2) as i64);
        let around = match dice.roll(3) {
            0 => TimeDelta::seconds(dice.roll(40) as i64 - 20),
            _ => TimeDelta::seconds(dice.roll(40_000) as i64 - 20_000),
        };
        let begin = midnight + day + around;
        let device = format!("device-{}", dice.roll(6));
        for _ in 0..=dice.roll(6) {
            let at = begin + TimeDelta::microseconds(dice.roll(12_000_000) as i64);
            events.push(random_event(dice, links, at, &device));
        }
    }
    let of_clicks: Vec<IncomingEvent> = (0..count / 8)
        .map(|nth| outcome_of(dice, &events, nth))
        .collect();
    events.extend(of_clicks);
    dice.shuffle(&mut events);
    events
}

fn random_event(dice: &mut Dice, links: &[Link], at: DateTime<Utc>, device: &str) -> IncomingEvent {
    let link = dice.pick(links);
    let referee = format!("referee-{}", dice.roll(40));
    match dice.roll(20) {
        0 => conversion(at, link, &referee),
        1 | 2 => {
            let mut invitation = event(EventType::InviteSent, at);
            invitation.link = conversion(at, link, &referee).link;
            invitation.reported = Some(Box::new(Reported {
                referee: Some(referee),
                ..Reported::default()
            }));
            invitation
        }
        3 => {
            let mut settled = click(at, link, device, dice.roll(3) as u8);
            settled.agent = agent("Googlebot");
            if let Some(hit) = &mut settled.hit {
                hit.verdict = Verdict::Settled(*dice.pick(&[
                    HitClass::Bot,
                    HitClass::Preview,
                    HitClass::Prefetch,
                    HitClass::Rejected,
                ]));
                hit.genuine = dice.roll(2) == 0;
                hit.reject_reason = (!hit.genuine).then_some("forged");
            }
            settled
        }
        4 => {
            let mut nameless = click(at, link, device, dice.roll(3) as u8);
            nameless.device = None;
            nameless
        }
        5 => {
            let mut placeless = click(at, link, device, 0);
            placeless.address = None;
            placeless
        }
        _ => click(at, link, device, dice.roll(3) as u8),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rollups_equal_a_recomputation_whatever_the_order_and_the_batches() {
    for seed in 1..=3 {
        let app = TestApp::new().await;
        let mut dice = Dice(seed);
        let links = [
            link(&app, "ada").await,
            link(&app, "bob").await,
            link(&app, "cleo").await,
        ];
        // Two nodes, each with its writer.
        let other = start_ingest(&app.context).expect("a second writer");
        let mut events = stream(&mut dice, &links, 1_200);
        let mut waiting = Vec::new();
        while !events.is_empty() {
            let size = 1 + dice.roll(80) as usize;
            let batch = events.split_off(events.len().saturating_sub(size));
            let node = match dice.roll(2) {
                0 => app.clicks.ingest.clone(),
                _ => other.clone(),
            };
            waiting.push(tokio::spawn(async move { node.store(batch).await }));
            if dice.roll(3) == 0 {
                for batch in waiting.drain(..) {
                    batch.await.expect("a task").expect("stored");
                }
            }
        }
        for batch in waiting {
            batch.await.expect("a task").expect("stored");
        }
        let mut conn = app.db().connection().await;
        assert!(number(&mut conn, "SELECT count(*) FROM events").await > 1_000);
        assert_rollups_equal_events(&mut conn, 3).await;
        assert_duplicates_are_exact(&mut conn).await;
        assert_outcomes_follow_their_clicks(&mut conn).await;
    }
}

/// An outcome has the link of the click it names and credits the same user, unless it names another itself.
async fn assert_outcomes_follow_their_clicks(conn: &mut AsyncPgConnection) {
    let of_clicks =
        "SELECT count(*) FROM events o JOIN events c ON c.id = o.click_id AND c.type = 'click'";
    assert!(number(conn, of_clicks).await > 50);
    let astray = format!(
        "{of_clicks} WHERE o.link_id IS DISTINCT FROM c.link_id
           OR (o.referrer_id IS DISTINCT FROM c.referrer_id
               AND o.referrer_id IS DISTINCT FROM (SELECT id FROM users WHERE external_id = 'dora'))"
    );
    assert_eq!(number(conn, &astray).await, 0);
}

/// No two people's clicks of a visitor on a link are within an hour, and every duplicate is within an hour of one.
async fn assert_duplicates_are_exact(conn: &mut AsyncPgConnection) {
    let twice = "SELECT count(*) FROM events a JOIN events b USING (link_id, device_fingerprint)
                 WHERE a.class = 'human' AND b.class = 'human' AND a.id < b.id
                   AND abs(extract(epoch FROM a.occurred_at - b.occurred_at)) <= 3600";
    assert_eq!(number(conn, twice).await, 0);
    let orphans = "SELECT count(*) FROM events d WHERE d.class = 'duplicate' AND NOT EXISTS (
                       SELECT FROM events h WHERE h.class = 'human' AND h.link_id = d.link_id
                         AND abs(extract(epoch FROM h.occurred_at - d.occurred_at)) <= 3600)";
    assert_eq!(number(conn, orphans).await, 0);
    assert!(
        number(
            conn,
            "SELECT count(*) FROM events WHERE class = 'duplicate'"
        )
        .await
            > 0
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hot_devices_late_clicks_find_their_neighbours_among_thousands() {
    let app = TestApp::new().await;
    let link = link(&app, "ada").await;
    let begin: DateTime<Utc> = "2026-03-14T23:59:30Z".parse().expect("a time");
    let at = |millis: i64| begin + TimeDelta::milliseconds(millis);
    // 20 clicks a second for a minute, and then two late ones that span all of them.
    let crowd = (0..1_200)
        .map(|n| click(at(n * 50), &link, "hot", 1))
        .collect();
    app.clicks.ingest.store(crowd).await.expect("stored");
    let late = vec![
        click(at(25), &link, "hot", 1),
        click(at(59_925), &link, "hot", 1),
    ];
    app.clicks.ingest.store(late).await.expect("stored");
    let mut conn = app.db().connection().await;
    assert_rollups_equal_events(&mut conn, 3).await;
    let fastest = "SELECT min(fastest_burst_us) FROM rollup_device_days";
    assert_eq!(number(&mut conn, fastest).await, 50_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_number_of_clicks_in_a_burst_rebuilds_the_rollup_at_the_start() {
    let app = TestApp::new().await;
    let link = link(&app, "ada").await;
    let mut dice = Dice(9);
    let events = stream(&mut dice, std::slice::from_ref(&link), 400);
    app.clicks.ingest.store(events).await.expect("stored");
    let mut other = app.context.clone();
    let mut config = (*other.config).clone();
    config.thresholds.bot_detection_min_clicks = 5;
    other.config = config.into();
    ensure_bursts(&other).await.expect("a rollup");
    let writer = start_ingest(&other).expect("a writer");
    let late = vec![click(
        "2026-03-15T00:00:01Z".parse().expect("a time"),
        &link,
        "device-1",
        1,
    )];
    writer.store(late).await.expect("stored");
    // The first node goes on with the number that is stored, whatever its own configuration.
    let more = stream(&mut dice, std::slice::from_ref(&link), 100);
    app.clicks.ingest.store(more).await.expect("stored");
    let mut conn = app.db().connection().await;
    assert_rollups_equal_events(&mut conn, 5).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_referee_is_credited_once_under_concurrency() {
    let app = TestApp::new().await;
    let link = link(&app, "ada").await;
    adult(&app, "newcomer").await;
    let other = start_ingest(&app.context).expect("a second writer");
    let calls = (0..40).map(|n| {
        let node = if n % 2 == 0 {
            app.clicks.ingest.clone()
        } else {
            other.clone()
        };
        let event = conversion(app.clock.now(), &link, "newcomer");
        tokio::spawn(async move { node.store(vec![event]).await.expect("an answer") })
    });
    let mut accepted = Vec::new();
    let mut duplicates = Vec::new();
    for call in calls.collect::<Vec<_>>() {
        match call.await.expect("a task").remove(0) {
            viral_engine_service::events::Outcome::Accepted { id, .. } => accepted.push(id),
            viral_engine_service::events::Outcome::Duplicate(id) => duplicates.push(id),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(accepted.len(), 1);
    assert!(duplicates.iter().all(|id| *id == accepted[0]));
    let mut conn = app.db().connection().await;
    assert_eq!(number(&mut conn, "SELECT count(*) FROM events").await, 1);
    assert_rollups_equal_events(&mut conn, 3).await;
}
