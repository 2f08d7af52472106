//! The settings as they are answered.

use viral_engine_api_types::settings::{Setting, SettingList, SettingSource};
use viral_engine_db::settings::ListedSetting;
use viral_engine_domain::guardrails::{
    SETTINGS, Setting as Rule, SettingKind, SettingValue, Thresholds,
};

use super::cache::overlay;

/// Every setting in the order of the table.
pub(super) fn settings(
    configured: &Thresholds,
    stored: &[ListedSetting],
    version: i64,
) -> SettingList {
    let in_force = overlay(configured, stored);
    let items = SETTINGS
        .iter()
        .map(|rule| {
            let row = stored.iter().find(|(row, _)| row.key == rule.key);
            setting(rule, configured, rule.read(&in_force), row)
        })
        .collect();
    SettingList { items, version }
}

fn setting(
    rule: &Rule,
    configured: &Thresholds,
    value: SettingValue,
    row: Option<&ListedSetting>,
) -> Setting {
    let default = rule.read(configured);
    let source = match row {
        Some(_) => SettingSource::Override,
        None if default == rule.default_value() => SettingSource::Default,
        None => SettingSource::Environment,
    };
    Setting {
        key: rule.key.to_owned(),
        value: value.as_f64(),
        default: default.as_f64(),
        source,
        min: rule.min,
        max: Some(rule.max),
        whole: rule.kind() == SettingKind::Integer,
        unit: rule.unit.to_owned(),
        purpose: format!("{} {}", rule.purpose, rule.effect),
        warning: rule.advice(value).map(|advice| format!("{advice}.")),
        updated_at: row.map(|(row, _)| row.updated_at),
        updated_by: row.and_then(|(_, email)| email.clone()),
    }
}
