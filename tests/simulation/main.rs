//! Guardrails against the truth: a simulated platform is loaded through the use cases that real traffic takes, and
//! every figure of every answer over HTTP is compared with what was planted.

mod compare;
mod retention;

use std::ops::Range;

use chrono::{DateTime, TimeDelta, Utc};
use viral_engine_api_types::guardrails::{CurrentAlerts, HealthHistory};
use viral_engine_api_types::system::About;
use viral_engine_service::{ServiceError, events, simulation};
use viral_engine_simulator::{Simulation, SimulationPlan, simulate};
use viral_engine_test_support::TestApp;

use compare::{ask, compare};

/// Small, and still with several of everything.
fn plan(seed: u64, days: u32, end: DateTime<Utc>) -> SimulationPlan {
    let mut plan = SimulationPlan::new(seed, 60, days, end);
    plan.planted.farms = 4 + (seed % 5) as u32;
    plan.planted.bots = 3 + (seed % 4) as u32;
    plan.planted.schools = 3;
    plan.planted.anomalies = 3 + (seed % 3) as u32;
    plan.planted.leaks = 6 + (seed % 10) as u32;
    plan.planted.near_misses = 1 + (seed % 2) as u32;
    plan
}

pub async fn load(app: &TestApp, simulation: &Simulation) -> Result<(), ServiceError> {
    let ingest = events::start_ingest(&app.context).expect("a writer");
    let loaded = simulation::load(&app.context, &ingest, simulation).await;
    ingest.shutdown().await;
    loaded
}

/// A platform whose last day ends at noon, asked in the evening.
#[allow(
    clippy::print_stdout,
    reason = "a failing test shows its output, so this names the seed"
)]
async fn every_figure_is_the_truth(seeds: Range<u64>, days: u32) {
    for seed in seeds {
        println!("seed {seed}");
        let app = TestApp::new().await;
        let simulation = simulate(plan(seed, days, app.clock.now())).expect("a world");
        load(&app, &simulation).await.expect("the world is loaded");
        app.clock.advance(TimeDelta::hours(6));
        let client = app.key(&["*"]).await;
        for days in [1, 3, 7, days] {
            compare(&client, &simulation.truth_of_days(days)).await;
        }
        let current: CurrentAlerts = ask(&client, "/v1/guardrails/alerts").await;
        let alerts = simulation.truth().alerts;
        assert_eq!(
            compare::types(&current.alerts),
            compare::true_types(&alerts)
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_figure_is_the_truth_over_nine_days() {
    every_figure_is_the_truth(0..4, 9).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_figure_is_the_truth_over_seventeen_days() {
    every_figure_is_the_truth(4..8, 17).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_figure_is_the_truth_over_thirty_days() {
    every_figure_is_the_truth(8..12, 30).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_loaded_platform_has_a_history_and_says_that_it_is_made_up() {
    let app = TestApp::new().await;
    let simulation = simulate(plan(1, 12, app.clock.now())).expect("a world");
    load(&app, &simulation).await.expect("the world is loaded");
    let client = app.key(&["*"]).await;
    let history: HealthHistory = ask(&client, "/v1/guardrails/history?days=12").await;
    assert_eq!(history.snapshots.len(), 5 * 4 + 1);
    let last = history.snapshots.last().map(|one| one.health_score);
    assert_eq!(last, Some(simulation.truth_of_days(7).health.health_score));
    let about: About = ask(&client, "/v1/about").await;
    assert!(about.demo_data);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_platform_is_not_loaded_twice() {
    let app = TestApp::new().await;
    assert!(simulation::is_empty(&app.context).await.expect("an answer"));
    let simulation = simulate(plan(1, 9, app.clock.now())).expect("a world");
    load(&app, &simulation).await.expect("the world is loaded");
    assert!(!simulation::is_empty(&app.context).await.expect("an answer"));
    let again = load(&app, &simulation).await;
    assert!(matches!(again, Err(ServiceError::Conflict(_))), "{again:?}");
}
