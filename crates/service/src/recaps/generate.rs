//! A run over the parents who are due, a chunk at a time.

use std::collections::HashSet;

use chrono::NaiveDate;
use diesel_async::AsyncPgConnection;
use serde_json::json;
use uuid::Uuid;
use viral_engine_api_types::flags::FlagKey;
use viral_engine_api_types::webhooks::WebhookEventType;
use viral_engine_db::recaps::{self as db, DueParents, RecapRow, StoredRecap};
use viral_engine_domain::recaps::Week;

use super::children::told_children;
use super::compute::{Told, compute, time_zone};
use super::job::GenerateRecaps;
use super::mail::send;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
use crate::flags;
use crate::users::PersonalKeys;
use crate::webhooks::publish_all;

/// Parents of one transaction.
pub const CHUNK: i64 = 1_000;

/// A run and how far it is.
#[derive(Clone, Debug)]
pub struct RecapRun {
    zones: Vec<String>,
    weeks: Vec<NaiveDate>,
    only: Option<Uuid>,
    again: bool,
    send: bool,
    after: Uuid,
    /// Parents who were due when it began.
    pub total: i64,
}

/// What a chunk came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChunkDone {
    /// Parents who were looked at; fewer than [`CHUNK`] when nobody is left.
    pub parents: i64,
    /// Recaps that were made or computed anew.
    pub recaps: usize,
    /// Messages that were queued.
    pub emails: usize,
    after: Uuid,
}

impl RecapRun {
    fn due(&self) -> DueParents<'_> {
        DueParents {
            zones: &self.zones,
            weeks: &self.weeks,
            only: self.only,
            again: self.again,
        }
    }

    /// Goes on behind a chunk, and answers whether anybody may be left.
    pub fn advance(&mut self, done: ChunkDone) -> bool {
        self.after = done.after;
        done.parents == CHUNK
    }

    fn week_of(&self, zone: &str) -> ServiceResult<Week> {
        let known = self.zones.iter().zip(&self.weeks);
        let week = known.into_iter().find(|(name, _)| *name == zone);
        week.and_then(|(_, monday)| Week::new(*monday).ok())
            .ok_or_else(|| ServiceError::Internal(format!("a parent of {zone} is not due")))
    }
}

/// Looks who is due.
///
/// # Errors
/// A week that does not begin on a Monday; when the database refuses.
pub async fn begin_recaps(context: &Context, job: &GenerateRecaps) -> ServiceResult<RecapRun> {
    let given = job
        .week
        .map(|monday| Week::new(monday).map_err(|error| ServiceError::Internal(error.to_string())))
        .transpose()?;
    let now = context.now();
    let mut conn = context.connection().await?;
    let (mut zones, mut weeks) = (Vec::new(), Vec::new());
    for zone in db::parent_zones(&mut conn).await? {
        let tz = time_zone(Some(&zone));
        let week = given.unwrap_or_else(|| Week::due(now, tz));
        if week.is_over(now, tz) {
            zones.push(zone);
            weeks.push(week.first());
        }
    }
    let mut run = RecapRun {
        zones,
        weeks,
        only: job.parent,
        again: job.week.is_some(),
        send: job.send,
        after: Uuid::nil(),
        total: 0,
    };
    run.total = db::count_due_parents(&mut conn, &run.due()).await?;
    Ok(run)
}

/// Does the next chunk in the caller's transaction. The number of statements does not depend on that of the parents.
///
/// # Errors
/// When the database refuses.
pub async fn generate_recaps(
    conn: &mut AsyncPgConnection,
    context: &Context,
    run: &RecapRun,
) -> ServiceResult<ChunkDone> {
    let parents = db::due_parents(conn, &run.due(), run.after, CHUNK).await?;
    let mut done = ChunkDone {
        parents: i64::try_from(parents.len()).unwrap_or(CHUNK),
        recaps: 0,
        emails: 0,
        after: parents.last().map_or(run.after, |parent| parent.id),
    };
    let mut told = Vec::with_capacity(parents.len());
    for parent in parents {
        let zone = parent.time_zone.as_deref().unwrap_or("UTC");
        told.push(Told {
            week: run.week_of(zone)?,
            time_zone: time_zone(Some(zone)),
            parent,
        });
    }
    let (ids, weeks) = columns(&told);
    let claimed = db::claim_parents(conn, &ids, &weeks, run.again).await?;
    let claimed: HashSet<Uuid> = claimed.into_iter().collect();
    told.retain(|one| claimed.contains(&one.parent.id));
    if told.is_empty() {
        return Ok(done);
    }
    let (ids, weeks) = columns(&told);
    let children = told_children(conn, &ids).await?;
    let keys = PersonalKeys::of(&context.keys);
    let recaps = compute(conn, &keys, &told, &children, context.now()).await?;
    let stored = db::upsert_recaps(conn, &recaps, context.now()).await?;
    let kept: Vec<Uuid> = stored.iter().map(|recap| recap.id).collect();
    db::delete_other_recaps(conn, &ids, &weeks, &kept).await?;
    tell(conn, context, &recaps, &stored).await?;
    done.recaps = stored.len();
    if run.send && flags::is_on(conn, FlagKey::EmailDelivery).await? {
        done.emails = send(conn, context, &told, &children, &recaps, &stored).await?;
    }
    Ok(done)
}

fn columns(told: &[Told]) -> (Vec<Uuid>, Vec<NaiveDate>) {
    told.iter()
        .map(|one| (one.parent.id, one.week.first()))
        .unzip()
}

/// Tells receivers of webhooks about recaps that were not there before.
async fn tell(
    conn: &mut AsyncPgConnection,
    context: &Context,
    recaps: &[RecapRow],
    stored: &[StoredRecap],
) -> ServiceResult<()> {
    // An id that was made here is stored with what was made for it.
    let fresh: HashSet<Uuid> = stored
        .iter()
        .filter(|recap| recap.is_new)
        .map(|recap| recap.id)
        .collect();
    let fresh = recaps.iter().filter(|recap| fresh.contains(&recap.id));
    let events = fresh.map(|recap| {
        let data = json!({
            "recap_id": recap.id, "week": recap.week, "sessions": recap.sessions, "minutes": recap.minutes,
        });
        (WebhookEventType::RecapReady, data)
    });
    publish_all(conn, context.now(), events.collect()).await?;
    Ok(())
}
