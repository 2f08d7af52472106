//! The writer's connection: prepared statements, the lock between nodes, and what a failure means.

use std::collections::HashMap;

use tokio::sync::Mutex;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Row, Statement};

use crate::connect::connect;
use crate::error::DbResult;

/// Key of the advisory lock that lets one node write events at a time; any constant no other lock uses.
pub const INGEST_LOCK: i64 = 0x5645_494E_4753;

/// Days are UTC days, whatever the server's zone. A node that hangs within its transaction must not hold the lock
/// for ever, hence the time limits.
const SESSION: &str = "SET TIME ZONE 'UTC'; SET statement_timeout = '60s'; \
                       SET idle_in_transaction_session_timeout = '30s'; SET application_name = 'viral-engine ingest'";

/// Bumps the data version and tells every node, see [`IngestConnection::announce`].
const ANNOUNCE: &str = "WITH bumped AS MATERIALIZED (SELECT nextval('data_version') AS version) \
                        SELECT pg_notify('ve_data', version::text) FROM bumped";

/// A connection that stores events. Drop it after an error: its transaction ends with it.
pub struct IngestConnection {
    client: Client,
    statements: Mutex<HashMap<&'static str, Statement>>,
}

impl IngestConnection {
    /// Connects to the database at `url`.
    ///
    /// # Errors
    /// [`crate::DbError::Unavailable`] when PostgreSQL can not be reached.
    pub async fn open(url: &str) -> DbResult<Self> {
        let (client, connection) = connect(url).await?;
        // Ends when the client is dropped or the socket breaks; the client's next statement tells which.
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::warn!(%error, "the connection that stores events broke");
            }
        });
        client.batch_execute(SESSION).await?;
        Ok(Self {
            client,
            statements: Mutex::default(),
        })
    }

    /// Whether the connection is known to be broken.
    pub fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    /// Begins a transaction and waits until no other node is in one.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn begin(&self) -> DbResult<()> {
        let sql = format!("BEGIN; SELECT pg_advisory_xact_lock({INGEST_LOCK})");
        Ok(self.client.batch_execute(&sql).await?)
    }

    /// Commits.
    ///
    /// # Errors
    /// When the database refuses, or nobody can tell whether it committed.
    pub async fn commit(&self) -> DbResult<()> {
        Ok(self.client.batch_execute("COMMIT").await?)
    }

    /// Gives the transaction up.
    ///
    /// # Errors
    /// When the connection broke, which gives it up as well.
    pub async fn rollback(&self) -> DbResult<()> {
        Ok(self.client.batch_execute("ROLLBACK").await?)
    }

    /// Grows the data version and tells every node. Call it after the commit: within the transaction a reader could
    /// keep an answer without these events under the new version.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn announce(&self) -> DbResult<()> {
        self.execute(ANNOUNCE, &[]).await?;
        Ok(())
    }

    pub(super) async fn query(
        &self,
        sql: &'static str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> DbResult<Vec<Row>> {
        let statement = self.statement(sql).await?;
        Ok(self.client.query(&statement, parameters).await?)
    }

    pub(super) async fn execute(
        &self,
        sql: &'static str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> DbResult<u64> {
        let statement = self.statement(sql).await?;
        Ok(self.client.execute(&statement, parameters).await?)
    }

    pub(super) async fn batch(&self, sql: &str) -> DbResult<()> {
        Ok(self.client.batch_execute(sql).await?)
    }

    pub(super) async fn statement(&self, sql: &'static str) -> DbResult<Statement> {
        let mut statements = self.statements.lock().await;
        if let Some(statement) = statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(sql).await?;
        statements.insert(sql, statement.clone());
        Ok(statement)
    }

    pub(super) fn client(&self) -> &Client {
        &self.client
    }
}
