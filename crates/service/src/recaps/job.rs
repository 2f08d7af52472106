//! Asking for recaps: by the clock for whoever is due, or by somebody for a week.

use chrono::NaiveDate;
use diesel_async::AsyncConnection;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;
use viral_engine_api_types::recaps::{CreateRecaps, RecapGeneration};
use viral_engine_domain::consents::{Gate, GatedAction};
use viral_engine_domain::recaps::Week;

use crate::audit;
use crate::caller::Caller;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
use crate::jobs::{JobPayload, Queue, enqueue};
use crate::users::resolve;
use crate::validation::validate;

/// Generates recaps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GenerateRecaps {
    /// The Monday of the week, done again for whoever has it. Without one, the latest week of each parent for whom it
    /// was not done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub week: Option<NaiveDate>,
    /// For this parent alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<Uuid>,
    /// Whether to send mail to those who have none of the week.
    pub send: bool,
}

impl GenerateRecaps {
    /// For whoever is due.
    #[must_use]
    pub fn due() -> Self {
        Self {
            week: None,
            parent: None,
            send: true,
        }
    }
}

impl JobPayload for GenerateRecaps {
    const KIND: &'static str = "generate_recaps";
    const GATE: Gate = Gate::Asks(GatedAction::ShareProgressWithGuardian);
    const QUEUE: Queue = Queue::Recaps;
}

/// Asks for the recaps of a week. Those that are there are computed anew; parents who have mail of that week get no
/// other, and parents for whom the week is not over yet are left to the clock.
///
/// # Errors
/// A week that does not begin on a Monday or is not over; an unknown parent.
pub async fn create_recaps(
    context: &Context,
    caller: &Caller,
    body: CreateRecaps,
) -> ServiceResult<RecapGeneration> {
    validate(&body, "")?;
    let week = week(&body, context)?;
    let mut conn = context.connection().await?;
    let parent = match body.parent.as_deref() {
        None => None,
        Some(name) => Some(known(resolve(&mut conn, [name]).await?.get(name))?),
    };
    let payload = GenerateRecaps {
        week: Some(week.first()),
        parent,
        send: body.send.unwrap_or(true),
    };
    let job_id = conn
        .transaction(async |conn| {
            let job = enqueue(conn, &payload).await?;
            let parent = match parent {
                Some(parent) => Some(audit::subject(conn, context, parent).await?),
                None => None,
            };
            let changes = json!({ "job": job.id, "parent": parent, "send": payload.send });
            let object = payload.week.unwrap_or_default().to_string();
            let object = ("recaps", object.as_str());
            audit::record(conn, context, caller, "create_recaps", object, changes).await?;
            ServiceResult::Ok(job.id)
        })
        .await?;
    Ok(RecapGeneration {
        job_id,
        week: week.first(),
    })
}

fn week(body: &CreateRecaps, context: &Context) -> ServiceResult<Week> {
    let week = Week::new(body.week).map_err(|error| {
        ServiceError::field("/week", "not_a_week", format!("Give a Monday: {error}."))
    })?;
    if !week.is_over(context.now(), chrono_tz::Tz::UTC) {
        let detail = "Give a week that is over.";
        return Err(ServiceError::field("/week", "not_over", detail));
    }
    Ok(week)
}

fn known(parent: Option<&crate::users::KnownUser>) -> ServiceResult<Uuid> {
    let unknown = || ServiceError::field("/parent", "unknown_user", "Name a parent who is known.");
    parent.map(|user| user.id.0).ok_or_else(unknown)
}
