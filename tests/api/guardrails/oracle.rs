//! What the guardrails must answer: every stored row, read once, and the plainest way to count in `domain`.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use diesel::sql_types::{BigInt, Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel::{QueryableByName, sql_query};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use ipnet::IpNet;
use uuid::Uuid;
use viral_engine_domain::guardrails::bots::{DeviceActivity, bot_like_devices};
use viral_engine_domain::guardrails::conversion_anomalies::{
    ConversionAnomalies, ReferrerEvent, ReferrerEventKind, classify, conversions_per_day,
    totals_per_referrer,
};
use viral_engine_domain::guardrails::coppa::{Compliance, ComplianceCounts};
use viral_engine_domain::guardrails::opt_outs::{
    ExplicitOptOuts, OptOutCounts, StudySessionCounts,
};
use viral_engine_domain::guardrails::suspicious_clicks::{
    SuspiciousClicks, classify_groups, group_by_day_and_ip,
};
use viral_engine_domain::guardrails::{Click, Thresholds};
use viral_engine_domain::time_window::TimeWindow;

#[derive(QueryableByName)]
struct ClickRow {
    #[diesel(sql_type = Timestamptz)]
    occurred_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Text>)]
    ip: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    ip_prefix: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    device: Option<String>,
    #[diesel(sql_type = Bool)]
    has_cookie: bool,
}

#[derive(QueryableByName)]
struct ReferrerRow {
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = SqlUuid)]
    referrer: Uuid,
    #[diesel(sql_type = Timestamptz)]
    occurred_at: DateTime<Utc>,
}

/// A share, reel, session, link or opt-out.
#[derive(QueryableByName)]
struct Record {
    #[diesel(sql_type = Timestamptz)]
    at: DateTime<Utc>,
    #[diesel(sql_type = BigInt)]
    figure: i64,
    #[diesel(sql_type = Integer)]
    violations: i32,
}

#[derive(QueryableByName)]
struct Person {
    #[diesel(sql_type = Timestamptz)]
    at: DateTime<Utc>,
    #[diesel(sql_type = SqlUuid)]
    user_id: Uuid,
}

#[derive(QueryableByName)]
struct Network {
    #[diesel(sql_type = Text)]
    network: String,
}

const COUNTED: &str = "type = 'click' AND class IN ('human', 'duplicate')";

/// Everything stored.
pub struct Oracle {
    clicks: Vec<Click>,
    referrer_events: Vec<ReferrerEvent>,
    shares: Vec<Record>,
    reels: Vec<Record>,
    sessions: Vec<Record>,
    links: Vec<Record>,
    opt_outs: Vec<Person>,
    reached: Vec<Person>,
}

/// Opt-outs of a window.
#[derive(Debug, PartialEq)]
pub struct OptOutFigures {
    pub shares: OptOutCounts,
    pub links: OptOutCounts,
    pub sessions: StudySessionCounts,
    pub opt_outs: usize,
    pub explicit: ExplicitOptOuts,
}

impl Oracle {
    pub async fn load(conn: &mut AsyncPgConnection) -> Self {
        let networks: Vec<IpNet> = sql_query("SELECT network FROM institution_networks")
            .load::<Network>(conn)
            .await
            .expect("networks")
            .iter()
            .map(|row| row.network.parse().expect("a network"))
            .collect();
        let clicks = sql_query(format!(
            "SELECT occurred_at, encode(ip_hash, 'hex') AS ip, ip_prefix, device_fingerprint AS device, has_cookie
             FROM events WHERE {COUNTED}"
        ));
        let clicks: Vec<ClickRow> = clicks.load(conn).await.expect("clicks");
        let referrers = sql_query(format!(
            "SELECT type AS kind, referrer_id AS referrer, occurred_at FROM events
             WHERE referrer_id IS NOT NULL AND (type = 'conversion' OR {COUNTED})"
        ));
        let referrers: Vec<ReferrerRow> = referrers.load(conn).await.expect("events");
        Self {
            clicks: clicks.into_iter().map(|row| click(row, &networks)).collect(),
            referrer_events: referrers.into_iter().map(referrer_event).collect(),
            shares: records(conn, "SELECT shared_at AS at, view_count AS figure, violations FROM parent_shares").await,
            reels: records(conn, "SELECT created_at AS at, 0::bigint AS figure, violations FROM progress_reels").await,
            sessions: records(
                conn,
                "SELECT started_at AS at, cardinality(participant_ids)::bigint AS figure, 0 AS violations FROM study_sessions",
            )
            .await,
            links: records(
                conn,
                "SELECT created_at AS at, (first_clicked_at IS NOT NULL)::int::bigint AS figure, 0 AS violations FROM links",
            )
            .await,
            opt_outs: people(conn, "SELECT at, user_id FROM opt_outs").await,
            reached: people(
                conn,
                "SELECT shared_at AS at, parent_id AS user_id FROM parent_shares
                 UNION ALL SELECT started_at, unnest(invited_ids) FROM study_sessions
                 UNION ALL SELECT occurred_at, referee_id FROM events WHERE type = 'invite_sent' AND referee_id IS NOT NULL",
            )
            .await,
        }
    }

