//! Keeps the ledger: conversions that ingest left are attributed within a second or so, and those of a past range when
//! somebody asks.

use std::collections::HashMap;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use viral_engine_api_types::FieldError;
use viral_engine_api_types::attribution::{AttributionModel, RecomputeAttribution};
use viral_engine_api_types::jobs::JobDetails;
use viral_engine_db::attribution::{self as db, AttributionRow, ConversionPlace, CreditedTouch};
use viral_engine_db::data_version;
use viral_engine_db::locks::{Lock, lock, try_lock};
use viral_engine_domain::attribution::Model;
use viral_engine_domain::consents::Gate;

use super::settings::days;
use super::touches::{Led, led_to};
use crate::audit;
use crate::caller::Caller;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
use crate::jobs::{JobPayload, enqueue, get_job};

/// Time between two looks.
const EVERY: Duration = Duration::from_secs(1);
/// Conversions in one transaction.
const BATCH: i64 = 1_000;
/// Events may come so much later than they happened, and a conversion's touches with them.
const LATEST: TimeDelta = TimeDelta::days(8);

/// Attributes the conversions of a range anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttributeConversions {
    /// First instant.
    pub from: DateTime<Utc>,
    /// End, not included.
    pub to: DateTime<Utc>,
    /// Days before a conversion in which touches count; `None` leaves each conversion its own.
    pub lookback_days: Option<u32>,
}

impl AttributeConversions {
    /// Of whatever may still have changed without being noticed when it did, each with its own lookback.
    #[must_use]
    pub fn before(at: DateTime<Utc>) -> Self {
        Self {
            from: at - LATEST,
            to: at,
            lookback_days: None,
        }
    }
}

impl JobPayload for AttributeConversions {
    const KIND: &'static str = "attribute_conversions";
    const GATE: Gate = Gate::Nothing;
    const UNIQUE_FOR: Option<TimeDelta> = Some(TimeDelta::seconds(60));
}

/// Attributes what ingest leaves until `stop`. Every worker runs it; one at a time is at it.
pub async fn run_attributions(context: Context, stop: CancellationToken) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while stop.run_until_cancelled(ticks.tick()).await.is_some() {
        while !stop.is_cancelled() {
            match attribute_due(&context).await {
                Ok(0) => break,
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(%error, "conversions could not be attributed");
                    break;
                }
            }
        }
    }
}

/// Attributes conversions that ingest left, unless there is none or another node is at it, and answers how many.
///
/// # Errors
/// When the database refuses; nothing is lost then.
pub async fn attribute_due(context: &Context) -> ServiceResult<usize> {
    let mut conn = context.connection().await?;
    if !db::has_due(&mut conn).await? {
        return Ok(0);
    }
    let done = conn
        .transaction(async |conn| {
            if !try_lock(conn, Lock::Attributions).await? {
                return Ok(0);
            }
            let due = db::take_due(conn, BATCH).await?;
            attribute(conn, context, &due, None).await?;
            ServiceResult::Ok(due.len())
        })
        .await?;
    if done > 0 {
        data_version::bump(&mut conn).await?;
    }
    Ok(done)
}

/// How far a range is attributed.
#[derive(Clone, Copy, Debug)]
pub struct Attributing {
    job: AttributeConversions,
    after: ConversionPlace,
    /// Conversions that are done.
    pub done: i64,
}

/// Begins with the first conversion of a range.
#[must_use]
pub fn begin_attributing(job: AttributeConversions) -> Attributing {
    Attributing {
        job,
        // Every id is greater than this one.
        after: ConversionPlace {
            occurred_at: job.from,
            id: Uuid::nil(),
        },
        done: 0,
    }
}

/// Attributes the next conversions of a range, and answers whether there may be more. Doing it again changes nothing.
///
/// # Errors
/// When the database refuses.
pub async fn attribute_next(context: &Context, run: &mut Attributing) -> ServiceResult<bool> {
    let mut conn = context.connection().await?;
    let (after, job) = (run.after, run.job);
    let next = conn
        .transaction(async |conn| {
            lock(conn, Lock::Attributions).await?;
            let next = db::conversions_between(conn, after, job.to, BATCH).await?;
            let ids: Vec<Uuid> = next.iter().map(|place| place.id).collect();
            attribute(conn, context, &ids, job.lookback_days).await?;
            ServiceResult::Ok(next)
        })
        .await?;
    data_version::bump(&mut conn).await?;
    run.done += next.len() as i64;
    let last = next.last().filter(|_| next.len() == BATCH as usize);
    run.after = last.copied().unwrap_or(run.after);
    Ok(last.is_some())
}

