//! A made-up platform with much of what the guardrails look for: busy addresses, bursts over midnight, schools, records
//! ahead of their time.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::sql_query;
use diesel::sql_types::Jsonb;
use diesel_async::RunQueryDsl;
use rand::rngs::StdRng;
use rand::seq::{IndexedRandom, SliceRandom};
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};
use uuid::Uuid;
use viral_engine_api_types::events::EventType;
use viral_engine_api_types::inputs::{
    CreateOptOut, CreateParentShare, CreateProgressReel, CreateStudySession,
};
use viral_engine_db::inputs::{InputDay, InputKind, add_input_days};
use viral_engine_domain::clicks::{HitClass, Verdict};
use viral_engine_service::events::{Address, IncomingEvent, LinkReference, Outcome, Reported};
use viral_engine_service::users::resolve_or_create;
use viral_engine_service::{Caller, Context, inputs};
use viral_engine_test_support::TestApp;

use crate::world::event;

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
    pub async fn store(mut self, app: &TestApp) {
        self.store_inputs(&app.context).await;
        let links = self.store_links(app).await;
        self.store_events(app, &links).await;
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
        let count = *self.pick(&[1, 1, 1, 3, 4, 12]);
        (0..count)
            .map(|_| {
                time += TimeDelta::milliseconds(self.random.random_range(0..9_000));
                time
            })
            .collect()
    }

    fn clicks(&mut self, links: &[Uuid]) -> Vec<IncomingEvent> {
        let ip = self.random.random_range(0..25_u8);
        let device = self.random.random_range(0..60);
        let (has_ip, has_device) = (self.random.random_bool(0.9), self.random.random_bool(0.9));
        let times = self.click_times();
        times
            .into_iter()
            .map(|at| {
                let shared = u32::from(self.random.random_bool(0.1));
                let mut click = event(EventType::Click, at);
                click.device = has_device.then(|| format!("device-{}", device + shared));
                click.address = has_ip.then(|| Address {
                    hash: [ip; 16],
                    prefix: NETWORKS[usize::from(ip) % NETWORKS.len()].to_owned(),
                });
                click.has_cookie = self.random.random_bool(0.5);
                if self.random.random_bool(0.7) {
                    click.link = LinkReference::Id(*self.pick(links));
                }
                if let Some(hit) = &mut click.hit {
                    hit.visitors = vec![format!("visitor-{device}")];
                    let settled = [HitClass::Bot, HitClass::Preview].map(Verdict::Settled);
                    hit.verdict = match self.random.random_range(0..5) {
                        0 => *self.pick(&settled),
                        _ => Verdict::Candidate,
                    };
                }
                click.reported = self.reported("referrer", 12, None);
                click
            })
            .collect()
    }

    fn conversions(&mut self) -> Vec<IncomingEvent> {
        let reported = self.reported("referrer", 12, None);
        let count = *self.pick(&[1, 2, 4]);
        (0..count)
            .map(|_| {
                let mut conversion = event(EventType::Conversion, self.time());
                conversion.reported = reported.clone();
                conversion
            })
            .collect()
    }

    fn invitation(&mut self) -> IncomingEvent {
        let mut invitation = event(EventType::InviteSent, self.time());
        let referee = format!("invited-{}", self.random.random_range(0..20));
        invitation.reported = self.reported("referrer", 12, Some(referee));
        invitation
    }

    fn reported(
        &mut self,
        kind: &str,
        count: u32,
        referee: Option<String>,
    ) -> Option<Box<Reported>> {
        Some(Box::new(Reported {
            referrer: Some(format!("{kind}-{}", self.random.random_range(0..count))),
            referee,
            ..Reported::default()
        }))
    }

    /// In any order and in batches, as events arrive.
    async fn store_events(&mut self, app: &TestApp, links: &[Uuid]) {
        let mut events = Vec::new();
        for _ in 0..250 {
            events.extend(self.clicks(links));
        }
        for _ in 0..60 {
            events.extend(self.conversions());
            events.push(self.invitation());
        }
        events.shuffle(&mut self.random);
        for batch in events.chunks(200) {
            let outcomes = app.clicks.ingest.store(batch.to_vec()).await;
            let outcomes = outcomes.expect("stored");
            assert!(
                outcomes
                    .iter()
                    .all(|one| matches!(one, Outcome::Accepted { .. }))
            );
        }
    }

    fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        items.choose(&mut self.random).expect("something to pick")
    }

    /// Links of all days: minted ones would all be of today.
    async fn store_links(&mut self, app: &TestApp) -> Vec<Uuid> {
        let mut conn = app.db().connection().await;
        let minters = ["minter-0", "minter-1", "minter-2"];
        let known = resolve_or_create(&mut conn, self.now, minters)
            .await
            .expect("users");
        let mut ids = Vec::new();
        let mut rows = Vec::new();
        let mut days = Vec::new();
        for index in 0..40 {
            let id = Uuid::now_v7();
            let created_at = self.time();
            let source = *self.pick(&["buddy_challenge", "results_rally"]);
            let minter = known[*self.pick(&minters)].id;
            ids.push(id);
            rows.push(json!({
                "id": id, "token": format!("token-{index}"), "referrer_id": minter, "source": source,
                "target_url": "https://learn.example.org/", "channel": "copy", "campaign": "spring", "metadata": {},
                "signature": "", "created_at": created_at, "expires_at": created_at + TimeDelta::days(90), "version": 1,
            }));
            days.push(InputDay {
                day: created_at.date_naive(),
                kind: InputKind::Link,
                total: 1,
                flagged: 0,
                weight: 0,
            });
        }
        sql_query("INSERT INTO links SELECT * FROM jsonb_populate_recordset(NULL::links, $1)")
            .bind::<Jsonb, _>(Value::Array(rows))
            .execute(&mut conn)
            .await
            .expect("links");
        add_input_days(&mut conn, &days).await.expect("sums");
        ids
    }

    async fn store_inputs(&mut self, context: &Context) {
        let caller = Caller::system();
        let person =
            |random: &mut StdRng, kind: &str| format!("{kind}-{}", random.random_range(0..15));
        let mut shares = Vec::new();
        for _ in 0..70 {
            let note = *self.pick(&["well done", "call 415-555-2671", "ask ann@example.com"]);
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
}
