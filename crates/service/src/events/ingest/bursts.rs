//! Bursts of devices, kept exactly as clicks arrive, also late and out of order.
//!
//! A burst is the time that `min_clicks` consecutive clicks of a device take. A new click only makes bursts shorter:
//! of those it lies in, one click at an end falls out. So the shortest one is the shorter of what is stored and of
//! those that contain a new click, and these need `min_clicks - 1` neighbours on each side, not the device's history.
//! Clicks left out between neighbours do no harm: a burst across such a gap comes out longer than the real one
//! within it, never shorter.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use viral_engine_db::DbResult;
use viral_engine_db::events::ingest::IngestConnection;
use viral_engine_db::events::ingest::bursts::{BurstQuery, StoredClick, neighbours};
use viral_engine_db::events::ingest::rows::DeviceDay;
use viral_engine_domain::clicks::HitClass;

use super::drafts::Draft;

/// Longer bursts are not kept: no time window of bot detection reaches further.
pub(super) const LONGEST_BURST: TimeDelta = TimeDelta::seconds(60);

/// Stored clicks between new ones that are read, beside four for each new one, before each new click's own
/// neighbours are read instead.
const BETWEEN_FLOOR: i64 = 64;

type Clicks<'a> = BTreeMap<&'a str, BTreeSet<StoredClick>>;

/// Rows to add to the rollup of devices for new clicks that are not stored yet.
pub(super) async fn device_days(
    conn: &IngestConnection,
    drafts: &[Draft<'_>],
    min_clicks: u32,
) -> DbResult<Vec<DeviceDay>> {
    let new = clicks_of_devices(drafts);
    let mut rows = day_rows(&new);
    add_people(&mut rows, drafts);
    let all = with_neighbours(conn, &new, i64::from(min_clicks) - 1).await?;
    for (device, clicks) in all {
        let times: Vec<DateTime<Utc>> = clicks.iter().map(|click| click.at).collect();
        add_bursts(&mut rows, device, &times, min_clicks);
    }
    Ok(rows.into_values().collect())
}

/// New clicks by device. Clicks of institutions without a cookie are among them: which networks are an institution's
/// may be decided later, so the guardrails pass over them when they answer.
fn clicks_of_devices<'a>(drafts: &[Draft<'a>]) -> Clicks<'a> {
    let mut clicks = Clicks::new();
    for draft in drafts {
        let event = draft.event;
        let counts = draft.class.is_some_and(HitClass::counts_for_guardrails);
        if let Some(device) = event.device.as_deref().filter(|_| counts) {
            clicks.entry(device).or_default().insert(StoredClick {
                at: event.occurred_at,
                id: event.id,
            });
        }
    }
    clicks
}

type DayRows = BTreeMap<(NaiveDate, String), DeviceDay>;

fn day_rows(clicks: &Clicks<'_>) -> DayRows {
    let mut rows = DayRows::new();
    for (device, clicks) in clicks {
        for click in clicks {
            let row = row_of(&mut rows, device, click.at);
            row.clicks += 1;
            row.first_seen = row.first_seen.min(click.at);
            row.last_seen = row.last_seen.max(click.at);
        }
    }
    rows
}

/// Counts the clicks of people among them.
fn add_people(rows: &mut DayRows, drafts: &[Draft<'_>]) {
    for draft in drafts {
        let is_human = draft.class == Some(HitClass::Human);
        if let Some(device) = draft.event.device.as_deref().filter(|_| is_human) {
            row_of(rows, device, draft.event.occurred_at).human += 1;
        }
    }
}

/// The row of a device on the day of a click.
fn row_of<'a>(rows: &'a mut DayRows, device: &str, at: DateTime<Utc>) -> &'a mut DeviceDay {
    let day = at.date_naive();
    rows.entry((day, device.to_owned()))
        .or_insert_with(|| DeviceDay {
            day,
            device_fingerprint: device.to_owned(),
            clicks: 0,
            human: 0,
            first_seen: at,
            last_seen: at,
            fastest_burst_us: None,
            border_burst_us: None,
        })
}

/// Notes the shortest burst of each day and of each border between days. `times` is sorted.
fn add_bursts(rows: &mut DayRows, device: &str, times: &[DateTime<Utc>], min_clicks: u32) {
    let length = usize::try_from(min_clicks).unwrap_or(usize::MAX).max(2);
    for burst in times.windows(length) {
        let (begin, end) = (burst[0], burst[length - 1]);
        let span = end - begin;
        let Some(micros) = span.num_microseconds().filter(|_| span <= LONGEST_BURST) else {
            continue;
        };
        let row = row_of(rows, device, end);
        let kept = if begin.date_naive() == end.date_naive() {
            &mut row.fastest_burst_us
        } else {
            &mut row.border_burst_us
        };
        *kept = Some(kept.map_or(micros, |least| least.min(micros)));
    }
}

