//! What use cases need to know of the configuration, already validated by `server`.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use chrono_tz::Tz;
use viral_engine_domain::audit::AuditKeys;
use viral_engine_domain::guardrails::thresholds::Thresholds;
use viral_engine_domain::links::key_ring::KeyRing;
use viral_engine_domain::links::target::TargetPolicy;
use viral_engine_domain::retention::Policy;
use zeroize::Zeroizing;

use crate::consents::VerificationConfig;
use crate::emails::EmailConfig;
use crate::key_store::KeyStore;

/// A 32-byte secret that is wiped when dropped and can not be printed.
#[derive(Clone)]
pub struct SecretKey(Zeroizing<[u8; 32]>);

impl SecretKey {
    /// Wraps the key.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The bytes, for the one function that needs them.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretKey(***)")
    }
}

/// Secrets of the engine. Each serves one purpose only.
#[derive(Clone, Debug)]
pub struct Keys {
    /// Signs links.
    pub links: KeyRing,
    /// Hashes IP addresses.
    pub ip_hash: SecretKey,
    /// Master of the daily visitor keys and of visitor cookies.
    pub visitors: SecretKey,
    /// Wraps the keys of users, and keys the search hashes of personal fields.
    pub personal_data: SecretKey,
    /// The key that encrypted them before, still read while it is being replaced.
    pub personal_data_previous: Option<SecretKey>,
    /// Where the keys of users are.
    pub users: Arc<KeyStore>,
    /// Signs access tokens and CSRF tokens.
    pub sessions: SecretKey,
    /// The key that signed them before, still accepted while it is being rotated out.
    pub sessions_previous: Option<SecretKey>,
    /// Signs heads of the audit trail and protects its entries.
    pub audit: AuditKeys,
}

/// The audit trail.
#[derive(Clone, Debug)]
pub struct AuditConfig {
    /// Days after which the contents of entries are removed.
    pub retention_days: u32,
    /// Folder where the daily head is also written.
    pub heads_dir: Option<PathBuf>,
}

/// When a hit of a link is acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClickDurability {
    /// Once fsynced in the node's click log.
    Log,
    /// Once committed in PostgreSQL.
    Database,
}

/// What counts as an invitation in figures of growth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum InvitesFromLinks {
    /// Links, in windows without an `invite_sent` event.
    #[default]
    Auto,
    /// Links.
    Always,
    /// `invite_sent` events.
    Never,
}

/// Settings of the use cases.
#[derive(Clone, Debug)]
pub struct ServiceConfig {
    /// Base of short links and of the admin app, without a trailing slash.
    pub public_url: String,
    /// Relaxes https-only for local work.
    pub development: bool,
    /// Where links may lead.
    pub targets: TargetPolicy,
    /// Whether visitors get a session cookie.
    pub visitor_cookie: bool,
    /// When a hit is acknowledged.
    pub click_durability: ClickDurability,
    /// What counts as an invitation.
    pub invites_from_links: InvitesFromLinks,
    /// How old figures of growth may be where computing them takes long.
    pub figures_max_lag: Duration,
    /// Days after which IP hashes and fingerprints are erased from events.
    pub ip_hash_retention_days: u32,
    /// Defaults of the guardrails' settings.
    pub thresholds: Thresholds,
    /// Time zone of the schedules that follow a calendar on the wall.
    pub schedule_time_zone: Tz,
    /// The audit trail.
    pub audit: AuditConfig,
    /// Verification of guardians.
    pub verification: VerificationConfig,
    /// For how long what is held on people is kept.
    pub retention: Policy,
    /// Mail.
    pub email: EmailConfig,
    /// Whether webhooks may be sent to private addresses and over http, for development and tests.
    pub webhook_allow_private: bool,
    /// `embedded` or `external`, for the About page.
    pub database_kind: &'static str,
}
