//! From the configuration to what the floors below want.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use chrono::Utc;
use uuid::Uuid;
use viral_engine_click_log::{ClickLog, LogId, Options, Recovery};
use viral_engine_db::Database;
use viral_engine_http::state::HttpConfig;
use viral_engine_service::Context;
use viral_engine_service::config::{AuditConfig, Keys, ServiceConfig};
use viral_engine_service::key_store::KeyStore;

use crate::config::{Config, Environment};
use crate::database::OpenDatabase;

/// What use cases are given. `public_url` is where people reach the engine.
///
/// # Errors
/// When the pool can not be built.
pub fn context(config: &Config, database: &OpenDatabase, public_url: String) -> Result<Context> {
    let pool = Database::new(database.url(), config.database.pool_size)
        .context("the connection pool could not be built")?;
    let settings = service_config(config, database, public_url);
    Ok(Context::new(
        pool,
        keys(config),
        settings,
        Arc::new(Utc::now),
    ))
}

fn keys(config: &Config) -> Keys {
    Keys {
        links: config.links.signing_keys.clone(),
        ip_hash: config.privacy.ip_hash_key.clone(),
        visitors: config.links.visitor_key.clone(),
        personal_data: config.privacy.personal_data_key.clone(),
        personal_data_previous: config.privacy.personal_data_key_previous.clone(),
        users: Arc::new(KeyStore::new(
            config.privacy.key_store_dir(&config.engine.data_dir),
        )),
        sessions: config.privacy.session_key.clone(),
        sessions_previous: config.privacy.session_key_previous.clone(),
        audit: config.audit.keys.clone(),
    }
}

fn service_config(config: &Config, database: &OpenDatabase, public_url: String) -> ServiceConfig {
    ServiceConfig {
        public_url,
        development: config.engine.environment == Environment::Development,
        targets: config.links.targets.clone(),
        visitor_cookie: config.links.visitor_cookie,
        click_durability: config.links.click_durability,
        invites_from_links: config.links.invites_from_links,
        figures_max_lag: config.links.figures_max_lag,
        ip_hash_retention_days: config.privacy.ip_hash_retention_days,
        thresholds: config.thresholds,
        schedule_time_zone: config.jobs.schedule_time_zone,
        audit: AuditConfig {
            retention_days: config.audit.retention_days,
            heads_dir: config.audit.heads_dir.clone(),
        },
        verification: config.verification.clone(),
        retention: config.privacy.retention.clone(),
        email: config.email.clone(),
        webhook_allow_private: config.webhooks.allow_private,
        database_kind: database.kind(),
    }
}

/// Settings of the HTTP floor.
pub fn http_config(config: &Config) -> HttpConfig {
    HttpConfig {
        trusted_proxies: config.limits.trusted_proxies.clone(),
        requests_per_second_per_key: config.limits.per_key,
        requests_per_second_per_ip: config.limits.per_ip,
        max_in_flight: config.limits.max_in_flight,
        request_timeout: config.limits.request_timeout,
        drain_grace: config.engine.shutdown_grace,
        drain_timeout: config.engine.shutdown_timeout,
        app_dir: config.engine.app_dir.clone(),
        commit: env!("VIRAL_ENGINE_COMMIT").to_owned(),
        ..HttpConfig::default()
    }
}

/// Opens the node's click log in its data folder, and tells what it had to repair.
///
/// # Errors
/// When the folder can not be used.
pub fn click_log(config: &Config) -> Result<(ClickLog, Recovery)> {
    let options = Options {
        max_bytes: config.links.click_log_max_bytes,
        ..Options::new(LogId::from_bytes(*Uuid::now_v7().as_bytes()))
    };
    let folder = config.engine.data_dir.join("click-log");
    let (log, recovery) = ClickLog::open(&folder, &options)?;
    let repaired = recovery.torn_bytes > 0
        || recovery.damaged_records > 0
        || !recovery.damaged_headers.is_empty();
    if repaired {
        tracing::warn!(?recovery, "the click log was repaired");
    }
    Ok((log, recovery))
}