/// The new clicks together with the stored ones that make bursts with them.
async fn with_neighbours<'a>(
    conn: &IngestConnection,
    new: &Clicks<'a>,
    reach: i64,
) -> DbResult<Clicks<'a>> {
    let mut all = new.clone();
    let (mut owners, mut queries) = (Vec::new(), Vec::new());
    for (device, clicks) in new {
        for (from, to, count) in stretches(clicks) {
            owners.push(*device);
            queries.push(query(device, from, to, 4 * count + BETWEEN_FLOOR));
        }
    }
    let answers = neighbours(conn, &queries, reach).await?;
    let (mut again_owners, mut again) = (Vec::new(), Vec::new());
    for ((device, query_), answer) in owners.into_iter().zip(&queries).zip(answers) {
        let crowded = i64::try_from(answer.between.len()).unwrap_or(i64::MAX) > query_.most_between;
        let clicks = all.entry(device).or_default();
        clicks.extend(answer.around);
        if !crowded {
            clicks.extend(answer.between);
            continue;
        }
        for click in new.get(device).into_iter().flatten() {
            if (query_.from..=query_.to).contains(&click.at) {
                again_owners.push(device);
                again.push(query(device, click.at, click.at, reach));
            }
        }
    }
    let answers = neighbours(conn, &again, reach).await?;
    for (device, answer) in again_owners.into_iter().zip(answers) {
        let clicks = all.entry(device).or_default();
        clicks.extend(answer.around);
        clicks.extend(answer.between);
    }
    Ok(all)
}

fn query(device: &str, from: DateTime<Utc>, to: DateTime<Utc>, most_between: i64) -> BurstQuery {
    BurstQuery {
        device_fingerprint: device.to_owned(),
        from,
        to,
        most_between,
    }
}

/// Begin, end and number of new clicks of each stretch without a break of more than the longest burst. A stretch
/// also ends with its day, which keeps the days that a query looks at few.
fn stretches(clicks: &BTreeSet<StoredClick>) -> Vec<(DateTime<Utc>, DateTime<Utc>, i64)> {
    let mut stretches: Vec<(DateTime<Utc>, DateTime<Utc>, i64)> = Vec::new();
    for click in clicks {
        match stretches.last_mut() {
            Some((_, end, count))
                if click.at - *end <= LONGEST_BURST
                    && end.date_naive() == click.at.date_naive() =>
            {
                *end = click.at;
                *count += 1;
            }
            _ => stretches.push((click.at, click.at, 1)),
        }
    }
    stretches
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(86_400 + seconds, 0).unwrap()
    }

    fn bursts(seconds: &[i64], min_clicks: u32) -> Vec<(i64, Option<i64>, Option<i64>)> {
        let times: Vec<_> = seconds.iter().map(|s| at(*s)).collect();
        let mut rows = DayRows::new();
        add_bursts(&mut rows, "device", &times, min_clicks);
        rows.into_values()
            .map(|row| {
                let day = (row.day - at(0).date_naive()).num_days();
                (day, row.fastest_burst_us, row.border_burst_us)
            })
            .collect()
    }

    #[test]
    fn the_shortest_burst_of_a_day_counts() {
        assert_eq!(bursts(&[0, 9, 12, 14, 30], 3), [(0, Some(5_000_000), None)]);
    }

    #[test]
    fn a_burst_across_midnight_belongs_to_the_border_of_the_later_day() {
        assert_eq!(bursts(&[-3, -1, 2, 40], 3), [(0, None, Some(5_000_000))]);
    }

    #[test]
    fn bursts_beyond_a_minute_are_not_kept() {
        assert_eq!(bursts(&[0, 60], 2), [(0, Some(60_000_000), None)]);
        assert_eq!(bursts(&[0, 61], 2), []);
    }

    #[test]
    fn stretches_end_at_breaks_and_midnight() {
        let clicks = [0, 60, 121, 86_399, 86_400]
            .map(|s| StoredClick {
                at: at(s),
                id: uuid::Uuid::nil(),
            })
            .into();
        let found: Vec<_> = stretches(&clicks).into_iter().map(|s| s.2).collect();
        assert_eq!(found, [2, 1, 1, 1]);
    }
}
