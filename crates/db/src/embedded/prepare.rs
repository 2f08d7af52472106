//! Makes the engine's own role and database in a new server.

use tokio_postgres::{Client, Config, NoTls};

use super::cluster::{ENGINE, SUPERUSER};
use super::error::EmbeddedError;
use super::layout::Layout;

/// Key of the advisory lock that keeps two processes from making them at once: "VE prepa" in ASCII.
const LOCK_KEY: i64 = 0x5645_2070_7265_7061;

/// Makes role and database unless they exist. Also proves that the server answers.
pub(super) async fn prepare(layout: &Layout) -> Result<(), EmbeddedError> {
    prepare_at(&layout.url(SUPERUSER, SUPERUSER))
        .await
        .map_err(EmbeddedError::Prepare)
}

async fn prepare_at(url: &str) -> Result<(), tokio_postgres::Error> {
    let config: Config = url.parse()?;
    let (client, connection) = config.connect(NoTls).await?;
    let connection = tokio::spawn(connection);
    let made = make(&client).await;
    drop(client);
    // Its errors were already answers to the statements above.
    let _ = connection.await;
    made
}

async fn make(client: &Client) -> Result<(), tokio_postgres::Error> {
    client
        .execute("SELECT pg_advisory_lock($1)", &[&LOCK_KEY])
        .await?;
    let role = client
        .query_opt("SELECT 1 FROM pg_roles WHERE rolname = $1", &[&ENGINE])
        .await?;
    if role.is_none() {
        // CREATEDB for tests and for restoring a backup beside the live database.
        client
            .batch_execute(&format!("CREATE ROLE {ENGINE} LOGIN CREATEDB"))
            .await?;
    }
    let database = client
        .query_opt("SELECT 1 FROM pg_database WHERE datname = $1", &[&ENGINE])
        .await?;
    if database.is_none() {
        client
            .batch_execute(&format!("CREATE DATABASE {ENGINE} OWNER {ENGINE}"))
            .await?;
    }
    Ok(())
}
