//! Roles of operators, scopes of API keys, and the actions they allow.
//!
//! Deny by default: what is not listed for a role or scope is not allowed. The admin app reads the same
//! table, so that it never shows a control the server would refuse.

use serde::{Deserialize, Serialize};

/// What an operator is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Everything, including operators, API keys and settings.
    Admin,
    /// Trust and safety: alerts, blocks, networks, links; reads personal fields.
    Safety,
    /// Growth: links and everything that is read, without personal fields.
    Analyst,
    /// Reads; changes nothing.
    Viewer,
}

impl Role {
    /// All roles, most powerful first.
    pub const ALL: [Self; 4] = [Self::Admin, Self::Safety, Self::Analyst, Self::Viewer];

    /// The role as sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Safety => "safety",
            Self::Analyst => "analyst",
            Self::Viewer => "viewer",
        }
    }

    /// Parses the role as sent.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }

    /// Whether the role may do `permission`.
    pub fn allows(self, permission: Permission) -> bool {
        use Permission as P;
        match self {
            Self::Admin => permission != P::EventsImport,
            Self::Safety => matches!(
                permission,
                P::LinksRead
                    | P::LinksWrite
                    | P::EventsRead
                    | P::GuardrailsRead
                    | P::AlertsRead
                    | P::AlertsWrite
                    | P::BlocksRead
                    | P::BlocksWrite
                    | P::NetworksRead
                    | P::NetworksWrite
                    | P::UsersRead
                    | P::UsersReadPersonal
                    | P::PiiScan
                    | P::TutoringSessionsRead
                    | P::RecapsRead
                    | P::ReportsRead
                    | P::SettingsRead
                    | P::JobsRead
                    | P::EmailsRead
                    | P::EmailsWrite
                    | P::FlagsRead
                    | P::ConsentsRead
                    | P::ConsentsWrite
                    | P::ConsentsReview
                    | P::DataRequestsRead
                    | P::DataRequestsWrite
                    | P::DisclosuresRead
                    | P::DisclosuresWrite
                    | P::AuditRead
            ),
            Self::Analyst => matches!(
                permission,
                P::LinksRead
                    | P::LinksWrite
                    | P::EventsRead
                    | P::GuardrailsRead
                    | P::AlertsRead
                    | P::BlocksRead
                    | P::NetworksRead
                    | P::UsersRead
                    | P::TutoringSessionsRead
                    | P::RecapsRead
                    | P::RecapsWrite
                    | P::ReportsRead
                    | P::ReportsWrite
                    | P::SettingsRead
                    | P::JobsRead
                    | P::EmailsRead
                    | P::ConsentsRead
                    | P::FlagsRead
            ),
            Self::Viewer => matches!(
                permission,
                P::LinksRead
                    | P::EventsRead
                    | P::GuardrailsRead
                    | P::AlertsRead
                    | P::NetworksRead
                    | P::ReportsRead
                    | P::SettingsRead
                    | P::FlagsRead
            ),
        }
    }
}

macro_rules! permissions {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)+) => {
        /// One thing a caller may be allowed to do. For API keys the name is the scope.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Permission {
            $($(#[$doc])* #[serde(rename = $name)] $variant,)+
        }

        impl Permission {
            /// All permissions.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The permission as sent, also the scope of an API key.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// Parses a scope.
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|p| p.as_str() == text)
            }
        }
    };
}

