//! Asking.

use chrono::TimeDelta;
use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;
use viral_engine_api_types::data_requests::{
    CreateDataRequest, DataRequest, DataRequestKind, DataRequestState,
};
use viral_engine_db::DbError;
use viral_engine_db::consents::lock_child;
use viral_engine_db::data_requests::{self as db, DataRequestRow, OPEN_REQUEST};
use viral_engine_db::users::find_user;
use viral_engine_domain::consents::Gate;

use super::answer::answers;
use super::consents::begin_ending;
use crate::audit;
use crate::caller::Caller;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
use crate::jobs::{JobPayload, Unfinished, When, enqueue_for};
use crate::links::disable_links_of;
use crate::users::{PersonalKeys, keys_of};
use crate::validation::validate;

/// A request is begun so long after it was asked for.
const BEGUN_AFTER: TimeDelta = TimeDelta::seconds(3);

/// Does what a request asks for.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunDataRequest {
    /// The request.
    pub request: Uuid,
}

impl JobPayload for RunDataRequest {
    const KIND: &'static str = "run_data_request";
    const GATE: Gate = Gate::Nothing;
    const MAX_ATTEMPTS: u32 = 10;
}

/// Asks for everything that is held on a user, or that it is erased.
///
/// # Errors
/// Fields at fault; a conflict when the same is under way.
pub async fn create_data_request(
    context: &Context,
    caller: &Caller,
    body: CreateDataRequest,
) -> ServiceResult<DataRequest> {
    validate(&body, "")?;
    let mut conn = context.connection().await?;
    let (user, asked) = conn
        .transaction(async |conn| {
            let user = find_user(conn, &body.user)
                .await
                .map_err(|error| match error {
                    DbError::NotFound => {
                        ServiceError::field("/user", "unknown_user", "Name a user who is known.")
                    }
                    other => other.into(),
                })?;
            let row = request_data(conn, context, caller, user.id, body.kind).await?;
            let mut answered = answers(conn, vec![row]).await?;
            let asked = answered
                .pop()
                .ok_or(ServiceError::NotFound("data request"))?;
            Ok::<_, ServiceError>((user.id, asked))
        })
        .await?;
    drop(conn);
    if asked.kind == DataRequestKind::Deletion {
        begin_ending(context, user).await?;
    }
    Ok(asked)
}

/// Stores a request and asks for its job, in the caller's transaction.
pub(crate) async fn request_data(
    conn: &mut AsyncPgConnection,
    context: &Context,
    caller: &Caller,
    user: Uuid,
    kind: DataRequestKind,
) -> ServiceResult<DataRequestRow> {
    if kind == DataRequestKind::Deletion {
        // Nobody writes anything meanwhile that rests on what is allowed to the user.
        lock_child(conn, user).await?;
    }
    // What is found of the user is kept encrypted on the way, and an archive is.
    keys_of(conn, &PersonalKeys::of(&context.keys), &[user]).await?;
    let mut row = DataRequestRow {
        id: Uuid::now_v7(),
        kind: kind.as_str().to_owned(),
        user_id: user,
        state: DataRequestState::Waiting.as_str().to_owned(),
        asked_by_kind: audit::actor_kind_name(caller.actor_kind()).to_owned(),
        asked_by: caller.actor_id(),
        names_cipher: None,
        progress: json!({}),
        receipt: None,
        failure: None,
        job_id: None,
        archive_until: None,
        created_at: context.now(),
        started_at: None,
        completed_at: None,
    };
    // Answers of requests that are under way are stored until then, and found.
    let job = enqueue_for(
        conn,
        &RunDataRequest { request: row.id },
        When::After(BEGUN_AFTER),
    )
    .await?;
    row.job_id = Some(job.id.0);
    db::insert_data_request(conn, &row)
        .await
        .map_err(|error| match error {
            error if error.violates(OPEN_REQUEST) => {
                ServiceError::Conflict(format!("{} of this user is under way", kind.as_str()))
            }
            other => other.into(),
        })?;
    if kind == DataRequestKind::Deletion {
        disable_links_of(conn, context, caller, &[user], "erased").await?;
    }
    let subject = audit::subject(conn, context, user).await?;
    let changes = json!({ "kind": row.kind, "user": subject, "job": job.id });
    let object = row.id.to_string();
    let object = ("data_request", object.as_str());
    audit::record(
        conn,
        context,
        caller,
        "create_data_request",
        object,
        changes,
    )
    .await?;
    Ok(row)
}

/// Notes that a request's job will not do it any more. An operator can have the job try again.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn end_unfinished(
    conn: &mut AsyncPgConnection,
    job: &RunDataRequest,
    why: Unfinished,
) -> ServiceResult<()> {
    let mut row = db::lock_data_request(conn, job.request)
        .await
        .map_err(super::answer::missing)?;
    if row.state == DataRequestState::Completed.as_str() {
        return Ok(());
    }
    row.state = DataRequestState::Failed.as_str().to_owned();
    row.failure = Some(
        match why {
            Unfinished::Cancelled => "its job was cancelled",
            Unfinished::Discarded => "its job was given up: see there for the cause",
        }
        .to_owned(),
    );
    db::save_data_request(conn, &row).await?;
    Ok(())
}
