//! Requests for everything that is held on a user: to get it, or to have it erased.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::audit::ActorKind;
use crate::words::words;
use crate::{DataRequestId, JobId};

words! {
    /// What is asked for.
    DataRequestKind {
        /// That everything is erased.
        Deletion = "deletion",
        /// A copy of everything.
        Export = "export",
    }
}

words! {
    /// How far a request is.
    DataRequestState {
        /// Not begun.
        Waiting = "waiting",
        /// Under way.
        Running = "running",
        /// Done.
        Completed = "completed",
        /// Given up: its job says why, and can be tried again.
        Failed = "failed",
    }
}

/// Body of `create_data_request`.
#[derive(Clone, Debug, Deserialize, Serialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", schema(example = json!({"kind": "deletion", "user": "student-4711"})))]
pub struct CreateDataRequest {
    /// What is asked for.
    pub kind: DataRequestKind,
    /// External id of the user.
    #[validate(custom(function = "crate::external_id::check"))]
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::ExternalId))]
    pub user: String,
}

/// A request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DataRequest {
    /// Its id.
    pub id: DataRequestId,
    /// What is asked for.
    pub kind: DataRequestKind,
    /// How far it is.
    pub state: DataRequestState,
    /// External id of the user; null once the user is erased, since nothing leads from here to whom it was.
    pub user: Option<String>,
    /// Who asked.
    pub asked_by: ActorKind,
    /// How much of each store is done.
    pub progress: Vec<StoreRows>,
    /// What was done; null until then, and of an export.
    pub receipt: Option<DeletionReceipt>,
    /// Why it was given up; null unless it was.
    pub failure: Option<String>,
    /// The job that does it.
    pub job_id: Option<JobId>,
    /// Until when the archive of an export can be had; null when there is none.
    pub archive_until: Option<DateTime<Utc>>,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When it was begun.
    pub started_at: Option<DateTime<Utc>>,
    /// When it was done.
    pub completed_at: Option<DateTime<Utc>>,
}

/// How many rows of a store were erased or exported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StoreRows {
    /// The store, a table of the database or a class of data.
    #[cfg_attr(feature = "openapi", schema(example = "tutoring_sessions"))]
    pub store: String,
    /// Rows.
    pub rows: i64,
}

/// What a deletion did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeletionReceipt {
    /// Rows that were erased, by store.
    pub stores: Vec<StoreRows>,
    /// Keys of the user that were destroyed: what they encrypted can be read in no backup any more.
    pub keys_destroyed: i64,
    /// Consents that ended.
    pub consents_ended: i64,
    /// Recipients to whom a consent let personal information be disclosed: tell them too.
    pub recipients: Vec<String>,
    /// Receivers of webhooks that are told.
    pub webhooks_told: i64,
}
