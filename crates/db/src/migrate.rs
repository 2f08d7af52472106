//! Runs the migrations in `migrations/`, which are compiled into the binary.
//!
//! An advisory lock makes several nodes that start at once wait for each other.

use diesel::pg::Pg;
use diesel::sql_query;
use diesel_async::{AsyncMigrationHarness, AsyncPgConnection, RunQueryDsl};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::connect::establish;
use crate::error::{DbError, DbResult};

/// All migrations.
pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations");

/// Key of the advisory lock held while migrating; any constant no other lock uses.
const LOCK: i64 = 0x5645_4D49_4752;

/// A migration and whether it has run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MigrationStatus {
    /// Version, the timestamp of its folder.
    pub version: String,
    /// Whether it has run on this database.
    pub applied: bool,
}

/// Runs every pending migration and answers how many there were. Needs a multi-thread runtime.
///
/// # Errors
/// When PostgreSQL can not be reached or a migration fails; the failed one is rolled back.
pub async fn up(url: &str) -> DbResult<usize> {
    let mut harness = locked_harness(url).await?;
    let run = harness.run_pending_migrations(MIGRATIONS).map_err(failed)?;
    Ok(run.len())
}

/// Reverts the latest migration and answers its version; `None` when there is nothing to revert.
///
/// # Errors
/// As [`up`].
pub async fn down(url: &str) -> DbResult<Option<String>> {
    let mut harness = locked_harness(url).await?;
    if harness.applied_migrations().map_err(failed)?.is_empty() {
        return Ok(None);
    }
    let version = harness.revert_last_migration(MIGRATIONS).map_err(failed)?;
    Ok(Some(version.to_string()))
}

/// Every migration in order, and whether it has run.
///
/// # Errors
/// As [`up`].
pub async fn status(url: &str) -> DbResult<Vec<MigrationStatus>> {
    use diesel::migration::{Migration, MigrationSource};
    let mut harness = AsyncMigrationHarness::new(connect(url).await?);
    let applied = harness.applied_migrations().map_err(failed)?;
    let all: Vec<Box<dyn Migration<Pg>>> = MIGRATIONS.migrations().map_err(failed)?;
    let mut list: Vec<MigrationStatus> = all
        .iter()
        .map(|migration| {
            let version = migration.name().version();
            let applied = applied.contains(&version.as_owned());
            MigrationStatus {
                version: version.to_string(),
                applied,
            }
        })
        .collect();
    list.sort_by(|a, b| a.version.cmp(&b.version));
    Ok(list)
}

/// How many migrations have not run, read over a connection of the pool: for health checks, which may run on a
/// single-thread runtime.
///
/// # Errors
/// When the database does not answer.
pub async fn pending(conn: &mut AsyncPgConnection) -> DbResult<usize> {
    use diesel::migration::{Migration, MigrationSource};
    #[derive(diesel::QueryableByName)]
    struct Applied {
        #[diesel(sql_type = diesel::sql_types::Text)]
        version: String,
    }
    let applied: Vec<Applied> = sql_query("SELECT version FROM __diesel_schema_migrations")
        .load(conn)
        .await?;
    let all: Vec<Box<dyn Migration<Pg>>> = MIGRATIONS.migrations().map_err(failed)?;
    let versions = all
        .iter()
        .map(|migration| migration.name().version().to_string());
    Ok(versions
        .filter(|version| applied.iter().all(|row| row.version != *version))
        .count())
}

async fn connect(url: &str) -> DbResult<AsyncPgConnection> {
    establish(url)
        .await
        .map_err(|error| DbError::Unavailable(error.to_string()))
}

async fn locked_harness(url: &str) -> DbResult<AsyncMigrationHarness<AsyncPgConnection>> {
    let mut conn = connect(url).await?;
    // Held until the connection closes.
    sql_query("SELECT pg_advisory_lock($1)")
        .bind::<diesel::sql_types::BigInt, _>(LOCK)
        .execute(&mut conn)
        .await?;
    Ok(AsyncMigrationHarness::new(conn))
}

fn failed(error: impl std::fmt::Display) -> DbError {
    DbError::Migration(error.to_string())
}
