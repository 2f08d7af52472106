//! Requests as they are answered.

use std::collections::{BTreeMap, HashMap};

use diesel_async::AsyncPgConnection;
use serde_json::Value;
use uuid::Uuid;
use viral_engine_api_types::audit::ActorKind;
use viral_engine_api_types::data_requests::{
    DataRequest, DataRequestKind, DataRequestState, StoreRows,
};
use viral_engine_api_types::{DataRequestId, Page};
use viral_engine_db::DbError;
use viral_engine_db::data_requests::{self as db, DataRequestFilter, DataRequestRow};
use viral_engine_db::users::external_ids_of;
use viral_engine_db::users::keys::find_key_slots;

use crate::audit::actor_kind_of;
use crate::context::Context;
use crate::cursor::PageRequest;
use crate::error::{ServiceError, ServiceResult};
use crate::users::resolve;

/// Which requests to list.
#[derive(Clone, Debug, Default)]
pub struct DataRequestQuery {
    /// Of this kind.
    pub kind: Option<DataRequestKind>,
    /// In this state.
    pub state: Option<DataRequestState>,
    /// About the user with this external id.
    pub user: Option<String>,
}

/// The requests, newest first.
///
/// # Errors
/// When the database can not be asked.
pub async fn list_data_requests(
    context: &Context,
    query: DataRequestQuery,
    page: PageRequest,
) -> ServiceResult<Page<DataRequest>> {
    let key = |one: &DataRequest| (one.created_at, one.id.0);
    let mut conn = context.connection().await?;
    let user = match &query.user {
        None => None,
        Some(name) => match resolve(&mut conn, [name.as_str()]).await?.get(name) {
            Some(user) => Some(user.id.0),
            None => return Ok(page.page(Vec::new(), key)),
        },
    };
    let filter = DataRequestFilter {
        kind: query.kind.map(DataRequestKind::as_str),
        state: query.state.map(DataRequestState::as_str),
        user,
    };
    let rows = db::list_data_requests(&mut conn, filter, page.query()).await?;
    Ok(page.page(answers(&mut conn, rows).await?, key))
}

/// A request.
///
/// # Errors
/// [`ServiceError::NotFound`].
pub async fn get_data_request(context: &Context, id: DataRequestId) -> ServiceResult<DataRequest> {
    let mut conn = context.connection().await?;
    let row = db::find_data_request(&mut conn, id.0)
        .await
        .map_err(missing)?;
    let mut answered = answers(&mut conn, vec![row]).await?;
    answered.pop().ok_or(ServiceError::NotFound("data request"))
}

pub(super) async fn answers(
    conn: &mut AsyncPgConnection,
    rows: Vec<DataRequestRow>,
) -> ServiceResult<Vec<DataRequest>> {
    let users: Vec<Uuid> = rows.iter().map(|row| row.user_id).collect();
    let mut names: HashMap<Uuid, String> =
        external_ids_of(conn, &users).await?.into_iter().collect();
    for user in find_key_slots(conn, &users).await? {
        if user.deleted_at.is_some() {
            names.remove(&user.id);
        }
    }
    rows.into_iter().map(|row| answer(row, &names)).collect()
}

fn answer(row: DataRequestRow, names: &HashMap<Uuid, String>) -> ServiceResult<DataRequest> {
    let receipt = row.receipt.map(serde_json::from_value).transpose();
    Ok(DataRequest {
        id: row.id.into(),
        kind: kind(&row.kind)?,
        state: DataRequestState::parse(&row.state).ok_or_else(|| stored("state", &row.state))?,
        user: names.get(&row.user_id).cloned(),
        asked_by: asked_by(&row.asked_by_kind)?,
        progress: store_rows(&progress(&row.progress)),
        receipt: receipt.map_err(|error| stored("receipt", &error))?,
        failure: row.failure,
        job_id: row.job_id.map(Into::into),
        archive_until: row.archive_until,
        created_at: row.created_at,
        started_at: row.started_at,
        completed_at: row.completed_at,
    })
}

pub(super) fn kind(name: &str) -> ServiceResult<DataRequestKind> {
    DataRequestKind::parse(name).ok_or_else(|| stored("kind", &name))
}

fn asked_by(name: &str) -> ServiceResult<ActorKind> {
    actor_kind_of(name).ok_or_else(|| stored("actor", &name))
}

/// Rows by store, as they are kept.
pub(super) fn progress(kept: &Value) -> BTreeMap<String, i64> {
    serde::Deserialize::deserialize(kept).unwrap_or_default()
}

pub(super) fn store_rows(progress: &BTreeMap<String, i64>) -> Vec<StoreRows> {
    let rows = progress.iter().map(|(store, rows)| StoreRows {
        store: store.clone(),
        rows: *rows,
    });
    rows.collect()
}

pub(super) fn stored(what: &str, value: &impl std::fmt::Display) -> ServiceError {
    ServiceError::Internal(format!("stored {what} of a data request: {value}"))
}

pub(super) fn missing(error: DbError) -> ServiceError {
    match error {
        DbError::NotFound => ServiceError::NotFound("data request"),
        other => other.into(),
    }
}
