//! Mail: what is said, to whom, and what became of it.
//!
//! A use case queues a message in its own transaction ([`queue_email`]); the job [`SendEmail`] hands it to the mail
//! server. Without a mail server messages stay in the built-in outbox, where operators read them.

mod config;
mod content;
mod events;
mod list;
mod mailer;
mod overtaken;
mod people;
mod queue;
mod queue_many;
mod reseal;
mod resend;
mod retention;
mod row;
mod seal;
mod send;
mod smtp_url;
mod suppress;
mod templates;
mod unsubscribe;

pub use config::EmailConfig;
pub use content::{
    AlertDigest, AlertNews, ChildWeek, ConsentMail, ConsentStage, DataLink, DigestAlert, Figure,
    FigureName, Mail, OperatorInvitation, ReportPeriod, ReportReady, TestMessage, WebhookDisabled,
    WeeklyRecap,
};
pub use events::report_email_events;
pub use list::{EmailQuery, get_email, list_emails};
pub use mailer::Mailer;
pub(crate) use people::{TEXTS_OF_PEOPLE, TEXTS_WITH_IDS};
pub(crate) use queue::queue_email_in_any_case;
pub use queue::{NewEmail, QueuedEmail, parse_recipients, queue_email, send_test_email};
pub use queue_many::queue_emails;
pub(crate) use reseal::{reseal_emails, uses_other_keys};
pub(crate) use resend::queue_again;
pub use resend::resend_email;
pub use retention::{EMAILS_KEPT, erase_emails};
pub(crate) use row::email as shown_email;
pub(crate) use row::state as state_of;
pub(crate) use seal::open_address as recipient_of;
pub use send::{Outcome, SendEmail, SendError, Sending, prepare, record, send_later};
pub(crate) use send::{end_unfinished, withdraw_email};
pub use smtp_url::{SmtpUrl, SmtpUrlError};
pub(crate) use suppress::{gets_none, subscribe_again};
pub(crate) use templates::{ChildView, RecapWords, child_views, recap_words, subject_line};
pub use templates::{list_email_templates, preview_email_template};
pub use unsubscribe::{Unsubscribed, find_unsubscribe, unsubscribe, unsubscribe_url};
