//! Faults: the engine and PostgreSQL are killed under load, and every answered redirect is stored once.
//!
//! The engine is the real binary with its own PostgreSQL in a folder of its own.

mod drain;
mod engine;
mod load;

use std::time::Duration;

use anyhow::{Context as _, Result};
use drain::{KeepAliveLoad, KeptConnection, Then};
use engine::Engine;
use load::Load;

/// Kills of the engine: each restart costs about a second, and durability is worth it.
const ENGINE_KILLS: usize = 20;
/// Kills of PostgreSQL.
const POSTGRES_KILLS: usize = 5;

#[tokio::test(flavor = "multi_thread")]
async fn every_answered_redirect_survives_kills_of_the_engine() -> Result<()> {
    let mut engine = Engine::start().await?;
    let link = engine.mint_link().await?;
    let load = Load::start(&link);
    for kill in 0..ENGINE_KILLS {
        load.wait_for_answers(20)
            .await
            .with_context(|| format!("before kill {kill}"))?;
        tokio::time::sleep(Duration::from_millis(u64::try_from(kill * 37 % 200)?)).await;
        engine.kill_and_restart().await?;
    }
    load.wait_for_answers(20).await?;
    expect_each_once(&engine, load.stop().await).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answered_redirect_survives_kills_of_postgresql() -> Result<()> {
    let engine = Engine::start().await?;
    let link = engine.mint_link().await?;
    let load = Load::start(&link);
    for kill in 0..POSTGRES_KILLS {
        load.wait_for_answers(200)
            .await
            .with_context(|| format!("before kill {kill}"))?;
        engine.kill_postgres()?;
        // Redirects go on from the cache and the log while the database comes back.
        load.wait_for_answers(200)
            .await
            .with_context(|| format!("after kill {kill}"))?;
        engine.wait_until_ready().await?;
    }
    expect_each_once(&engine, load.stop().await).await
}

#[tokio::test(flavor = "multi_thread")]
async fn no_request_is_cut_off_when_the_engine_is_asked_to_stop_under_load() -> Result<()> {
    let mut engine = Engine::start().await?;
    let link = engine.mint_link().await?;
    let link = link
        .trim_start_matches("http://")
        .replacen(engine.address(), "", 1);
    let mut late = KeptConnection::open(engine.address(), "/healthz").await?;
    assert_eq!(late.ask().await?, Then::Ask);
    let load = KeepAliveLoad::start(engine.address(), &[&link, "/healthz", "/openapi.json"], 16);
    load.wait_for_answers(1_000).await?;
    engine.ask_to_stop()?;
    // Whoever asks only after the signal, on a connection that idled, is answered too.
    while late.ask().await? == Then::Ask {}
    load.finish().await?;
    assert_eq!(engine.exit_code()?, Some(0));
    Ok(())
}

/// Waits until the log is drained, then compares click ids; a hit may be stored without its answer having arrived.
async fn expect_each_once(engine: &Engine, answered: Vec<String>) -> Result<()> {
    let mut stored = engine.stored_clicks().await?;
    for _ in 0..150 {
        if answered.iter().all(|id| stored.contains_key(id)) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
        stored = engine.stored_clicks().await?;
    }
    let lost = answered
        .iter()
        .filter(|id| !stored.contains_key(*id))
        .count();
    let doubled = stored.values().filter(|count| **count > 1).count();
    assert!(!answered.is_empty());
    assert_eq!(
        (lost, doubled),
        (0, 0),
        "(lost, doubled) of {} answered",
        answered.len()
    );
    Ok(())
}
