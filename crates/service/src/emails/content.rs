//! What messages are made from. It is kept sealed, so that a message can be sent again and looked at later.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use viral_engine_api_types::emails::EmailKind;
use viral_engine_api_types::permissions::Role;
use viral_engine_domain::emails::Purpose;

use super::templates::consent_kind;

/// What is said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Mail {
    /// A performance report is ready.
    ReportReady(ReportReady),
    /// What became of alerts of the guardrails.
    AlertDigest(AlertDigest),
    /// Somebody is invited to be an operator.
    OperatorInvitation(OperatorInvitation),
    /// An operator tries whether mail arrives.
    TestMessage(TestMessage),
    /// A receiver of webhooks is told nothing any more.
    WebhookDisabled(WebhookDisabled),
    /// A parent's week.
    WeeklyRecap(WeeklyRecap),
    /// A guardian's consent.
    Consent(ConsentMail),
    /// A guardian's link to what is held on a child.
    DataLink(DataLink),
}

/// A performance report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReportReady {
    /// The report.
    pub report: Uuid,
    /// Which stretch of time it is of.
    pub period: ReportPeriod,
    /// Its first day.
    pub from: NaiveDate,
    /// Its last day.
    pub to: NaiveDate,
    /// Its figures, in their order.
    pub figures: Vec<Figure>,
    /// What they show.
    pub insights: Vec<String>,
    /// What to do about it.
    pub recommendations: Vec<String>,
}

/// Which stretch of time a report is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportPeriod {
    /// Seven days.
    Weekly,
    /// A calendar month.
    Monthly,
    /// Another.
    Custom,
}

/// A figure of a report.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// What it measures.
    pub name: FigureName,
    /// Its value; rates in percent.
    pub value: f64,
    /// Change against the period before, in percent.
    pub change_pct: Option<f64>,
}

/// What a figure measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FigureName {
    /// Invited people who joined, for each who invites.
    KFactor,
    /// Conversions.
    Conversions,
    /// Conversions of clicks.
    ConversionRate,
    /// Users who did something.
    ActiveUsers,
    /// Links minted.
    LinksCreated,
    /// Links that were clicked.
    LinksClicked,
    /// Links clicked of links minted.
    ClickThroughRate,
    /// Health score.
    HealthScore,
    /// COPPA compliance.
    ComplianceRate,
    /// Things flagged as fraud.
    FraudFlags,
}

/// Alerts that changed, the gravest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlertDigest {
    /// The alerts; at least one.
    pub alerts: Vec<DigestAlert>,
}

/// What became of an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertNews {
    /// It is new.
    Opened,
    /// It got worse.
    Escalated,
    /// Its cause is gone.
    Resolved,
}

/// An alert of a digest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DigestAlert {
    /// The alert.
    pub alert: Uuid,
    /// What became of it.
    pub news: AlertNews,
    /// How grave it is, as the API says it.
    pub severity: String,
    /// A sentence with the figures.
    pub message: String,
    /// The figure that fired.
    pub value: f64,
    /// The limit it was compared with.
    pub threshold: f64,
    /// When it opened.
    pub opened_at: DateTime<Utc>,
    /// When somebody should have responded.
    pub due_at: DateTime<Utc>,
    /// When its cause was gone.
    pub resolved_at: Option<DateTime<Utc>>,
}

/// A receiver of webhooks that was disabled by the engine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookDisabled {
    /// The receiver.
    pub webhook: Uuid,
    /// What operators call it; may be empty.
    pub description: String,
    /// Whether it said that it is gone; else it took nothing for five days.
    pub is_gone: bool,
    /// First failure since the last success.
    pub failing_since: DateTime<Utc>,
    /// Messages that it still had to get.
    pub skipped: usize,
}

/// An invitation to be an operator. Its link signs in whoever has it, so it does not show itself.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct OperatorInvitation {
    /// What the operator is to be.
    pub role: Role,
    /// The one-time link.
    pub setup_url: String,
    /// When the link ends.
    pub expires_at: DateTime<Utc>,
}

impl fmt::Debug for OperatorInvitation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OperatorInvitation")
            .field("role", &self.role)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// A message that only has to arrive.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TestMessage {
    /// When it was asked for.
    pub asked_at: DateTime<Utc>,
}

/// What a parent's children did in a week.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WeeklyRecap {
    /// Monday.
    pub from: NaiveDate,
    /// Sunday.
    pub to: NaiveDate,
    /// The parent's page. Whoever has the link may read it.
    pub page_url: String,
    /// What the parent allows, and where it is taken back; none for whoever was never asked. Whoever has the link may
    /// take it back.
    #[serde(default)]
    pub consents_url: Option<String>,
    /// The children who had sessions.
    pub children: Vec<ChildWeek>,
}

