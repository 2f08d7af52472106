//! Who asks: an operator in the browser, a platform's backend, or the engine itself.

use viral_engine_api_types::audit::ActorKind;
use viral_engine_api_types::permissions::{Permission, Role};
use viral_engine_api_types::{ApiKeyId, OperatorId, SessionId, UserId};

use crate::error::{ServiceError, ServiceResult};

/// The identity behind a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identity {
    /// A signed-in operator.
    Operator {
        /// The operator.
        id: OperatorId,
        /// Address, for "by whom".
        email: String,
        /// Role at this request.
        role: Role,
        /// The browser's session.
        session: SessionId,
    },
    /// An API key.
    ApiKey {
        /// The key.
        id: ApiKeyId,
        /// Its name, for "by whom".
        name: String,
        /// What it may do.
        permissions: Vec<Permission>,
    },
    /// A guardian on a page of ours, who has the link of a message.
    Guardian {
        /// The guardian.
        id: UserId,
    },
    /// The engine itself: command line, timers.
    System,
}

/// Who asks, and what the audit trail says of the request.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Who.
    pub identity: Identity,
    /// Id of the request.
    pub request_id: Option<String>,
    /// Truncated network of the request.
    pub ip_prefix: Option<String>,
}

impl Caller {
    /// The engine itself.
    pub fn system() -> Self {
        Self {
            identity: Identity::System,
            request_id: None,
            ip_prefix: None,
        }
    }

    /// The same request as that of a guardian: on pages of ours the link tells who asks.
    pub fn as_guardian(&self, guardian: UserId) -> Self {
        Self {
            identity: Identity::Guardian { id: guardian },
            ..self.clone()
        }
    }

    /// Whether the caller may do `permission`.
    pub fn may(&self, permission: Permission) -> bool {
        match &self.identity {
            Identity::Operator { role, .. } => role.allows(permission),
            Identity::ApiKey { permissions, .. } => permissions.contains(&permission),
            // A page of ours is all they can reach.
            Identity::Guardian { .. } => false,
            Identity::System => true,
        }
    }

    /// Refuses a caller that may not do `permission`.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`].
    pub fn require(&self, permission: Permission) -> ServiceResult<()> {
        if self.may(permission) {
            Ok(())
        } else {
            Err(ServiceError::Forbidden { permission })
        }
    }

    /// Kind of caller, for the audit trail.
    pub fn actor_kind(&self) -> ActorKind {
        match self.identity {
            Identity::Operator { .. } => ActorKind::Operator,
            Identity::ApiKey { .. } => ActorKind::ApiKey,
            Identity::Guardian { .. } => ActorKind::Guardian,
            Identity::System => ActorKind::System,
        }
    }

    /// Id of the operator or key.
    pub fn actor_id(&self) -> Option<uuid::Uuid> {
        match &self.identity {
            Identity::Operator { id, .. } => Some(id.0),
            Identity::ApiKey { id, .. } => Some(id.0),
            Identity::Guardian { id } => Some(id.0),
            Identity::System => None,
        }
    }

    /// The operator; none for keys and the engine.
    pub fn operator_id(&self) -> Option<OperatorId> {
        match self.identity {
            Identity::Operator { id, .. } => Some(id),
            Identity::ApiKey { .. } | Identity::Guardian { .. } | Identity::System => None,
        }
    }

    /// Name shown as "by whom".
    pub fn display_name(&self) -> &str {
        match &self.identity {
            Identity::Operator { email, .. } => email,
            Identity::ApiKey { name, .. } => name,
            Identity::Guardian { .. } => "a guardian",
            Identity::System => "Viral Engine",
        }
    }
}
