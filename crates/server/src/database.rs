//! The database a command works on: the engine's own, started or joined, or the one of DATABASE_URL.

use anyhow::{Context, Result};
use viral_engine_db::embedded::{EmbeddedOptions, EmbeddedPostgres};
use viral_engine_db::migrate;

use crate::config::{Config, DatabaseKind, Secret};

/// A reachable PostgreSQL.
pub struct OpenDatabase {
    url: Secret,
    embedded: Option<EmbeddedPostgres>,
}

impl OpenDatabase {
    /// Starts or joins the embedded PostgreSQL; an external one is not contacted yet.
    ///
    /// # Errors
    /// When the embedded one can not be run.
    pub async fn open(config: &Config) -> Result<Self> {
        match &config.database.kind {
            DatabaseKind::External(url) => Ok(Self {
                url: url.clone(),
                embedded: None,
            }),
            DatabaseKind::Embedded { bin_dir } => {
                let options =
                    EmbeddedOptions::new(&config.engine.data_dir).bin_dir(bin_dir.clone());
                let embedded = EmbeddedPostgres::start(options)
                    .await
                    .context("the embedded PostgreSQL could not be started")?;
                Ok(Self {
                    url: Secret::new(embedded.url()),
                    embedded: Some(embedded),
                })
            }
        }
    }

    /// Runs every pending migration and answers how many there were.
    ///
    /// # Errors
    /// When the database can not be reached, or a migration fails.
    pub async fn migrate(&self) -> Result<usize> {
        migrate::up(self.url())
            .await
            .context("the schema could not be brought up to date")
    }

    /// URL of the database; holds a password when it is external.
    pub fn url(&self) -> &str {
        self.url.expose()
    }

    /// `embedded` or `external`.
    pub fn kind(&self) -> &'static str {
        match self.embedded {
            Some(_) => "embedded",
            None => "external",
        }
    }

    /// Stops using it. The embedded one is stopped unless another process uses it.
    ///
    /// # Errors
    /// When the embedded one can not be stopped.
    pub async fn close(self) -> Result<()> {
        match self.embedded {
            Some(embedded) => embedded
                .stop()
                .await
                .context("the embedded PostgreSQL could not be stopped"),
            None => Ok(()),
        }
    }
}
