//! Distinct users of any days, from counts that are kept as users are reached: in any order, at the same time.

use std::collections::BTreeSet;

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use uuid::Uuid;
use viral_engine_db::inputs::{Reached, count_reached, record_reached};
use viral_engine_service::users::resolve_or_create;
use viral_engine_test_support::TestApp;

const WRITERS: usize = 4;
const EACH: usize = 120;
const USERS: usize = 12;
/// Longer than any gap that counts.
const DAYS: u64 = 230;

fn first_day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2025, 9, 1).expect("a day")
}

#[tokio::test(flavor = "multi_thread")]
async fn distinct_users_of_any_days_are_counted_whatever_the_order_and_the_writers() {
    let app = TestApp::new().await;
    let names: Vec<String> = (0..USERS).map(|index| format!("user-{index}")).collect();
    let known = resolve_or_create(
        &mut *app.db().connection().await,
        app.clock.now(),
        names.iter().map(String::as_str),
    )
    .await
    .expect("users");
    let users: Vec<Uuid> = known.values().map(|user| user.id.0).collect();
    let mut random = StdRng::seed_from_u64(5);
    let all: Vec<Vec<Reached>> = (0..WRITERS)
        .map(|_| (0..EACH).map(|_| reached(&mut random, &users)).collect())
        .collect();
    let writers = all.iter().cloned().map(|list| {
        let database = app.db().database().clone();
        tokio::spawn(async move {
            for batch in list.chunks(7) {
                store(&database, batch).await;
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.expect("it wrote");
    }
    let mut conn = app.db().connection().await;
    for _ in 0..200 {
        let first = random.random_range(0..DAYS);
        let last = (first + random.random_range(0..91)).min(DAYS - 1);
        let days = [first, last].map(|day| first_day() + Days::new(day));
        let expected: BTreeSet<Uuid> = all
            .iter()
            .flatten()
            .filter(|one| (days[0]..=days[1]).contains(&one.at.date_naive()))
            .map(|one| one.user_id)
            .collect();
        let counted = count_reached(&mut conn, days[0], days[1]).await;
        assert_eq!(counted.expect("a count"), expected.len() as i64, "{days:?}");
    }
}

async fn store(database: &viral_engine_db::Database, batch: &[Reached]) {
    use diesel_async::AsyncConnection;
    let mut conn = database.connection().await.expect("a connection");
    conn.transaction(async |conn| record_reached(conn, batch).await)
        .await
        .expect("recorded");
}

/// Users are reached on few days, so that gaps of all lengths appear.
fn reached(random: &mut StdRng, users: &[Uuid]) -> Reached {
    let at: DateTime<Utc> = first_day().and_time(chrono::NaiveTime::MIN).and_utc();
    Reached {
        user_id: users[random.random_range(0..users.len())],
        at: at + TimeDelta::seconds(random.random_range(0..DAYS as i64 * 86_400)),
    }
}
