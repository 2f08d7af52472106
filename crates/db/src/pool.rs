//! The connection pool.
//!
//! Connections are not tested by a query when they are taken out: that halves throughput. A connection whose
//! socket is closed is noticed without one and replaced.

use std::time::Duration;

use diesel_async::AsyncPgConnection;
use diesel_async::pooled_connection::deadpool::{Object, Pool};
use diesel_async::pooled_connection::{
    AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod,
};
use futures_util::FutureExt as _;

use crate::connect;
use crate::error::{DbError, DbResult};

/// A connection taken from the pool; goes back when dropped.
pub type Connection = Object<AsyncPgConnection>;

/// Longest wait for a free connection before the caller is told that the database is busy.
const WAIT: Duration = Duration::from_secs(5);

/// A pool of connections to one PostgreSQL. Cheap to clone.
#[derive(Clone)]
pub struct Database {
    pool: Pool<AsyncPgConnection>,
    url: String,
}

impl Database {
    /// A pool of at most `max_connections` to the database at `url`; connects on first use.
    ///
    /// # Errors
    /// When the URL is wrong or the pool can not be built.
    pub fn new(url: &str, max_connections: usize) -> DbResult<Self> {
        connect::check_url(url).map_err(DbError::Unavailable)?;
        let mut config = ManagerConfig::default();
        config.recycling_method = RecyclingMethod::Fast;
        config.custom_setup = Box::new(|url| {
            let url = url.to_owned();
            async move { connect::establish(&url).await }.boxed()
        });
        let manager = AsyncDieselConnectionManager::new_with_config(url, config);
        let pool = Pool::builder(manager)
            .max_size(max_connections)
            .wait_timeout(Some(WAIT))
            .create_timeout(Some(WAIT))
            .runtime(deadpool::Runtime::Tokio1)
            .build()
            .map_err(|error| DbError::Unavailable(error.to_string()))?;
        Ok(Self {
            pool,
            url: url.to_owned(),
        })
    }

    /// Takes a connection.
    ///
    /// # Errors
    /// [`DbError::Unavailable`] when none is free within 5 s or PostgreSQL can not be reached.
    pub async fn connection(&self) -> DbResult<Connection> {
        self.pool
            .get()
            .await
            .map_err(|error| DbError::Unavailable(error.to_string()))
    }

    /// URL of the database, for connections outside the pool (LISTEN). Holds a secret: never log it.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Connections in use and in all, for metrics.
    pub fn usage(&self) -> (usize, usize) {
        let status = self.pool.status();
        (
            status.size.saturating_sub(status.available),
            status.max_size,
        )
    }
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Database").finish_non_exhaustive()
    }
}
