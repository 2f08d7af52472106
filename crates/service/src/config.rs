//! What use cases need to know of the configuration, already validated by `server`.

use chrono_tz::Tz;
use viral_engine_domain::guardrails::thresholds::Thresholds;
use viral_engine_domain::links::key_ring::KeyRing;
use viral_engine_domain::links::target::TargetPolicy;
use zeroize::Zeroizing;

use crate::emails::EmailConfig;

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
    /// Encrypts personal fields and keys their search hashes.
    pub personal_data: SecretKey,
    /// The key that encrypted them before, still read while it is being replaced.
    pub personal_data_previous: Option<SecretKey>,
    /// Signs access tokens and CSRF tokens.
    pub sessions: SecretKey,
    /// The key that signed them before, still accepted while it is being rotated out.
    pub sessions_previous: Option<SecretKey>,
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvitesFromLinks {
    /// Links, in windows without an `invite_sent` event.
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
    /// Days after which IP hashes and fingerprints are erased from events.
    pub ip_hash_retention_days: u32,
    /// Defaults of the guardrails' settings.
    pub thresholds: Thresholds,
    /// Time zone of the schedules that follow a calendar on the wall.
    pub schedule_time_zone: Tz,
    /// Mail.
    pub email: EmailConfig,
    /// Whether webhooks may be sent to private addresses and over http, for development and tests.
    pub webhook_allow_private: bool,
    /// `embedded` or `external`, for the About page.
    pub database_kind: &'static str,
}
