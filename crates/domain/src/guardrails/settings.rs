//! What a setting of the guardrails is: its key, range, explanation, and where its value lives.

use std::fmt;

use thiserror::Error;

use super::setting_table::SETTINGS;
use super::thresholds::Thresholds;

/// One configuration key.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// The environment variable.
    pub key: &'static str,
    pub min: f64,
    pub max: f64,
    /// Values outside are allowed, with a warning.
    pub advised: Option<(f64, f64)>,
    pub unit: &'static str,
    /// What the number is.
    pub purpose: &'static str,
    /// What happens when it is changed.
    pub effect: &'static str,
    field: Field,
}

/// Where a setting lives in [`Thresholds`]; one accessor both reads and writes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Field {
    Integer(fn(&mut Thresholds) -> &mut u32),
    Decimal(fn(&mut Thresholds) -> &mut f64),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingKind {
    Integer,
    Decimal,
}

/// A value that fits its setting's kind. Printed as it is written in an environment file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum SettingValue {
    Integer(u32),
    Decimal(f64),
}

#[derive(Debug, Clone, PartialEq, Error)]
pub enum SettingError {
    #[error("{key} is not a setting of the guardrails")]
    Unknown { key: String },
    #[error("{name} must be {range}, got {value:?}")]
    Invalid {
        /// The key, or the query parameter that stood for it.
        name: &'static str,
        /// "a whole number from 1 to 90".
        range: String,
        value: String,
    },
    #[error(
        "HEALTH_SCORE_FRAUD_CAP, HEALTH_SCORE_BOT_CAP, HEALTH_SCORE_OPT_OUT_CAP and HEALTH_SCORE_COPPA_CAP \
         must sum to at most 100, got {sum}"
    )]
    CapsExceedScore { sum: f64 },
}

impl SettingValue {
    #[must_use]
    pub fn as_f64(self) -> f64 {
        match self {
            Self::Integer(value) => f64::from(value),
            Self::Decimal(value) => value,
        }
    }
}

impl fmt::Display for SettingValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(value) => value.fmt(f),
            Self::Decimal(value) => value.fmt(f),
        }
    }
}

