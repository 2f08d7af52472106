//! Following links, as the public does.

mod changes;
mod hits;
mod refusals;
mod targets;

use diesel::sql_query;
use diesel_async::RunQueryDsl;
use viral_engine_api_types::links::Link;
use viral_engine_test_support::test_client::Answer;
use viral_engine_test_support::{TestApp, TestClient};

use crate::world::{FIREFOX, program};

async fn follow(client: &TestClient, link: &Link) -> Answer {
    client.get(&format!("/l/{}", link.token)).await
}

async fn execute(app: &TestApp, sql: &str) {
    let mut conn = app.db().connection().await;
    sql_query(sql).execute(&mut conn).await.expect(sql);
}

/// Follows the link until the answer has this status: other nodes are told of changes, which takes a moment.
async fn until_status(app: &TestApp, link: &Link, status: u16) {
    let begun = std::time::Instant::now();
    loop {
        let answer = program(app, FIREFOX)
            .head(&format!("/l/{}", link.token))
            .await;
        if answer.status == status {
            return;
        }
        let late = begun.elapsed() > std::time::Duration::from_secs(20);
        assert!(!late, "{} and not {status} after 20 s", answer.status);
    }
}