/// Asks that the conversions of a range are attributed anew, with the lookback that is set now. Events stay as they are.
///
/// # Errors
/// A range that ends before it begins.
pub async fn recompute_attribution(
    context: &Context,
    caller: &Caller,
    body: RecomputeAttribution,
) -> ServiceResult<JobDetails> {
    if body.to <= body.from {
        let detail = "Give an end that is after the begin.";
        let fault = FieldError::new("/to", "out_of_range", detail);
        return Err(ServiceError::Invalid(vec![fault]));
    }
    let mut conn = context.connection().await?;
    let enqueued = conn
        .transaction(async |conn| {
            let settings = db::attribution_settings(conn).await?;
            let job = AttributeConversions {
                from: body.from,
                to: body.to,
                lookback_days: Some(days(settings.lookback_days)),
            };
            let enqueued = enqueue(conn, &job).await?;
            let changes =
                json!({ "from": job.from, "to": job.to, "lookback_days": job.lookback_days });
            let object = ("attribution", "ledger");
            let action = "recompute_attribution";
            audit::record(conn, context, caller, action, object, changes).await?;
            ServiceResult::Ok(enqueued)
        })
        .await?;
    drop(conn);
    get_job(context, enqueued.id).await
}

/// Writes the ledger of these conversions anew. Those that count nowhere leave it; the others keep their lookback unless
/// another is given.
async fn attribute(
    conn: &mut AsyncPgConnection,
    context: &Context,
    conversions: &[Uuid],
    lookback_days: Option<u32>,
) -> ServiceResult<()> {
    let set = days(db::attribution_settings(conn).await?.lookback_days);
    let stored = db::stored_lookbacks(conn, conversions).await?;
    let stored: HashMap<Uuid, i32> = stored.into_iter().collect();
    let lookback_of = |id| {
        let kept = || stored.get(&id).copied().map_or(set, days);
        lookback_days.unwrap_or_else(kept)
    };
    let mut led = led_to(conn, conversions, lookback_of).await?;
    led.retain(|led| led.conversion.reject_reason.is_none());
    let now = context.now();
    let rows: Vec<AttributionRow> = led.iter().map(|led| row(led, now)).collect();
    let touches: Vec<CreditedTouch> = led.into_iter().flat_map(credited).collect();
    Ok(db::replace_attributions(conn, conversions, &rows, &touches).await?)
}

fn row(led: &Led, now: DateTime<Utc>) -> AttributionRow {
    AttributionRow {
        conversion_id: led.conversion.id,
        converted_at: led.conversion.occurred_at,
        lookback_days: i32::try_from(led.lookback_days).unwrap_or(i32::MAX),
        computed_at: now,
    }
}

fn credited(led: Led) -> Vec<CreditedTouch> {
    let count = led.touches.len();
    let by_model = AttributionModel::ALL.map(|model| rules(model).credits(count));
    let (conversion_id, converted_at) = (led.conversion.id, led.conversion.occurred_at);
    let touches = led.touches.into_iter().enumerate();
    let touches = touches.map(|(place, (kind, touch))| CreditedTouch {
        conversion_id,
        converted_at,
        place: i32::try_from(place).unwrap_or(i32::MAX),
        kind: kind.as_str(),
        event_id: touch.id,
        at: touch.occurred_at,
        link_id: touch.link_id,
        referrer_id: touch.referrer_id,
        credits: by_model.each_ref().map(|credits| {
            let credit = credits.get(place).copied().unwrap_or(0);
            i32::try_from(credit).unwrap_or(i32::MAX)
        }),
    });
    touches.collect()
}

/// The rule of a model.
pub(super) fn rules(model: AttributionModel) -> Model {
    match model {
        AttributionModel::Last => Model::Last,
        AttributionModel::First => Model::First,
        AttributionModel::Linear => Model::Linear,
        AttributionModel::Position => Model::Position,
    }
}