impl Setting {
    /// # Errors
    /// When no setting has this key.
    pub fn find(key: &str) -> Result<&'static Self, SettingError> {
        let found = SETTINGS.iter().find(|setting| setting.key == key);
        found.ok_or_else(|| SettingError::Unknown {
            key: key.to_owned(),
        })
    }

    /// Finds the setting and reads `text` as a value for it. White space around it is ignored.
    ///
    /// # Errors
    /// When the key is unknown, or the text no number in range.
    pub fn parse(key: &str, text: &str) -> Result<(&'static Self, SettingValue), SettingError> {
        let setting = Self::find(key)?;
        let number = text
            .trim()
            .parse()
            .map_err(|_| setting.refuse(setting.key, text))?;
        Ok((setting, setting.check(setting.key, number)?))
    }

    /// `number` as a value of this setting; `name` is what the error shall call it.
    ///
    /// # Errors
    /// When it is out of range, not finite, or a fraction where a whole number is wanted.
    pub fn check(&self, name: &'static str, number: f64) -> Result<SettingValue, SettingError> {
        if !(self.min..=self.max).contains(&number) {
            return Err(self.refuse(name, &number.to_string()));
        }
        match self.field {
            Field::Decimal(_) => Ok(SettingValue::Decimal(number)),
            // In range, hence a u32 once it has no fraction.
            Field::Integer(_) if number.fract() == 0.0 => Ok(SettingValue::Integer(number as u32)),
            Field::Integer(_) => Err(self.refuse(name, &number.to_string())),
        }
    }

    #[must_use]
    pub fn kind(&self) -> SettingKind {
        match self.field {
            Field::Integer(_) => SettingKind::Integer,
            Field::Decimal(_) => SettingKind::Decimal,
        }
    }

    #[must_use]
    pub fn default_value(&self) -> SettingValue {
        self.read(&Thresholds::default())
    }

    #[must_use]
    pub fn read(&self, thresholds: &Thresholds) -> SettingValue {
        let mut copy = *thresholds;
        match self.field {
            Field::Integer(field) => SettingValue::Integer(*field(&mut copy)),
            Field::Decimal(field) => SettingValue::Decimal(*field(&mut copy)),
        }
    }

    /// Writes a value that [`Setting::check`] gave.
    pub(super) fn write(&self, thresholds: &mut Thresholds, value: SettingValue) {
        match self.field {
            Field::Integer(field) => *field(thresholds) = value.as_f64() as u32,
            Field::Decimal(field) => *field(thresholds) = value.as_f64(),
        }
    }

    /// The allowed values in words.
    #[must_use]
    pub fn range(&self) -> String {
        let kind = match self.kind() {
            SettingKind::Integer => "a whole number",
            SettingKind::Decimal => "a number",
        };
        format!("{kind} from {} to {}", self.min, self.max)
    }

    /// A sentence when the value is allowed but outside what is advised.
    #[must_use]
    pub fn advice(&self, value: SettingValue) -> Option<String> {
        let (low, high) = self.advised?;
        let outside = !(low..=high).contains(&value.as_f64());
        outside.then(|| format!("{} is {value}; {low} to {high} is advised", self.key))
    }

    fn refuse(&self, name: &'static str, value: &str) -> SettingError {
        SettingError::Invalid {
            name,
            range: self.range(),
            value: value.to_owned(),
        }
    }

    pub(super) const fn of(
        key: &'static str,
        field: Field,
        range: (f64, f64),
        unit: &'static str,
    ) -> Self {
        let (min, max) = range;
        Self {
            key,
            min,
            max,
            advised: None,
            unit,
            purpose: "",
            effect: "",
            field,
        }
    }

    pub(super) const fn advised(self, low: f64, high: f64) -> Self {
        Self {
            advised: Some((low, high)),
            ..self
        }
    }

    pub(super) const fn explained(self, purpose: &'static str, effect: &'static str) -> Self {
        Self {
            purpose,
            effect,
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_setting_is_explained_and_its_default_is_in_range() {
        for setting in &SETTINGS {
            assert!(
                !setting.purpose.is_empty() && !setting.effect.is_empty(),
                "{}",
                setting.key
            );
            let default = setting.default_value();
            assert_eq!(
                setting.check(setting.key, default.as_f64()),
                Ok(default),
                "{}",
                setting.key
            );
        }
    }

    #[test]
    fn keys_and_fields_belong_to_one_setting_each() {
        let keys: BTreeSet<_> = SETTINGS.iter().map(|setting| setting.key).collect();
        assert_eq!(keys.len(), SETTINGS.len());
        for written in &SETTINGS {
            let mut thresholds = Thresholds::default();
            written.write(&mut thresholds, SettingValue::Integer(87));
            let changed = SETTINGS
                .iter()
                .filter(|one| one.read(&thresholds) != one.default_value());
            assert_eq!(
                changed.map(|one| one.key).collect::<Vec<_>>(),
                [written.key]
            );
        }
    }

    #[test]
    fn values_print_as_an_environment_file_has_them() {
        assert_eq!(
            Setting::find("FRAUD_DETECTION_THRESHOLD")
                .unwrap()
                .default_value()
                .to_string(),
            "10"
        );
        assert_eq!(
            Setting::find("COPPA_COMPLIANCE_TARGET")
                .unwrap()
                .default_value()
                .to_string(),
            "0.99"
        );
        assert_eq!(
            Setting::find("HEALTH_SCORE_FRAUD_DEDUCTION")
                .unwrap()
                .default_value()
                .to_string(),
            "2"
        );
    }

    #[test]
    fn an_unknown_key_is_named() {
        let error = Setting::parse("FRAUD_TRESHOLD", "1").unwrap_err();
        assert_eq!(
            error.to_string(),
            "FRAUD_TRESHOLD is not a setting of the guardrails"
        );
    }
}
