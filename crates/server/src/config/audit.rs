//! The audit trail's part of the configuration.

use std::path::PathBuf;

use viral_engine_service::audit::{AuditKey, AuditKeys};

use super::reader::Reader;
use super::secret::secret_key;

/// The audit trail.
#[derive(Clone, Debug)]
pub struct AuditConfig {
    /// Sign heads and protect entries.
    pub keys: AuditKeys,
    /// Days after which the contents of entries are removed.
    pub retention_days: u32,
    /// Folder where the daily head is also written.
    pub heads_dir: Option<PathBuf>,
}

impl AuditConfig {
    pub(super) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let current = reader.secret("AUDIT_SIGNING_KEY", signing_key);
        let previous = match reader.optional("AUDIT_SIGNING_KEY_PREVIOUS") {
            Some(_) => reader.with("AUDIT_SIGNING_KEY_PREVIOUS", signing_keys),
            None => Some(Vec::new()),
        };
        let retention_days = reader.integer("AUDIT_RETENTION_DAYS");
        let heads_dir = reader.optional("AUDIT_HEADS_DIR");
        let heads_dir = heads_dir.map(|(_, text)| PathBuf::from(text));
        Some(Self {
            keys: AuditKeys::new(current?, previous?),
            retention_days: retention_days?,
            heads_dir,
        })
    }
}

fn signing_key(text: &str) -> Result<AuditKey, String> {
    Ok(AuditKey::new(secret_key(text)?.expose()))
}

fn signing_keys(text: &str) -> Result<Vec<AuditKey>, String> {
    text.split(',').map(str::trim).map(signing_key).collect()
}
