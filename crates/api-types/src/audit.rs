//! The audit trail: who did what to which object.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::AuditEntryId;

/// Kind of caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    /// A person in the admin app.
    Operator,
    /// A platform's backend.
    ApiKey,
    /// The engine itself or its command line.
    System,
}

/// One write.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditEntry {
    /// Its id.
    pub id: AuditEntryId,
    /// When.
    pub at: DateTime<Utc>,
    /// Kind of caller.
    pub actor_kind: ActorKind,
    /// Id of the operator or API key; null for the engine.
    pub actor_id: Option<uuid::Uuid>,
    /// Operation, for example `create_link`.
    pub action: String,
    /// Kind of object, for example `link`.
    pub object_kind: String,
    /// Id of the object.
    pub object_id: String,
    /// What changed, without personal data or secrets.
    pub changes: serde_json::Value,
    /// Request that did it.
    pub request_id: Option<String>,
    /// Truncated network of the caller.
    pub ip_prefix: Option<String>,
}
