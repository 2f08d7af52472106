//! Ids are newtypes over UUIDv7, so that a link's id can not be passed where a user's is meant.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
    };
}

id!(
    /// Something that a student achieved.
    AchievementId
);
id!(
    /// An alert of the guardrails.
    AlertId
);
id!(
    /// An API key (never the key itself).
    ApiKeyId
);
id!(
    /// An entry of the audit trail.
    AuditEntryId
);
id!(
    /// A signed head of the audit trail.
    AuditHeadId
);
id!(
    /// A blocked device or network.
    BlockId
);
id!(
    /// A consent of a guardian or school.
    ConsentId
);
id!(
    /// A request for consents.
    ConsentRequestId
);
id!(
    /// A request for what is held on a user.
    DataRequestId
);
id!(
    /// An email.
    EmailId
);
id!(
    /// An event: an invitation, a hit of a link, a conversion or an activation.
    EventId
);
id!(
    /// A network marked as an institution's.
    InstitutionNetworkId
);
id!(
    /// A job.
    JobId
);
id!(
    /// An attribution link.
    LinkId
);
id!(
    /// A person who signs in to the admin app.
    OperatorId
);
id!(
    /// Something a user did on the platform.
    ActivityId
);
id!(
    /// An explicit opt-out.
    OptOutId
);
id!(
    /// Something shared with a parent.
    ParentShareId
);
id!(
    /// A disclosure of an education record.
    DisclosureId
);
id!(
    /// A progress reel.
    ProgressReelId
);
id!(
    /// A performance report.
    ReportId
);
id!(
    /// A signed-in browser of an operator.
    SessionId
);
id!(
    /// A study session.
    StudySessionId
);
id!(
    /// A tutoring session.
    TutoringSessionId
);
id!(
    /// A person on the platform.
    UserId
);
id!(
    /// The recap of a child's week for a parent.
    RecapId
);
id!(
    /// A verification of a guardian.
    VerificationId
);
id!(
    /// A receiver of webhooks.
    WebhookId
);
id!(
    /// A message to receivers of webhooks, also its `webhook-id`.
    WebhookMessageId
);
