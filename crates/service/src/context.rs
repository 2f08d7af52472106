//! What every use case is given: database, keys, configuration and the clock.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use viral_engine_db::{Connection, Database};

use crate::config::{Keys, ServiceConfig};
use crate::error::ServiceResult;

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
}

impl Context {
    /// Now.
    pub fn now(&self) -> DateTime<Utc> {
        // PostgreSQL keeps microseconds; a finer time would not equal itself after a round trip.
        let now = (self.clock)();
        DateTime::from_timestamp_micros(now.timestamp_micros()).unwrap_or(now)
    }

    /// A connection from the pool.
    ///
    /// # Errors
    /// When none can be had in time.
    pub async fn connection(&self) -> ServiceResult<Connection> {
        Ok(self.database.connection().await?)
    }
}
