//! Settings in force, kept until their version grows.
//!
//! Every answer of the guardrails begins with reading the versions, so a change is in force on all nodes with the
//! next request; nothing has to be invalidated.

use std::sync::Arc;

use arc_swap::ArcSwapOption;
use diesel_async::AsyncPgConnection;
use viral_engine_db::settings::{self as db, ListedSetting};
use viral_engine_domain::guardrails::{Override, Setting, Thresholds};

use crate::error::ServiceResult;

/// The last settings that were read.
#[derive(Debug, Default)]
pub struct SettingsCache {
    last: ArcSwapOption<(i64, Thresholds)>,
}

impl SettingsCache {
    /// The settings in force at `version`, or later ones.
    ///
    /// # Errors
    /// When the database can not be asked.
    pub async fn thresholds(
        &self,
        conn: &mut AsyncPgConnection,
        version: i64,
        configured: &Thresholds,
    ) -> ServiceResult<Thresholds> {
        if let Some(last) = &*self.last.load()
            && last.0 >= version
        {
            return Ok(last.1);
        }
        // Read after the version, so never older than it.
        let stored = db::list_settings(conn).await?;
        let thresholds = overlay(configured, &stored);
        self.last.store(Some(Arc::new((version, thresholds))));
        Ok(thresholds)
    }
}

/// The configuration with the stored settings over it.
///
/// A stored setting that no longer fits, because ranges or the configuration's own values changed since, is left
/// out and named in the log: guardrails that answer with the configured value serve better than none.
pub(super) fn overlay(configured: &Thresholds, stored: &[ListedSetting]) -> Thresholds {
    stored.iter().fold(*configured, |thresholds, (row, _)| {
        let fitted = Setting::find(&row.key).and_then(|setting| {
            thresholds.with_overrides(&[Override {
                parameter: setting.key,
                key: setting.key,
                value: row.value,
            }])
        });
        fitted.unwrap_or_else(|error| {
            tracing::warn!(%error, "a stored setting is left out");
            thresholds
        })
    })
}
