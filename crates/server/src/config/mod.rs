//! The configuration: read once, checked as a whole, passed down.
//!
//! One table names every key with its purpose, default, range and effect; what is read, what is refused and
//! what `.env.example` says all come from it.

mod audit;
mod consents;
mod error;
mod example;
mod key;
mod mail;
mod reader;
mod report;
mod secret;
pub mod secrets_file;
mod sections;
mod table;
mod traces;
mod values;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::path::Path;

use viral_engine_db::embedded::is_installed;
use viral_engine_domain::guardrails::thresholds::Thresholds;
use viral_engine_service::consents::VerificationConfig;
use viral_engine_service::emails::EmailConfig;

pub use audit::AuditConfig;
pub use error::{ConfigError, Problem};
pub use example::example;
pub use report::{report, warnings};
pub use secret::Secret;
pub use sections::{
    DatabaseConfig, DatabaseKind, EngineConfig, Environment, JobConfig, LimitConfig, LinkConfig,
    LogConfig, LogFormat, PrivacyConfig, WebhookConfig,
};
pub use traces::TraceConfig;
pub use values::{Origin, Sources, Values};

use reader::Reader;

/// The whole configuration.
#[derive(Clone, Debug)]
pub struct Config {
    /// The process.
    pub engine: EngineConfig,
    /// The database.
    pub database: DatabaseConfig,
    /// Links and hits.
    pub links: LinkConfig,
    /// Keys that protect people's data.
    pub privacy: PrivacyConfig,
    /// The audit trail.
    pub audit: AuditConfig,
    /// Verification of guardians.
    pub verification: VerificationConfig,
    /// Limits for clients.
    pub limits: LimitConfig,
    /// Jobs and schedules.
    pub jobs: JobConfig,
    /// Mail.
    pub email: EmailConfig,
    /// Webhooks.
    pub webhooks: WebhookConfig,
    /// Logs.
    pub logs: LogConfig,
    /// Traces; none unless a collector is named.
    pub traces: Option<TraceConfig>,
    /// Defaults of the guardrails' settings.
    pub thresholds: Thresholds,
}

/// What becomes of secrets that are missing although the engine may make them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NewSecrets {
    /// Kept in the data folder.
    Keep,
    /// Forgotten: the configuration is only being checked.
    Forget,
}

impl Config {
    /// Reads the configuration.
    ///
    /// # Errors
    /// Everything that is wrong with it, at once.
    pub fn load(sources: &Sources, new_secrets: NewSecrets) -> Result<(Self, Values), ConfigError> {
        if new_secrets == NewSecrets::Keep {
            // A configuration that is refused leaves nothing behind.
            Self::load(sources, NewSecrets::Forget)?;
        }
        let mut problems = Vec::new();
        let mut values = Values::gather(sources, &mut problems);
        // The secrets' file lies where this says, so it is needed before the rest can be read.
        let data_dir = values.text("DATA_DIR").unwrap_or("./data").to_owned();
        if values.text("DATABASE_URL").is_none() {
            let keep = new_secrets == NewSecrets::Keep;
            secrets_file::fill(&mut values, Path::new(&data_dir), keep, &mut problems);
        }
        let (config, problems, _) = Self::read(&values, problems);
        match config {
            Some(config) if problems.is_empty() => Ok((config, values)),
            _ => Err(ConfigError { problems }),
        }
    }

    /// Refuses a data folder in which the engine has never run; with a database elsewhere any folder will do.
    ///
    /// # Errors
    /// Which folder it is, and what makes an installation.
    pub fn require_installation(&self) -> Result<(), ConfigError> {
        let folder = &self.engine.data_dir;
        match self.database.kind {
            DatabaseKind::Embedded { .. } if !is_installed(folder) => Err(ConfigError {
                problems: vec![Problem::rule(format!(
                    "DATA_DIR={folder:?}: there is no installation in this folder; `viral-engine serve` and \
                     `viral-engine migrate` make one"
                ))],
            }),
            _ => Ok(()),
        }
    }

    fn read(
        values: &Values,
        problems: Vec<Problem>,
    ) -> (Option<Self>, Vec<Problem>, BTreeSet<&'static str>) {
        let mut reader = Reader::new(values, problems);
        let config = Self::read_sections(&mut reader);
        let (problems, read) = reader.finish();
        (config, problems, read)
    }

    fn read_sections(reader: &mut Reader<'_>) -> Option<Self> {
        let engine = EngineConfig::read(reader);
        let environment = engine
            .as_ref()
            .map_or(Environment::Production, |engine| engine.environment);
        let database = DatabaseConfig::read(reader);
        let links = LinkConfig::read(reader, environment);
        let privacy = PrivacyConfig::read(reader);
        let audit = AuditConfig::read(reader);
        let verification = consents::read(reader, environment);
        let limits = LimitConfig::read(reader);
        let jobs = JobConfig::read(reader);
        let email = mail::read(reader);
        let webhooks = WebhookConfig::read(reader, environment);
        let logs = LogConfig::read(reader);
        let traces = TraceConfig::read(reader);
        let thresholds = sections::read_thresholds(reader);
        Some(Self {
            engine: engine?,
            database: database?,
            links: links?,
            privacy: privacy?,
            audit: audit?,
            verification: verification?,
            limits: limits?,
            jobs: jobs?,
            email: email?,
            webhooks: webhooks?,
            logs: logs?,
            traces: traces?,
            thresholds: thresholds?,
        })
    }
}