permissions! {
    /// List, read and export links, their QR codes and their hits.
    LinksRead = "links:read",
    /// Mint, disable, re-enable and extend links.
    LinksWrite = "links:write",
    /// List and export events.
    EventsRead = "events:read",
    /// Report events.
    EventsWrite = "events:write",
    /// Report events of any past time.
    EventsImport = "events:import",
    /// Read guardrails, health score, history and overview.
    GuardrailsRead = "guardrails:read",
    /// Report parent shares, reels, study sessions and opt-outs.
    InputsWrite = "inputs:write",
    /// Read tutoring sessions and achievements.
    TutoringSessionsRead = "tutoring_sessions:read",
    /// Report tutoring sessions and achievements.
    TutoringSessionsWrite = "tutoring_sessions:write",
    /// Read the parents' weekly recaps.
    RecapsRead = "recaps:read",
    /// Generate recaps and send them again.
    RecapsWrite = "recaps:write",
    /// Read alerts.
    AlertsRead = "alerts:read",
    /// Acknowledge and dismiss alerts.
    AlertsWrite = "alerts:write",
    /// Read blocked devices and networks.
    BlocksRead = "blocks:read",
    /// Block and unblock devices and networks.
    BlocksWrite = "blocks:write",
    /// Read institution networks.
    NetworksRead = "networks:read",
    /// Mark networks as an institution's.
    NetworksWrite = "networks:write",
    /// Read users without their personal fields.
    UsersRead = "users:read",
    /// Read the personal fields of users.
    UsersReadPersonal = "users:read_personal",
    /// Create and change users.
    UsersWrite = "users:write",
    /// Find and redact personal information in texts; with a known subject, by that user's personal fields.
    PiiScan = "pii:scan",
    /// Read operators.
    OperatorsRead = "operators:read",
    /// Invite, change and disable operators.
    OperatorsWrite = "operators:write",
    /// Read API keys (never the key itself).
    ApiKeysRead = "api_keys:read",
    /// Create, rotate and revoke API keys.
    ApiKeysWrite = "api_keys:write",
    /// Read and export reports.
    ReportsRead = "reports:read",
    /// Ask for reports.
    ReportsWrite = "reports:write",
    /// Read settings.
    SettingsRead = "settings:read",
    /// Change settings.
    SettingsWrite = "settings:write",
    /// Read jobs, queues and schedules.
    JobsRead = "jobs:read",
    /// Retry, cancel and delete jobs; pause, resume and run queues and schedules.
    JobsWrite = "jobs:write",
    /// Read emails, without addresses and texts, and their templates.
    EmailsRead = "emails:read",
    /// Send emails again, and test messages.
    EmailsWrite = "emails:write",
    /// Report bounces and complaints.
    EmailEventsWrite = "email_events:write",
    /// Read feature flags.
    FlagsRead = "flags:read",
    /// Switch features on and off.
    FlagsWrite = "flags:write",
    /// Read webhooks and their deliveries (never a secret).
    WebhooksRead = "webhooks:read",
    /// Add, change, test and remove webhooks, rotate their secrets, send messages again.
    WebhooksWrite = "webhooks:write",
    /// Read consents, notices and how guardians were asked.
    ConsentsRead = "consents:read",
    /// Ask guardians for consent, revoke, and note what schools authorise.
    ConsentsWrite = "consents:write",
    /// See forms that guardians have signed, and approve or reject them.
    ConsentsReview = "consents:review",
    /// Write and publish the notice.
    NoticesWrite = "notices:write",
    /// Read requests for what is held on users.
    DataRequestsRead = "data_requests:read",
    /// Ask for everything that is held on a user, get it, and have it erased.
    DataRequestsWrite = "data_requests:write",
    /// Read and export the log of disclosures of education records.
    DisclosuresRead = "disclosures:read",
    /// Note disclosures of education records.
    DisclosuresWrite = "disclosures:write",
    /// Read the audit trail.
    AuditRead = "audit:read",
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Permission {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        let values = Self::ALL.iter().map(|permission| permission.as_str());
        crate::openapi::text_enum("One thing a caller may be allowed to do.", values)
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Permission {}

impl Permission {
    /// Whether an API key may have it: operators, keys, settings, webhooks, the audit trail and the review of forms are for people only.
    pub fn grantable_to_api_key(self) -> bool {
        !matches!(
            self,
            Self::OperatorsRead
                | Self::OperatorsWrite
                | Self::ApiKeysRead
                | Self::ApiKeysWrite
                | Self::SettingsWrite
                | Self::FlagsWrite
                | Self::ConsentsReview
                | Self::WebhooksRead
                | Self::WebhooksWrite
                | Self::AuditRead
        )
    }
}
