//! How fast events are taken in by bulk calls, against a COPY of the very rows that come of them, into a table of the same columns,
//! partitions and indexes.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use diesel_async::{AsyncConnection as _, AsyncPgConnection, RunQueryDsl as _};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use reqwest::Method;
use serde_json::Value;

use crate::engine::Engine;
use crate::report;
use crate::traffic::Traffic;

/// Events of a call.
const BULK: usize = 5_000;

/// Partitions of the copied table as those of the events.
const PARTITIONS: &str = "
SELECT format('CREATE TABLE %I PARTITION OF copied_events %s', 'copied_' || part.relname, pg_get_expr(part.relpartbound, part.oid)) AS sql
FROM pg_inherits JOIN pg_class part ON part.oid = inhrelid WHERE inhparent = 'events'::regclass";

/// Takes in so many events by so many calls at a time, then copies them.
pub async fn run(binary: &Path, events: usize, clients: usize) -> Result<()> {
    let engine = Engine::start(binary).await?;
    let mut traffic = Traffic::begin(&engine, StdRng::seed_from_u64(1)).await?;
    let bodies: Vec<Value> = (0..events.div_ceil(BULK))
        .map(|_| traffic.events(BULK))
        .collect();
    let reported = report_all(&engine, &bodies, clients).await?;
    let (rows, copied) = copy_all(&engine).await?;
    ensure!(rows == bodies.len() * BULK, "{rows} rows were copied");
    let rate = |time: Duration| rows as f64 / time.as_secs_f64();
    report::heading("Bulk reports")?;
    let row = |name: &str, time| {
        let ratio = rate(time) / rate(copied);
        vec![
            name.to_owned(),
            format!("{:.0}", rate(time)),
            format!("{ratio:.2}"),
        ]
    };
    report::table(
        &["", "events/s", "to COPY"],
        &[
            row(
                &format!("bulk calls of {BULK}, {clients} at a time"),
                reported,
            ),
            row("COPY into the same table with the same indexes", copied),
        ],
    )
}

async fn report_all(engine: &Engine, bodies: &[Value], clients: usize) -> Result<Duration> {
    let begun = Instant::now();
    stream::iter(bodies)
        .map(|body| async move {
            let answer = engine
                .call(Method::POST, "/v1/events/bulk", Some(body))
                .await?;
            ensure!(
                answer["accepted"] == BULK,
                "events were refused: {}",
                answer["rejected"]
            );
            Ok(())
        })
        .buffer_unordered(clients)
        .try_collect::<()>()
        .await?;
    Ok(begun.elapsed())
}

/// Rows, and how long their COPY took.
async fn copy_all(engine: &Engine) -> Result<(usize, Duration)> {
    #[derive(diesel::QueryableByName)]
    struct Statement {
        #[diesel(sql_type = diesel::sql_types::Text)]
        sql: String,
    }
    let folder = tempfile::Builder::new().prefix("ve-bench-").tempdir()?;
    // PostgreSQL runs as a user of its own.
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o777))?;
    let file = folder.path().join("events");
    let file = file.display();
    let mut conn = AsyncPgConnection::establish(&engine.database_url()?).await?;
    let like =
        "CREATE TABLE copied_events (LIKE events INCLUDING ALL) PARTITION BY RANGE (occurred_at)";
    diesel::sql_query(like).execute(&mut conn).await?;
    let partitions: Vec<Statement> = diesel::sql_query(PARTITIONS).load(&mut conn).await?;
    for partition in partitions {
        diesel::sql_query(partition.sql).execute(&mut conn).await?;
    }
    // In the order in which they were taken in.
    let out = format!("COPY (SELECT * FROM events ORDER BY received_at, id) TO '{file}'");
    diesel::sql_query(out).execute(&mut conn).await?;
    let begun = Instant::now();
    let rows = diesel::sql_query(format!("COPY copied_events FROM '{file}'"))
        .execute(&mut conn)
        .await?;
    Ok((rows, begun.elapsed()))
}