    pub fn clicks(&self, window: &TimeWindow) -> usize {
        let inside = |click: &&Click| window.contains(click.occurred_at);
        self.clicks.iter().filter(inside).count()
    }

    pub fn has_clicks_after(&self, now: DateTime<Utc>) -> bool {
        self.clicks.iter().any(|click| click.occurred_at > now)
    }

    pub fn suspicious_clicks(
        &self,
        window: &TimeWindow,
        tz: Tz,
        thresholds: &Thresholds,
    ) -> SuspiciousClicks {
        classify_groups(group_by_day_and_ip(&self.clicks, window, tz), thresholds)
    }

    pub fn bots(&self, window: &TimeWindow, thresholds: &Thresholds) -> Vec<DeviceActivity> {
        bot_like_devices(&self.clicks, window, thresholds)
    }

    pub fn conversion_anomalies(
        &self,
        window: &TimeWindow,
        tz: Tz,
        thresholds: &Thresholds,
    ) -> ConversionAnomalies {
        let events = &self.referrer_events;
        let days = conversions_per_day(events, window, tz);
        classify(days, totals_per_referrer(events, window), thresholds)
    }

    pub fn opt_outs(&self, window: &TimeWindow) -> OptOutFigures {
        let figures = |records: &[Record]| -> Vec<u64> {
            let inside = records.iter().filter(|record| window.contains(record.at));
            inside.map(|record| record.figure.unsigned_abs()).collect()
        };
        let inside = |people: &[Person]| -> Vec<Uuid> {
            let inside = people.iter().filter(|person| window.contains(person.at));
            inside.map(|person| person.user_id).collect()
        };
        OptOutFigures {
            shares: OptOutCounts::of(figures(&self.shares)),
            links: OptOutCounts::of(figures(&self.links)),
            sessions: StudySessionCounts::of(figures(&self.sessions)),
            opt_outs: inside(&self.opt_outs).len(),
            explicit: ExplicitOptOuts {
                opted_out: distinct(inside(&self.opt_outs)),
                reached: distinct(inside(&self.reached)),
            },
        }
    }

    pub fn compliance(&self, window: &TimeWindow) -> Compliance {
        let counts = |records: &[Record]| {
            let inside = records.iter().filter(|record| window.contains(record.at));
            inside.fold(ComplianceCounts::default(), |counts, record| {
                ComplianceCounts {
                    checked: counts.checked + 1,
                    violating: counts.violating + u64::from(record.violations > 0),
                }
            })
        };
        Compliance {
            parent_shares: counts(&self.shares),
            progress_reels: counts(&self.reels),
        }
    }
}

fn click(row: ClickRow, networks: &[IpNet]) -> Click {
    let prefix: Option<IpNet> = row
        .ip_prefix
        .map(|prefix| prefix.parse().expect("a network"));
    Click {
        occurred_at: row.occurred_at,
        ip: row.ip,
        device: row.device,
        on_institution_network: prefix
            .is_some_and(|prefix| networks.iter().any(|network| network.contains(&prefix))),
        has_cookie: row.has_cookie,
    }
}

fn referrer_event(row: ReferrerRow) -> ReferrerEvent {
    ReferrerEvent {
        kind: match row.kind.as_str() {
            "conversion" => ReferrerEventKind::Conversion,
            _ => ReferrerEventKind::Click,
        },
        referrer: row.referrer,
        occurred_at: row.occurred_at,
    }
}

fn distinct(mut ids: Vec<Uuid>) -> u64 {
    ids.sort_unstable();
    ids.dedup();
    ids.len() as u64
}

async fn records(conn: &mut AsyncPgConnection, sql: &str) -> Vec<Record> {
    sql_query(sql).load(conn).await.expect("records")
}

async fn people(conn: &mut AsyncPgConnection, sql: &str) -> Vec<Person> {
    sql_query(sql).load(conn).await.expect("people")
}
