//! A wished change of settings, checked as a whole before anything is stored.

use chrono::{DateTime, Utc};
use uuid::Uuid;
use viral_engine_api_types::settings::UpdateSettings;
use viral_engine_api_types::{FieldError, OperatorId};
use viral_engine_db::settings::{ListedSetting, SettingRow};
use viral_engine_domain::guardrails::{Override, Setting, SettingError, Thresholds};

use super::cache::overlay;
use crate::error::{ServiceError, ServiceResult};

/// A change without faults.
#[derive(Debug)]
pub(crate) struct Change {
    /// Settings in force.
    pub(crate) before: Thresholds,
    /// Settings in force after the change.
    pub(crate) after: Thresholds,
    /// Keys that go back to the configuration's value.
    pub(crate) resets: Vec<&'static str>,
    values: Vec<Override>,
}

impl Change {
    /// Checks every value, and then the rules between settings.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] with all faults.
    pub(crate) fn check(
        body: &UpdateSettings,
        configured: &Thresholds,
        stored: &[ListedSetting],
    ) -> ServiceResult<Self> {
        let mut faults = Vec::new();
        let (mut resets, mut values) = (Vec::new(), Vec::new());
        for (key, wish) in &body.values {
            match checked(key, *wish) {
                Ok((setting, None)) => resets.push(setting.key),
                Ok((_, Some(value))) => values.push(value),
                Err(error) => faults.push(fault(&format!("/values/{key}"), &error)),
            }
        }
        if body.values.is_empty() {
            faults.push(FieldError::new(
                "/values",
                "empty",
                "Give at least one key with its new value, or null to reset it.",
            ));
        }
        let kept: Vec<_> = stored
            .iter()
            .filter(|(row, _)| !body.values.contains_key(&row.key))
            .cloned()
            .collect();
        let after = overlay(configured, &kept).with_overrides(&values);
        match after {
            Ok(after) if faults.is_empty() => Ok(Self {
                before: overlay(configured, stored),
                after,
                resets,
                values,
            }),
            Ok(_) => Err(ServiceError::Invalid(faults)),
            Err(error) => {
                faults.push(fault("/values", &error));
                Err(ServiceError::Invalid(faults))
            }
        }
    }

    /// The settings to store.
    pub(crate) fn rows(&self, now: DateTime<Utc>, by: Option<OperatorId>) -> Vec<SettingRow> {
        let by: Option<Uuid> = by.map(|operator| operator.0);
        self.values
            .iter()
            .map(|value| SettingRow {
                key: value.key.to_owned(),
                value: value.value,
                updated_at: now,
                updated_by: by,
            })
            .collect()
    }
}

fn checked(
    key: &str,
    wish: Option<f64>,
) -> Result<(&'static Setting, Option<Override>), SettingError> {
    let setting = Setting::find(key)?;
    let Some(value) = wish else {
        return Ok((setting, None));
    };
    setting.check(setting.key, value)?;
    Ok((
        setting,
        Some(Override {
            parameter: setting.key,
            key: setting.key,
            value,
        }),
    ))
}

fn fault(pointer: &str, error: &SettingError) -> FieldError {
    let code = match error {
        SettingError::Unknown { .. } => "unknown_setting",
        SettingError::Invalid { .. } => "out_of_range",
        SettingError::CapsExceedScore { .. } => "caps_exceed_score",
    };
    FieldError::new(pointer, code, format!("{error}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(values: &[(&str, Option<f64>)]) -> UpdateSettings {
        let values = values
            .iter()
            .map(|(key, value)| ((*key).to_owned(), *value));
        UpdateSettings {
            values: values.collect(),
        }
    }

    fn stored(key: &str, value: f64) -> ListedSetting {
        let row = SettingRow {
            key: key.to_owned(),
            value,
            updated_at: DateTime::UNIX_EPOCH,
            updated_by: None,
        };
        (row, None)
    }

    fn check(values: &[(&str, Option<f64>)], stored: &[ListedSetting]) -> ServiceResult<Change> {
        Change::check(&body(values), &Thresholds::default(), stored)
    }

    #[test]
    fn all_faults_are_told_at_once() {
        let wishes = [
            ("FRAUD_DETECTION_DAYS", Some(91.0)),
            ("HEALTH_SCORE_FRAUD_CAP", Some(60.0)),
            ("NO_SUCH_KEY", Some(1.0)),
        ];
        let Err(ServiceError::Invalid(faults)) = check(&wishes, &[]) else {
            panic!("the change was taken");
        };
        let told: Vec<_> = faults
            .iter()
            .map(|fault| (fault.pointer.as_str(), fault.code.as_str()))
            .collect();
        let expected = [
            ("/values/FRAUD_DETECTION_DAYS", "out_of_range"),
            ("/values/NO_SUCH_KEY", "unknown_setting"),
            ("/values", "caps_exceed_score"),
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn an_empty_change_is_refused() {
        assert!(check(&[], &[]).is_err());
    }

    #[test]
    fn null_brings_the_configured_value_back() {
        let stored = [stored("FRAUD_DETECTION_THRESHOLD", 15.0)];
        let change = check(&[("FRAUD_DETECTION_THRESHOLD", None)], &stored).unwrap();
        assert_eq!(change.before.fraud_detection_threshold, 15);
        assert_eq!(change.after, Thresholds::default());
        assert_eq!(change.resets, ["FRAUD_DETECTION_THRESHOLD"]);
    }

    #[test]
    fn a_cap_may_grow_by_what_another_gives_up_in_the_same_change() {
        let wishes = [
            ("HEALTH_SCORE_FRAUD_CAP", Some(40.0)),
            ("HEALTH_SCORE_BOT_CAP", Some(10.0)),
        ];
        assert!(check(&wishes, &[]).is_ok());
        assert!(check(&wishes[..1], &[]).is_err());
    }

    #[test]
    fn a_stored_value_that_no_longer_fits_is_left_out() {
        let stored = [
            stored("FRAUD_DETECTION_DAYS", 400.0),
            stored("FRAUD_DETECTION_THRESHOLD", 12.0),
        ];
        let thresholds = overlay(&Thresholds::default(), &stored);
        assert_eq!(thresholds.fraud_detection_days, 7);
        assert_eq!(thresholds.fraud_detection_threshold, 12);
    }
}
