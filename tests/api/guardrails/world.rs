//! A made-up platform with much of what the guardrails look for: busy addresses, bursts over midnight, schools, records
//! ahead of their time.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::sql_query;
use diesel::sql_types::Jsonb;
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};
use uuid::Uuid;
use viral_engine_api_types::inputs::{
    CreateOptOut, CreateParentShare, CreateProgressReel, CreateStudySession,
};
use viral_engine_db::inputs::{Reached, record_reached};
use viral_engine_db::partitions::{ensure_month, month_of};
use viral_engine_service::{Caller, Context, inputs, users};

/// Days of the world before its now.
const DAYS: i64 = 12;

/// Networks of which some may be marked as an institution's.
pub const NETWORKS: [&str; 3] = ["203.0.113.0/24", "198.51.100.0/24", "2001:db8:5::/48"];

/// Makes everything up, from a seed.
pub struct World {
    random: StdRng,
    now: DateTime<Utc>,
}

impl World {
    pub fn new(seed: u64, now: DateTime<Utc>) -> Self {
        Self {
            random: StdRng::seed_from_u64(seed),
            now,
        }
    }

    /// Stores the world.
    pub async fn store(mut self, context: &Context) {
        self.store_inputs(context).await;
        let mut conn = context.connection().await.expect("a connection");
        let links = self.store_links(context, &mut conn).await;
        self.store_events(context, &mut conn, &links).await;
        conn.batch_execute(include_str!("recompute.sql"))
            .await
            .expect("the rollups are computed");
    }

    /// A time within the world; now and then bunched around a midnight, or a little ahead of now.
    fn time(&mut self) -> DateTime<Utc> {
        let midnight = self
            .now
            .date_naive()
            .and_time(chrono::NaiveTime::MIN)
            .and_utc();
        let second = match self.random.random_range(0..10) {
            0..3 => {
                let day = TimeDelta::days(self.random.random_range(0..3));
                midnight - day + TimeDelta::seconds(self.random.random_range(-20..20))
            }
            3 => self.now + TimeDelta::seconds(self.random.random_range(-300..299)),
            _ => self.now - TimeDelta::seconds(self.random.random_range(0..DAYS * 86_400)),
        };
        second + TimeDelta::microseconds(self.random.random_range(0..1_000_000))
    }

    /// Half of all clicks come in bunches, as bots make them.
    fn click_times(&mut self) -> Vec<DateTime<Utc>> {
        let mut time = self.time();
        let count = *[1, 1, 1, 3, 4, 12]
            .choose(&mut self.random)
            .expect("a count");
        (0..count)
            .map(|_| {
                time += TimeDelta::milliseconds(self.random.random_range(0..9_000));
                time
            })
            .collect()
    }

    fn clicks(&mut self, referrers: &[Uuid], links: &[Uuid]) -> Vec<Value> {
        let ip = self.random.random_range(0..25_usize);
        let device = self.random.random_range(0..60);
        let has_ip = self.random.random_bool(0.9);
        let has_device = self.random.random_bool(0.9);
        let times = self.click_times();
        times
            .into_iter()
            .map(|at| {
                let class = ["human", "human", "duplicate", "bot", "preview"];
                let device = if self.random.random_bool(0.1) {
                    device + 1
                } else {
                    device
                };
                event(json!({
                    "type": "click",
                    "class": class.choose(&mut self.random),
                    "occurred_at": at,
                    "ip_hash": has_ip.then(|| format!("\\x{ip:032x}")),
                    "ip_prefix": has_ip.then(|| NETWORKS[ip % NETWORKS.len()]),
                    "device_fingerprint": has_device.then(|| format!("device-{device}")),
                    "has_cookie": self.random.random_bool(0.5),
                    "referrer_id": referrers.choose(&mut self.random),
                    "link_id": links.choose(&mut self.random),
                }))
            })
            .collect()
    }

    fn conversions(&mut self, referrers: &[Uuid]) -> Vec<Value> {
        let referrer = referrers.choose(&mut self.random);
        let count = *[1, 2, 4].choose(&mut self.random).expect("a count");
        (0..count)
            .map(|_| {
                let at = self.time();
                event(json!({ "type": "conversion", "occurred_at": at, "referrer_id": referrer }))
            })
            .collect()
    }

    async fn store_events(
        &mut self,
        context: &Context,
        conn: &mut AsyncPgConnection,
        links: &[Uuid],
    ) {
        let referrers = self.people(context, conn, "referrer", 12).await;
        let invited = self.people(context, conn, "invited", 20).await;
        let mut events = Vec::new();
        for _ in 0..250 {
            events.extend(self.clicks(&referrers, links));
        }
        for _ in 0..60 {
            events.extend(self.conversions(&referrers));
        }
        let mut reached = Vec::new();
        for _ in 0..60 {
            let at = self.time();
            let user_id = *invited.choose(&mut self.random).expect("somebody");
            reached.push(Reached { user_id, at });
            events.push(event(
                json!({ "type": "invite_sent", "occurred_at": at, "referee_id": user_id }),
            ));
        }
        for months in 0..3 {
            let month = month_of(self.now) - chrono::Months::new(1) + chrono::Months::new(months);
            ensure_month(conn, month).await.expect("a partition");
        }
        insert(conn, "events", events).await;
        // One at a time and in any order, as they arrive.
        for one in reached {
            record_reached(conn, &[one]).await.expect("recorded");
        }
    }

