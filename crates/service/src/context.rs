//! What every use case is given: database, keys, configuration and the clock.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use viral_engine_db::notifications::Notices;
use viral_engine_db::{Connection, Database};

use crate::answers::Answers;
use crate::auth::Authentication;
use crate::blocks::Blocklist;
use crate::config::{Keys, ServiceConfig};
use crate::consents::Memory;
use crate::emails::Mailer;
use crate::error::ServiceResult;
use crate::settings::SettingsCache;
use crate::stream::Stream;
use crate::webhooks::Sender;

/// Tells the time; tests give one that stands still.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// What every use case is given. Cheap to clone.
#[derive(Clone)]
pub struct Context {
    /// The database.
    pub database: Database,
    /// Secrets.
    pub keys: Arc<Keys>,
    /// Configuration.
    pub config: Arc<ServiceConfig>,
    /// The clock.
    pub clock: Clock,
    /// What other nodes tell, once `notifications::follow_other_nodes` runs.
    pub notices: Notices,
    /// Blocks in force.
    pub blocklist: Arc<Blocklist>,
    /// Settings in force.
    pub settings: Arc<SettingsCache>,
    /// Consents of children, as far as they are remembered.
    pub consents: Arc<Memory>,
    /// Calls the provider of verifications and the gateway of text messages, whose addresses the operator of this installation has configured.
    pub provider: Arc<Sender>,
    /// Answers of the guardrails.
    pub answers: Arc<Answers>,
    /// Who listens to changes.
    pub stream: Arc<Stream>,
    /// What carries mail.
    pub mailer: Arc<Mailer>,
    /// Token keys and the short-lived caches of who may call.
    pub authentication: Arc<Authentication>,
    /// Sends webhooks.
    pub webhooks: Arc<Sender>,
}

impl Context {
    /// What use cases on `database` are given.
    pub fn new(database: Database, keys: Keys, config: ServiceConfig, clock: Clock) -> Self {
        Self {
            authentication: Arc::new(Authentication::new(&keys)),
            mailer: Arc::new(Mailer::new(config.email.clone())),
            webhooks: Arc::new(Sender::new(config.webhook_allow_private)),
            database,
            keys: Arc::new(keys),
            config: Arc::new(config),
            clock,
            notices: Notices::default(),
            blocklist: Arc::default(),
            settings: Arc::default(),
            answers: Arc::default(),
            consents: Arc::default(),
            provider: Arc::new(Sender::new(true)),
            stream: Arc::default(),
        }
    }

    /// Now.
    pub fn now(&self) -> DateTime<Utc> {
        // PostgreSQL keeps microseconds; a finer time would not equal itself after a round trip.
        let now = (self.clock)();
        DateTime::from_timestamp_micros(now.timestamp_micros()).unwrap_or(now)
    }

    /// The same at another time: what happened then is written down as of then.
    pub fn at(&self, time: DateTime<Utc>) -> Self {
        Self {
            clock: Arc::new(move || time),
            ..self.clone()
        }
    }

    /// A connection from the pool.
    ///
    /// # Errors
    /// When none can be had in time.
    pub async fn connection(&self) -> ServiceResult<Connection> {
        Ok(self.database.connection().await?)
    }
}
