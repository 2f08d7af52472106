//! How fast events are taken in by bulk calls, against a COPY of the very rows that come of them, into a table of the same columns,
//! partitions and indexes.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use reqwest::Method;
use serde_json::Value;

use crate::copy::{connect, copy_in, copy_out};
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
    let (accepted, reported) = report_all(&engine, &bodies, clients).await?;
    let (rows, copied) = copy_all(&engine).await?;
    ensure!(rows == accepted, "{rows} rows were copied of {accepted}");
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

/// How many events were accepted, and how long that took.
async fn report_all(engine: &Engine, bodies: &[Value], clients: usize) -> Result<(u64, Duration)> {
    let begun = Instant::now();
    let accepted = stream::iter(bodies)
        .map(|body| async move {
            let answer = engine
                .call(Method::POST, "/v1/events/bulk", Some(body))
                .await?;
            ensure!(
                answer["rejected"] == 0,
                "events were refused: {}",
                answer["rejected"]
            );
            answer["accepted"].as_u64().context("no count")
        })
        .buffer_unordered(clients)
        .try_fold(0, |sum, accepted| async move { Ok(sum + accepted) })
        .await?;
    Ok((accepted, begun.elapsed()))
}

/// Rows, and how long their COPY took.
async fn copy_all(engine: &Engine) -> Result<(u64, Duration)> {
    let folder = tempfile::Builder::new().prefix("ve-bench-").tempdir()?;
    let file = folder.path().join("events");
    let client = connect(&engine.database_url()?).await?;
    let like =
        "CREATE TABLE copied_events (LIKE events INCLUDING ALL) PARTITION BY RANGE (occurred_at)";
    client.batch_execute(like).await?;
    for partition in client.query(PARTITIONS, &[]).await? {
        let create: &str = partition.try_get(0)?;
        client.batch_execute(create).await?;
    }
    // In the order in which they were taken in.
    let out = "COPY (SELECT * FROM events ORDER BY received_at, id) TO STDOUT";
    copy_out(&client, out, &file).await?;
    let begun = Instant::now();
    let rows = copy_in(&client, "COPY copied_events FROM STDIN", &file).await?;
    Ok((rows, begun.elapsed()))
}