    async fn store_links(&mut self, context: &Context, conn: &mut AsyncPgConnection) -> Vec<Uuid> {
        let referrers = self.people(context, conn, "minter", 3).await;
        let mut ids = Vec::new();
        let mut rows = Vec::new();
        for index in 0..40 {
            let id = Uuid::now_v7();
            let clicked = self.random.random_bool(0.6);
            let created_at = self.time();
            ids.push(id);
            rows.push(json!({
                "id": id, "token": format!("token-{index}"), "referrer_id": referrers.choose(&mut self.random),
                "source": (["buddy_challenge", "results_rally"].choose(&mut self.random)),
                "target_url": "https://learn.example.org/", "channel": "copy", "campaign": "spring", "metadata": {},
                "signature": "", "created_at": created_at, "expires_at": created_at + TimeDelta::days(90),
                "first_clicked_at": clicked.then_some(created_at), "version": 1,
            }));
        }
        insert(conn, "links", rows).await;
        ids
    }

    async fn store_inputs(&mut self, context: &Context) {
        let caller = Caller::system();
        let person =
            |random: &mut StdRng, kind: &str| format!("{kind}-{}", random.random_range(0..15));
        let mut shares = Vec::new();
        for _ in 0..70 {
            let note = *["well done", "call 415-555-2671", "ask ann@example.com"]
                .choose(&mut self.random)
                .expect("a note");
            shares.push(Ok(CreateParentShare {
                parent: person(&mut self.random, "parent"),
                student: person(&mut self.random, "student"),
                share_data: json!({ "note": note }),
                shared_at: Some(self.time()),
            }));
        }
        let stored = inputs::create_parent_shares(context, &caller, shares)
            .await
            .expect("shares");
        for share in stored.into_iter().step_by(2) {
            let id = share.expect("a share").id;
            inputs::record_parent_share_view(context, &caller, id)
                .await
                .expect("a view");
        }
        let reels = (0..50)
            .map(|index| {
                let data = if index % 4 == 0 {
                    json!({ "full_name": "Ann Lee" })
                } else {
                    json!({ "score": index })
                };
                Ok(CreateProgressReel {
                    student: person(&mut self.random, "student"),
                    reel_data: data,
                    created_at: Some(self.time()),
                })
            })
            .collect();
        let stored = inputs::create_progress_reels(context, &caller, reels).await;
        assert!(stored.expect("reels").iter().all(Result::is_ok));
        let sessions = (0..40)
            .map(|_| {
                let count = self.random.random_range(0..4);
                Ok(CreateStudySession {
                    host: person(&mut self.random, "student"),
                    participants: (0..count).map(|n| format!("student-{n}")).collect(),
                    invited: (0..count)
                        .map(|_| person(&mut self.random, "friend"))
                        .collect(),
                    started_at: Some(self.time()),
                })
            })
            .collect();
        let stored = inputs::create_study_sessions(context, &caller, sessions).await;
        assert!(stored.expect("sessions").iter().all(Result::is_ok));
        let opt_outs = (0..25)
            .map(|_| {
                Ok(CreateOptOut {
                    user: person(&mut self.random, "parent"),
                    scope: "email".to_owned(),
                    at: Some(self.time()),
                })
            })
            .collect();
        let stored = inputs::create_opt_outs(context, &caller, opt_outs).await;
        assert!(stored.expect("opt-outs").iter().all(Result::is_ok));
    }

    async fn people(
        &self,
        context: &Context,
        conn: &mut AsyncPgConnection,
        kind: &str,
        count: usize,
    ) -> Vec<Uuid> {
        let names: Vec<_> = (0..count).map(|index| format!("{kind}-{index}")).collect();
        let known = users::resolve_or_create(conn, context.now(), names.iter().map(String::as_str))
            .await
            .expect("users");
        names.iter().map(|name| known[name].id.0).collect()
    }
}

/// An event with what every event has.
pub fn event(fields: Value) -> Value {
    let mut event = json!({
        "id": Uuid::now_v7(), "received_at": fields["occurred_at"], "origin": "api", "has_cookie": false,
    });
    if let (Value::Object(event), Value::Object(fields)) = (&mut event, fields) {
        event.extend(fields);
    }
    event
}

/// Stores rows, given as JSON objects of their columns.
pub async fn insert(conn: &mut AsyncPgConnection, table: &str, rows: Vec<Value>) {
    sql_query(format!(
        "INSERT INTO {table} SELECT * FROM jsonb_populate_recordset(NULL::{table}, $1)"
    ))
    .bind::<Jsonb, _>(Value::Array(rows))
    .execute(conn)
    .await
    .expect("rows");
}
