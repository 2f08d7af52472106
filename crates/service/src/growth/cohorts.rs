//! Users by the week of their sign-up: what they brought, and whether they came back.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate, TimeDelta};
use diesel_async::AsyncPgConnection;
use viral_engine_api_types::growth::{GrowthCohort, GrowthCohorts, Retention};
use viral_engine_api_types::users::Persona;
use viral_engine_db::growth::{self as db, CohortQuestion, CohortRow, RetentionRow};
use viral_engine_domain::growth::{KSums, LEAST_PEOPLE};
use viral_engine_domain::guardrails::Thresholds;
use viral_engine_domain::statistics::{mean_two_decimals, percent, round_to, wilson_interval_95};
use viral_engine_domain::time_window::{TimeWindow, day_of, day_start};

use super::invite_origin;
use super::k_factor::{in_percent, shown};
use super::request::invites_from;
use crate::answers::{Answers, Computation, KeptAnswers, Key, Question};
use crate::error::{ServiceError, ServiceResult};

/// What counts for a cohort happened within so long after a user's sign-up.
const HORIZON: TimeDelta = TimeDelta::days(28);

impl Computation for GrowthCohorts {
    const MAY_LAG: bool = true;

    fn thresholds(_: &Thresholds) -> [f64; 3] {
        [0.0; 3]
    }

    fn kept(answers: &Answers) -> &KeptAnswers<Key, Self> {
        &answers.cohorts
    }

    async fn compute(conn: &mut AsyncPgConnection, question: &Question) -> ServiceResult<Self> {
        let time_zone = question.time_zone;
        let today = day_of(question.now, time_zone);
        let weeks = weeks(today, question.growth.number);
        let (Some(first), Some(last)) = (weeks.first(), weeks.last()) else {
            return Err(ServiceError::Internal("cohorts of no week".to_owned()));
        };
        let (from, to) = (
            day_start(*first, time_zone),
            day_start(*last + Days::new(7), time_zone),
        );
        let persona = question.growth.filter.persona;
        let asked = CohortQuestion {
            from,
            to,
            time_zone: time_zone.name(),
            persona: persona.map(Persona::as_str),
        };
        let window = TimeWindow::new(from, question.now.max(from + TimeDelta::seconds(1)))
            .map_err(|error| ServiceError::Internal(error.to_string()))?;
        let setting = question.growth.invites_from_links;
        let origin = invite_origin(conn, setting, &window).await?;
        let flagged = question.flagged_referrers(conn, window).await?;
        let brought = db::cohorts(conn, asked, origin, &flagged).await?;
        let has_activities = db::has_activities(conn, from).await?;
        let returned = match has_activities {
            true => db::retention(conn, asked, today).await?,
            false => Vec::new(),
        };
        let mut by_week: BTreeMap<NaiveDate, Vec<RetentionRow>> = BTreeMap::new();
        for row in returned {
            by_week.entry(row.week).or_default().push(row);
        }
        let cohort = |week: &NaiveDate| {
            let brought = brought.iter().find(|row| row.week == *week);
            let end = day_start(*week + Days::new(7), time_zone);
            let returned = by_week.remove(week).unwrap_or_default();
            cohort(*week, brought, &returned, end + HORIZON > question.now)
        };
        Ok(Self {
            time_zone: time_zone.name().to_owned(),
            persona,
            traffic: question.growth.filter.traffic,
            invites_from: invites_from(origin),
            has_activities,
            cohorts: weeks.iter().map(cohort).collect(),
        })
    }
}

/// The Mondays of so many weeks up to today's, oldest first.
fn weeks(today: NaiveDate, count: u32) -> Vec<NaiveDate> {
    let monday = today - Days::new(u64::from(today.weekday().num_days_from_monday()));
    let back = (0..u64::from(count)).rev();
    back.map(|weeks| monday - Days::new(7 * weeks)).collect()
}

fn cohort(
    week: NaiveDate,
    brought: Option<&CohortRow>,
    returned: &[RetentionRow],
    immature: bool,
) -> GrowthCohort {
    let size = brought.map_or(0, |row| row.size);
    // What is told of everybody's return must not give away what a small part of them did.
    let part = |is_referred| {
        returned
            .iter()
            .filter(move |row| row.is_referred == is_referred)
    };
    let is_suppressed = size.unsigned_abs() < LEAST_PEOPLE;
    let row = brought.filter(|_| !is_suppressed);
    let users = size.unsigned_abs();
    let k = |row: &CohortRow| KSums {
        inviters: users,
        people: users,
        conversions: row.conversions.unsigned_abs(),
        conversions_of_inviters: row.conversions.unsigned_abs(),
        squares: row.squares.unsigned_abs(),
        squares_of_inviters: row.squares.unsigned_abs(),
        cubes: row.cubes.unsigned_abs(),
    };
    let sums = row.map(k);
    GrowthCohort {
        week,
        size,
        is_suppressed,
        invites: row.map(|row| row.invites),
        conversions: row.map(|row| row.conversions),
        invites_per_user: row.map(|row| mean_two_decimals(row.invites.unsigned_abs(), users)),
        k_factor: row.map(|row| round_to(row.conversions as f64 / users as f64, 3)),
        k_interval: sums.and_then(|sums| Some(shown(sums.interval_95()?, 3))),
        k_interval_is_rough: sums.is_some_and(|sums| !sums.suffices()),
        immature,
        referred: part(true).map(retention).collect(),
        unreferred: part(false).map(retention).collect(),
    }
}

fn retention(row: &RetentionRow) -> Retention {
    let (users, active) = (row.users.unsigned_abs(), row.active.unsigned_abs());
    let is_shown = users >= LEAST_PEOPLE;
    Retention {
        day: row.nth.unsigned_abs(),
        users: row.users,
        active: if is_shown { row.active } else { 0 },
        rate: is_shown.then(|| percent(active, users)),
        interval: wilson_interval_95(active, users)
            .filter(|_| is_shown)
            .map(in_percent),
        immature: row.users < row.size,
    }
}
