//! Who came back, beside who was made to.

use std::collections::BTreeSet;

use anyhow::Result;
use chrono::NaiveDate;
use viral_engine_api_types::growth::{GrowthCohort, Retention};
use viral_engine_service::Context;
use viral_engine_service::growth::{GrowthRequest, get_growth_cohorts};
use viral_engine_simulator::{RetentionTruth, Truth};

use super::super::explained;
use super::detectors::Score;

/// Weeks of sign-ups that are asked for: the most that there can be.
const WEEKS: i64 = 53;
/// Of fewer people nothing is told.
const LEAST_PEOPLE: u64 = 10;

/// Scores the figures of all weeks of sign-ups that the engine tells. A figure is found if people and those who came back are
/// as many as planted.
pub(super) async fn score(context: &Context, truth: &Truth) -> Result<Score> {
    let request = GrowthRequest::default();
    let answer = get_growth_cohorts(context, &request, Some(WEEKS))
        .await
        .map_err(explained)?;
    let weeks: BTreeSet<NaiveDate> = answer.cohorts.iter().map(|cohort| cohort.week).collect();
    let is_told = |one: &&RetentionTruth| one.users >= LEAST_PEOPLE && weeks.contains(&one.week);
    let planted = truth.retention.iter().filter(is_told);
    let planted = planted.map(|one| {
        format!(
            "{:?}",
            (one.week, one.is_referred, one.day, one.users, one.active)
        )
    });
    let found = answer.cohorts.iter().flat_map(figures);
    Ok(Score::of("retention", &planted.collect(), &found.collect()))
}

fn figures(cohort: &GrowthCohort) -> impl Iterator<Item = String> {
    let told = |one: &&Retention| one.rate.is_some();
    let figure = |is_referred: bool| {
        move |one: &Retention| {
            format!(
                "{:?}",
                (cohort.week, is_referred, one.day, one.users, one.active)
            )
        }
    };
    let referred = cohort.referred.iter().filter(told).map(figure(true));
    referred.chain(cohort.unreferred.iter().filter(told).map(figure(false)))
}
