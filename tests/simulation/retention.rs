//! Who came back, beside who was made to.

use viral_engine_api_types::growth::{GrowthCohorts, Retention};
use viral_engine_simulator::{PlantedPlan, RetentionTruth, SimulationPlan, simulate};
use viral_engine_test_support::TestApp;

use super::compare::ask;
use super::load;

/// Of fewer people nothing is told.
const LEAST_PEOPLE: u64 = 10;

#[tokio::test(flavor = "multi_thread")]
async fn who_came_back_is_told_as_it_was_planted() {
    let app = TestApp::new().await;
    let plan = SimulationPlan {
        links_per_user: 2.0,
        crawlers_per_link: 0.0,
        planted: PlantedPlan::default(),
        ..SimulationPlan::new(3, 700, 12, app.clock.now())
    };
    let simulation = simulate(plan).expect("a world");
    load(&app, &simulation).await.expect("the world is loaded");
    let client = app.key(&["*"]).await;
    let answer: GrowthCohorts = ask(&client, "/v1/metrics/cohorts?weeks=53").await;
    let truth = simulation.truth().retention;
    let (mut told, mut of_referred) = (0, 0);
    for cohort in &answer.cohorts {
        for (is_referred, found) in [(true, &cohort.referred), (false, &cohort.unreferred)] {
            let planted = truth
                .iter()
                .filter(|one| one.week == cohort.week && one.is_referred == is_referred);
            let planted: Vec<_> = planted.map(of_truth).collect();
            let found: Vec<_> = found.iter().filter_map(of_engine).collect();
            assert_eq!(found, planted, "{} {is_referred}", cohort.week);
            told += planted.iter().filter(|one| one.2.is_some()).count();
            of_referred += if is_referred { planted.len() } else { 0 };
        }
    }
    assert!(told > 60 && of_referred > 1, "{told} {of_referred}");
}

/// Day, people, and how many of them came back if that may be told.
fn of_truth(one: &RetentionTruth) -> (u64, u64, Option<u64>) {
    let is_told = one.users >= LEAST_PEOPLE;
    (one.day, one.users, is_told.then_some(one.active))
}

fn of_engine(one: &Retention) -> Option<(u64, u64, Option<u64>)> {
    let active = one.rate.is_some().then(|| one.active.unsigned_abs());
    // Where the day is over for nobody, the truth says nothing.
    (one.users > 0).then_some((one.day.into(), one.users.unsigned_abs(), active))
}
