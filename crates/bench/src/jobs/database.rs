//! A PostgreSQL of the bench's own, as the engine runs it, and use cases on it.

use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use chrono::Utc;
use chrono_tz::Tz;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::BigInt;
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use tempfile::TempDir;
use tokio_util::sync::{CancellationToken, DropGuard};
use viral_engine_db::embedded::{EmbeddedOptions, EmbeddedPostgres};
use viral_engine_db::{Database, migrate};
use viral_engine_domain::guardrails::thresholds::Thresholds;
use viral_engine_domain::links::key_ring::KeyRing;
use viral_engine_domain::links::target::{Mode, TargetPolicy};
use viral_engine_domain::retention::Policy;
use viral_engine_service::Context;
use viral_engine_service::audit::{AuditKey, AuditKeys};
use viral_engine_service::config::{
    AuditConfig, ClickDurability, InvitesFromLinks, Keys, SecretKey, ServiceConfig,
};
use viral_engine_service::consents::VerificationConfig;
use viral_engine_service::emails::EmailConfig;
use viral_engine_service::key_store::KeyStore;
use viral_engine_service::notifications::follow_other_nodes;

/// Connections of the use cases.
const CONNECTIONS: usize = 16;

/// A PostgreSQL with fsync on in a folder of its own.
pub struct BenchDatabase {
    postgres: EmbeddedPostgres,
    folder: TempDir,
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

impl BenchDatabase {
    /// Starts and migrates it.
    pub async fn start() -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("ve-jobs-").tempdir()?;
        // PostgreSQL runs as an unprivileged user when the bench runs as root, and must reach its folder.
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755))?;
        let postgres = EmbeddedPostgres::start(EmbeddedOptions::new(folder.path())).await?;
        migrate::up(postgres.url()).await?;
        Ok(Self { postgres, folder })
    }

    pub fn url(&self) -> &str {
        self.postgres.url()
    }

    pub async fn stop(self) -> Result<()> {
        self.postgres.stop().await?;
        Ok(())
    }

    /// Use cases on it.
    pub fn context(&self) -> Result<Context> {
        context(self.url())
    }

    /// Forgets all jobs.
    pub async fn clear(&self, conn: &mut AsyncPgConnection) -> Result<()> {
        conn.batch_execute("TRUNCATE jobs, job_errors, job_unique")
            .await?;
        Ok(())
    }

    pub async fn number(&self, conn: &mut AsyncPgConnection, sql: &str) -> Result<i64> {
        let row: Number = sql_query(sql)
            .get_result(conn)
            .await
            .with_context(|| sql.to_owned())?;
        Ok(row.count)
    }

    /// kill -9 of the postmaster; its children follow by themselves, and the embedded server is started again.
    pub fn kill(&self) -> Result<()> {
        let file = self.folder.path().join("postgres/postmaster.pid");
        let text = std::fs::read_to_string(&file).with_context(|| file.display().to_string())?;
        let pid = text.lines().next().context("postmaster.pid is empty")?;
        signal("-9", pid.trim())
    }
}

/// Sends a signal to a process.
pub fn signal(signal: &str, pid: &str) -> Result<()> {
    match Command::new("kill").args([signal, pid]).status()?.success() {
        true => Ok(()),
        false => bail!("kill {signal} {pid} failed"),
    }
}

/// Listens to notices until the guard is dropped.
pub fn listen(context: &Context) -> DropGuard {
    let stop = CancellationToken::new();
    tokio::spawn(follow_other_nodes(context.clone(), stop.clone()));
    stop.drop_guard()
}

/// Use cases on the database at `url`. Nothing is kept, so keys need not be secret; all processes have the same.
pub fn context(url: &str) -> Result<Context> {
    let secret: [u8; 32] = std::array::from_fn(|i| u8::try_from(i).unwrap_or_default());
    let key = || SecretKey::new(secret);
    let key_store = std::env::temp_dir().join("viral-engine-bench-keys");
    let keys = Keys {
        links: KeyRing::parse(&KeyRing::format_entry("bench", &secret))?,
        ip_hash: key(),
        visitors: key(),
        personal_data: key(),
        personal_data_previous: None,
        users: Arc::new(KeyStore::new(key_store)),
        sessions: key(),
        sessions_previous: None,
        audit: AuditKeys::new(AuditKey::new(&secret), Vec::new()),
    };
    let config = ServiceConfig {
        public_url: "http://127.0.0.1".to_owned(),
        development: true,
        targets: TargetPolicy::parse("", Mode::Development)?,
        visitor_cookie: false,
        click_durability: ClickDurability::Log,
        invites_from_links: InvitesFromLinks::Auto,
        figures_max_lag: Duration::ZERO,
        ip_hash_retention_days: 90,
        thresholds: Thresholds::default(),
        schedule_time_zone: Tz::UTC,
        audit: AuditConfig {
            retention_days: 2_557,
            heads_dir: None,
        },
        retention: Policy::default(),
        email: EmailConfig::default(),
        verification: VerificationConfig::default(),
        webhook_allow_private: false,
        database_kind: "external",
    };
    let database = Database::new(url, CONNECTIONS)?;
    Ok(Context::new(database, keys, config, Arc::new(Utc::now)))
}
