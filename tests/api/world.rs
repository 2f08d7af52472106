//! What the tests of links, redirect and events have in common.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use diesel::sql_query;
use diesel::sql_types::Text;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;
use viral_engine_api_types::events::{EventOrigin, EventType};
use viral_engine_api_types::links::{Channel, CreateLink, Link};
use viral_engine_domain::clicks::Verdict;
use viral_engine_domain::event_id;
use viral_engine_service::Caller;
use viral_engine_service::events::{Address, Hit, IncomingEvent, LinkReference, Reported};
use viral_engine_service::links::create_link;
use viral_engine_test_support::{TestApp, TestClient};

/// A user old enough to share links.
pub async fn adult(app: &TestApp, external_id: &str) {
    user(app, external_id, "adult").await;
}

/// A user with this age band.
pub async fn user(app: &TestApp, external_id: &str, age_band: &str) {
    sql_query(
        "INSERT INTO users (id, external_id, persona, age_band, created_at, updated_at) \
         VALUES (gen_random_uuid(), $1, 'parent', $2, now(), now())",
    )
    .bind::<Text, _>(external_id)
    .bind::<Text, _>(age_band)
    .execute(&mut *app.db().connection().await)
    .await
    .expect("a user");
}

/// The body that mints a link of `referrer`.
pub fn link_body(referrer: &str) -> CreateLink {
    CreateLink {
        referrer: referrer.to_owned(),
        source: "buddy_challenge".to_owned(),
        target_url: "https://learn.example.org/join?lang=en".to_owned(),
        channel: Channel::Whatsapp,
        campaign: None,
        metadata: None,
        expires_in_days: None,
        max_clicks: None,
        alias: None,
        utm_medium: None,
    }
}

/// A link of `referrer`, who is made an adult.
pub async fn link(app: &TestApp, referrer: &str) -> Link {
    link_with(app, referrer, |_| {}).await
}

/// The same with changes.
pub async fn link_with(
    app: &TestApp,
    referrer: &str,
    change: impl FnOnce(&mut CreateLink),
) -> Link {
    adult(app, referrer).await;
    let mut body = link_body(referrer);
    change(&mut body);
    create_link(&app.context, &Caller::system(), body)
        .await
        .expect("a link")
}

/// Numbers that look random and are the same in every run (xorshift64*, Vigna 2016).
pub struct Dice(pub u64);

impl Dice {
    /// A number below `bound`.
    pub fn roll(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16) % bound
    }

    /// One of the items.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.roll(items.len() as u64) as usize]
    }

    /// The items in another order.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for index in (1..items.len()).rev() {
            items.swap(index, self.roll(index as u64 + 1) as usize);
        }
    }
}

/// An event of the API with nothing but its type and time.
pub fn event(event_type: EventType, at: DateTime<Utc>) -> IncomingEvent {
    let random: [u8; 10] = std::array::from_fn(|index| Uuid::now_v7().as_bytes()[6 + index % 10]);
    IncomingEvent {
        id: event_id::at(at, &random),
        event_type,
        origin: EventOrigin::Api,
        occurred_at: at,
        received_at: at,
        link: LinkReference::None,
        click_id: None,
        address: None,
        device: None,
        has_cookie: false,
        agent: None,
        hit: (event_type == EventType::Click).then(|| Hit {
            verdict: Verdict::Candidate,
            reject_reason: None,
            visitors: Vec::new(),
            issued: None,
            genuine: true,
        }),
        reported: Some(Box::default()),
    }
}

/// A click of a device on a link.
pub fn click(at: DateTime<Utc>, link: &Link, device: &str, ip: u8) -> IncomingEvent {
    let mut event = event(EventType::Click, at);
    event.link = LinkReference::Id(link.id.0);
    event.device = Some(device.to_owned());
    event.address = Some(Address {
        hash: [ip; 16],
        prefix: format!("10.0.{ip}.0/24"),
    });
    if let Some(hit) = &mut event.hit {
        hit.visitors = vec![device.to_owned()];
    }
    event
}

/// A conversion of `referee` by a link.
pub fn conversion(at: DateTime<Utc>, link: &Link, referee: &str) -> IncomingEvent {
    let mut event = event(EventType::Conversion, at);
    event.link = LinkReference::Token(link.token.clone());
    event.reported = Some(Box::new(Reported {
        referee: Some(referee.to_owned()),
        ..Reported::default()
    }));
    event
}

/// A browser that people use.
pub const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/// A client that is this program, without credentials.
pub fn program(app: &TestApp, user_agent: &str) -> TestClient {
    app.anonymous().with_header("user-agent", user_agent)
}

/// Asks until a statement answers this number.
///
/// # Panics
/// When it does not within a minute.
pub async fn until(app: &TestApp, sql: &str, expected: i64) {
    let begun = std::time::Instant::now();
    loop {
        let answered = number(&mut *app.db().connection().await, sql).await;
        if answered == expected {
            return;
        }
        let late = begun.elapsed() > std::time::Duration::from_secs(60);
        assert!(!late, "{sql}: {answered}, not {expected}");
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
}

/// A number that a statement answers.
pub async fn number(conn: &mut AsyncPgConnection, sql: &str) -> i64 {
    #[derive(diesel::QueryableByName)]
    struct Number {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        number: i64,
    }
    let sql = format!("SELECT ({sql})::bigint AS number");
    sql_query(sql)
        .get_result::<Number>(conn)
        .await
        .expect("a number")
        .number
}

/// Texts that a statement answers, one a row.
pub async fn texts(conn: &mut AsyncPgConnection, sql: &str) -> Vec<String> {
    #[derive(diesel::QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        text: String,
    }
    let sql = format!("SELECT r::text AS text FROM ({sql}) r");
    let rows: Vec<Row> = sql_query(sql).load(conn).await.expect("rows");
    rows.into_iter().map(|row| row.text).collect()
}

/// An agent's name.
pub fn agent(name: &str) -> Option<Arc<str>> {
    Some(Arc::from(name))
}
