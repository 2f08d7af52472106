//! Users grow older: whose age band has ended is in the next one.

use chrono::{Months, NaiveDate};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde::{Deserialize, Serialize};
use serde_json::json;
use viral_engine_api_types::users::AgeBand;
use viral_engine_db::users::{self as db, UserRow, lock_users_to_age};
use viral_engine_domain::consents::Gate;

use super::resolve::parse_age_band;
use crate::audit;
use crate::caller::Caller;
use crate::consents::{Aged, UserChanges};
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
use crate::jobs::JobPayload;

/// Users in one transaction.
const BATCH: i64 = 100;

/// Moves users on whose age band has ended.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdvanceAges {}

impl JobPayload for AdvanceAges {
    const KIND: &'static str = "advance_ages";
    const GATE: Gate = Gate::Nothing;
}

/// Moves users on whose age band has ended, and answers how many those were. Consents follow.
///
/// # Errors
/// When the database refuses; the next call goes on.
pub async fn advance_ages(context: &Context) -> ServiceResult<usize> {
    let mut conn = context.connection().await?;
    let mut advanced = 0;
    loop {
        let batch = conn
            .transaction(async |conn| advance_batch(conn, context).await)
            .await?;
        advanced += batch;
        if batch == 0 {
            return Ok(advanced);
        }
    }
}

async fn advance_batch(conn: &mut AsyncPgConnection, context: &Context) -> ServiceResult<usize> {
    let today = context.now().date_naive();
    let mut rows = lock_users_to_age(conn, today, BATCH).await?;
    let mut aged = Vec::with_capacity(rows.len());
    for row in &mut rows {
        aged.push(advance(row, today)?);
    }
    let followed = UserChanges {
        aged,
        ..UserChanges::default()
    };
    followed.guard(conn).await?;
    db::save_users(conn, &rows).await?;
    let caller = Caller::system();
    let changes = json!({ "fields": ["age_band", "band_until"] });
    let objects = rows.iter().map(|row| (row.id.to_string(), changes.clone()));
    let objects: Vec<_> = objects.collect();
    audit::record_each(conn, context, &caller, "advance_ages", "user", &objects).await?;
    followed.follow(conn, context, &caller).await?;
    Ok(rows.len())
}

/// The row in the band that is right today. Growing older is no sign of life: when it was changed stays.
fn advance(row: &mut UserRow, today: NaiveDate) -> ServiceResult<Aged> {
    let before = parse_age_band(&row.age_band)?;
    let (mut after, mut until) = (before, row.band_until);
    while let Some(end) = until.filter(|end| *end < today) {
        (after, until) = next(after, end)
            .ok_or_else(|| ServiceError::Internal(format!("the age band of user {}", row.id)))?;
    }
    row.age_band = after.as_str().to_owned();
    row.band_until = until;
    row.version += 1;
    Ok(Aged {
        user: row.id,
        before,
        after,
    })
}

/// The band behind one that ended on a day, and when it ends itself: at 13, 16 and 18 years.
fn next(band: AgeBand, ended: NaiveDate) -> Option<(AgeBand, Option<NaiveDate>)> {
    let years = |years: u32| ended.checked_add_months(Months::new(12 * years));
    match band {
        AgeBand::Under13 => Some((AgeBand::From13To15, Some(years(3)?))),
        AgeBand::From13To15 => Some((AgeBand::From16To17, Some(years(2)?))),
        AgeBand::From16To17 => Some((AgeBand::Adult, None)),
        AgeBand::Adult | AgeBand::Unknown => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn bands_end_at_13_16_and_18_with_the_same_quarter() {
        let ended = day("2026-06-30");
        let (band, until) = next(AgeBand::Under13, ended).expect("a band");
        assert_eq!(
            (band, until),
            (AgeBand::From13To15, Some(day("2029-06-30")))
        );
        let (band, until) = next(band, until.expect("an end")).expect("a band");
        assert_eq!(
            (band, until),
            (AgeBand::From16To17, Some(day("2031-06-30")))
        );
        let last = next(band, until.expect("an end"));
        assert_eq!(last, Some((AgeBand::Adult, None)));
    }

    #[test]
    fn nobody_grows_out_of_being_an_adult_or_unknown() {
        for band in [AgeBand::Adult, AgeBand::Unknown] {
            assert_eq!(next(band, day("2026-06-30")), None);
        }
    }
}