/// A child's week.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ChildWeek {
    /// First name, if known.
    pub name: Option<String>,
    /// Tutoring sessions.
    pub sessions: i32,
    /// Minutes of all of them.
    pub minutes: i32,
    /// Mean rating.
    pub average_rating: Option<f64>,
    /// Mean improvement in percentage points.
    pub improvement: Option<f64>,
    /// Days in a row.
    pub streak_days: i32,
    /// Subjects, most minutes first.
    pub subjects: Vec<String>,
    /// Skills that were practised.
    pub skills: Vec<String>,
    /// Achievements.
    pub achievements: Vec<String>,
    /// What went well.
    pub highlights: Vec<String>,
    /// What to do next.
    pub next_steps: Vec<String>,
}

/// Where a consent is when its guardian is written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsentStage {
    /// The guardian is asked.
    Request,
    /// The guardian has not answered.
    Reminder,
    /// The second step of a consent by messages.
    Confirmation,
    /// It could not be told that the guardian is the guardian, for so many times.
    Unverified(u8),
    /// The consent is complete.
    Receipt,
}

/// What a guardian is asked, or has allowed. Its links open the guardian's pages, so they do not show themselves.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct ConsentMail {
    /// Where the consent is.
    pub stage: ConsentStage,
    /// The child's first name, if known.
    pub child: Option<String>,
    /// What it is about, as the API says it.
    pub scopes: Vec<String>,
    /// The page of this step.
    pub page_url: String,
    /// When the answer must be complete.
    pub until: DateTime<Utc>,
}

/// A guardian's link to what is held on a child. It works once, so it does not show itself.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct DataLink {
    /// The child's first name, if known.
    pub child: Option<String>,
    /// `summary`, `export` or `deletion`.
    pub asked: String,
    /// The page on which it is done.
    pub page_url: String,
    /// Until when it works.
    pub until: DateTime<Utc>,
}

impl fmt::Debug for DataLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DataLink")
            .field("asked", &self.asked)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for ConsentMail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConsentMail")
            .field("stage", &self.stage)
            .field("scopes", &self.scopes)
            .finish_non_exhaustive()
    }
}

impl Mail {
    /// What the message is.
    pub fn kind(&self) -> EmailKind {
        match self {
            Self::ReportReady(_) => EmailKind::ReportReady,
            Self::AlertDigest(_) => EmailKind::AlertDigest,
            Self::OperatorInvitation(_) => EmailKind::OperatorInvitation,
            Self::TestMessage(_) => EmailKind::TestMessage,
            Self::WebhookDisabled(_) => EmailKind::WebhookDisabled,
            Self::WeeklyRecap(_) => EmailKind::WeeklyRecap,
            Self::Consent(mail) => consent_kind(mail.stage),
            Self::DataLink(_) => EmailKind::DataLink,
        }
    }

    /// Whether it may be sent only once, since it holds a secret that is worth something to others.
    pub fn is_sent_once(&self) -> bool {
        matches!(self, Self::OperatorInvitation(_) | Self::DataLink(_))
    }

    /// The same without what only the recipient may see.
    pub fn without_secrets(self, public_url: &str) -> Self {
        match self {
            Self::OperatorInvitation(invitation) => Self::OperatorInvitation(OperatorInvitation {
                setup_url: format!("{public_url}/setup"),
                ..invitation
            }),
            Self::WeeklyRecap(recap) => Self::WeeklyRecap(WeeklyRecap {
                page_url: format!("{public_url}/r/"),
                consents_url: recap.consents_url.map(|_| format!("{public_url}/c/")),
                ..recap
            }),
            Self::DataLink(link) => Self::DataLink(DataLink {
                page_url: format!("{public_url}/d/"),
                ..link
            }),
            Self::Consent(mail) => Self::Consent(ConsentMail {
                page_url: format!("{public_url}/c/"),
                ..mail
            }),
            other => other,
        }
    }
}

/// What messages of a kind are for.
pub(super) fn purpose(kind: EmailKind) -> Purpose {
    match kind {
        EmailKind::ReportReady
        | EmailKind::AlertDigest
        | EmailKind::WebhookDisabled
        | EmailKind::WeeklyRecap => Purpose::Subscription,
        EmailKind::OperatorInvitation
        | EmailKind::TestMessage
        | EmailKind::ConsentRequest
        | EmailKind::ConsentReminder
        | EmailKind::ConsentConfirmation
        | EmailKind::ConsentUnverified
        | EmailKind::ConsentReceipt
        | EmailKind::DataLink => Purpose::Transaction,
    }
}
