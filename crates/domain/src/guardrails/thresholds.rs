//! The numbers that the guardrails compare with. Names, ranges and explanations are in
//! [`super::SETTINGS`].

use super::setting_table::SETTINGS;
use super::settings::{Setting, SettingError, SettingValue};

/// Every configurable number of the guardrails. A field is its key in lower case.
///
/// Fields are public so that tests and previews can vary one; whatever comes from outside goes
/// through [`Thresholds::from_pairs`], [`Thresholds::set`] or [`Thresholds::with_overrides`], which
/// check the ranges.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Thresholds {
    /// Clicks per day and IP; more are suspicious.
    pub fraud_detection_threshold: u32,
    /// Days.
    pub fraud_detection_days: u32,
    /// Seconds, inclusive.
    pub bot_detection_time_window: u32,
    /// Consecutive clicks of one device.
    pub bot_detection_min_clicks: u32,
    /// Days.
    pub bot_detection_days: u32,
    /// Days.
    pub opt_out_rate_days: u32,
    /// Days.
    pub coppa_compliance_days: u32,
    /// Fraction of payloads, 0 to 1.
    pub coppa_compliance_target: f64,
    /// Days.
    pub health_score_days: u32,
    /// Conversions per day and referrer; more are anomalous.
    pub conversion_anomaly_threshold: u32,
    /// Percent of clicks that convert; more is anomalous.
    pub conversion_anomaly_rate_threshold: f64,
    /// Clicks below which a referrer's rate says nothing.
    pub conversion_anomaly_min_clicks: u32,
    /// Days.
    pub conversion_anomaly_days: u32,
    /// Distinct devices.
    pub shared_network_min_devices: u32,
    /// Points per flagged IP group.
    pub health_score_fraud_deduction: f64,
    /// Points per flagged device.
    pub health_score_bot_deduction: f64,
    /// Points per percentage point that compliance misses.
    pub health_score_coppa_multiplier: f64,
    /// Points.
    pub health_score_fraud_cap: f64,
    /// Points.
    pub health_score_bot_cap: f64,
    /// Points.
    pub health_score_opt_out_cap: f64,
    /// Points.
    pub health_score_coppa_cap: f64,
    /// Flagged IP groups; more raise an alert.
    pub alert_fraud_threshold: u32,
    /// Flagged devices; more raise an alert.
    pub alert_bot_threshold: u32,
    /// Percent of parent shares never viewed; more raise an alert.
    pub alert_opt_out_threshold: f64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            fraud_detection_threshold: 10,
            fraud_detection_days: 7,
            bot_detection_time_window: 5,
            bot_detection_min_clicks: 3,
            bot_detection_days: 7,
            opt_out_rate_days: 30,
            coppa_compliance_days: 30,
            coppa_compliance_target: 0.99,
            health_score_days: 7,
            conversion_anomaly_threshold: 10,
            conversion_anomaly_rate_threshold: 80.0,
            conversion_anomaly_min_clicks: 5,
            conversion_anomaly_days: 7,
            shared_network_min_devices: 5,
            health_score_fraud_deduction: 2.0,
            health_score_bot_deduction: 2.0,
            health_score_coppa_multiplier: 0.333,
            health_score_fraud_cap: 30.0,
            health_score_bot_cap: 20.0,
            health_score_opt_out_cap: 20.0,
            health_score_coppa_cap: 30.0,
            alert_fraud_threshold: 5,
            alert_bot_threshold: 3,
            alert_opt_out_threshold: 30.0,
        }
    }
}

/// A threshold that one call sets for itself: the query parameter it was given as, the setting it
/// stands for, the value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Override {
    pub parameter: &'static str,
    pub key: &'static str,
    pub value: f64,
}

impl Thresholds {
    /// Defaults overlaid with `pairs` of key and text, as they come from the environment or from
    /// the settings table.
    ///
    /// # Errors
    /// Every fault found, not only the first: whoever starts the server wants to repair them in one
    /// go.
    pub fn from_pairs<'a>(
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, Vec<SettingError>> {
        let mut thresholds = Self::default();
        let mut errors = Vec::new();
        for (key, text) in pairs {
            match Setting::parse(key, text) {
                Ok((setting, value)) => setting.write(&mut thresholds, value),
                Err(error) => errors.push(error),
            }
        }
        errors.extend(thresholds.cross_rules());
        if errors.is_empty() {
            Ok(thresholds)
        } else {
            Err(errors)
        }
    }

    /// These thresholds with one setting changed.
    ///
    /// # Errors
    /// When the key is unknown, the value out of range, or the whole no longer consistent.
    pub fn set(mut self, key: &str, text: &str) -> Result<Self, SettingError> {
        let (setting, value) = Setting::parse(key, text)?;
        setting.write(&mut self, value);
        self.cross_rules().map_or(Ok(self), Err)
    }

    /// These thresholds as one call wants them.
    ///
    /// # Errors
    /// Names the query parameter that is out of the setting's range.
    pub fn with_overrides(mut self, overrides: &[Override]) -> Result<Self, SettingError> {
        for given in overrides {
            let setting = Setting::find(given.key)?;
            let value = setting.check(given.parameter, given.value)?;
            setting.write(&mut self, value);
        }
        self.cross_rules().map_or(Ok(self), Err)
    }

    /// Every setting with its value here, in the table's order.
    pub fn entries(&self) -> impl Iterator<Item = (&'static Setting, SettingValue)> {
        SETTINGS.iter().map(|setting| (setting, setting.read(self)))
    }

    /// Checks every range and the rules between settings.
    ///
    /// # Errors
    /// Every fault found; each names its key, range and value.
    pub fn validate(&self) -> Result<(), Vec<SettingError>> {
        let out_of_range = self
            .entries()
            .filter_map(|(setting, value)| setting.check(setting.key, value.as_f64()).err());
        let errors: Vec<_> = out_of_range.chain(self.cross_rules()).collect();
        if errors.is_empty() {
            Ok(())
        } else {
            Err(errors)
        }
    }

    /// A sentence for each setting that is allowed but outside its advised range.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        self.entries()
            .filter_map(|(setting, value)| setting.advice(value))
            .collect()
    }

    /// The deductions together can take no more than the score has.
    fn cross_rules(&self) -> Option<SettingError> {
        let sum = self.health_score_fraud_cap
            + self.health_score_bot_cap
            + self.health_score_opt_out_cap
            + self.health_score_coppa_cap;
        (sum > 100.0).then_some(SettingError::CapsExceedScore { sum })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_defaults_are_valid_and_within_what_is_advised() {
        assert_eq!(Thresholds::default().validate(), Ok(()));
        assert!(Thresholds::default().warnings().is_empty());
    }

    #[test]
    fn pairs_overlay_the_defaults() {
        let pairs = [
            ("FRAUD_DETECTION_THRESHOLD", " 15 "),
            ("COPPA_COMPLIANCE_TARGET", "0.95"),
        ];
        let thresholds = Thresholds::from_pairs(pairs).unwrap();
        assert_eq!(thresholds.fraud_detection_threshold, 15);
        assert_eq!(thresholds.coppa_compliance_target, 0.95);
        assert_eq!(thresholds.bot_detection_min_clicks, 3);
    }

    #[test]
    fn a_bad_value_names_its_key_its_range_and_itself() {
        let errors = Thresholds::from_pairs([("FRAUD_DETECTION_DAYS", "91")]).unwrap_err();
        let said = errors[0].to_string();
        assert_eq!(
            said,
            "FRAUD_DETECTION_DAYS must be a whole number from 1 to 90, got \"91\""
        );
    }

    #[test]
    fn all_faults_are_reported_at_once() {
        let pairs = [
            ("FRAUD_DETECTION_DAYS", "0"),
            ("BOT_DETECTION_MIN_CLICKS", "many"),
            ("HEALTH_SCORE_FRAUD_CAP", "50"),
            ("NO_SUCH_KEY", "1"),
        ];
        assert_eq!(Thresholds::from_pairs(pairs).unwrap_err().len(), 4);
    }

    #[test]
    fn caps_may_sum_to_a_hundred_and_no_more() {
        let at_limit = Thresholds {
            health_score_fraud_cap: 30.0,
            ..Thresholds::default()
        };
        assert_eq!(at_limit.validate(), Ok(()));
        let error = Thresholds::default()
            .set("HEALTH_SCORE_FRAUD_CAP", "30.5")
            .unwrap_err();
        assert_eq!(error, SettingError::CapsExceedScore { sum: 100.5 });
        assert!(error.to_string().contains("HEALTH_SCORE_FRAUD_CAP"));
    }

    #[test]
    fn values_that_are_no_numbers_are_refused() {
        for text in ["", "NaN", "inf", "-inf", "1e999", "0x10", "1,5"] {
            assert!(
                Thresholds::default()
                    .set("ALERT_OPT_OUT_THRESHOLD", text)
                    .is_err(),
                "{text}"
            );
        }
        assert!(
            Thresholds::default()
                .set("FRAUD_DETECTION_THRESHOLD", "10.5")
                .is_err()
        );
        let broken = Thresholds {
            alert_opt_out_threshold: f64::NAN,
            ..Thresholds::default()
        };
        assert!(broken.validate().is_err());
    }

    #[test]
    fn outside_the_advised_range_is_a_warning_not_an_error() {
        let thresholds = Thresholds::default()
            .set("FRAUD_DETECTION_THRESHOLD", "25")
            .unwrap();
        let warnings = thresholds.warnings();
        assert_eq!(
            warnings,
            ["FRAUD_DETECTION_THRESHOLD is 25; 10 to 20 is advised"]
        );
    }

    #[test]
    fn an_override_is_checked_and_named_by_its_parameter() {
        let threshold = |value| Override {
            parameter: "threshold",
            key: "FRAUD_DETECTION_THRESHOLD",
            value,
        };
        let changed = Thresholds::default()
            .with_overrides(&[threshold(3.0)])
            .unwrap();
        assert_eq!(changed.fraud_detection_threshold, 3);
        let error = Thresholds::default()
            .with_overrides(&[threshold(0.0)])
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            "threshold must be a whole number from 1 to 1000000, got \"0\""
        );
        assert!(
            Thresholds::default()
                .with_overrides(&[threshold(2.5)])
                .is_err()
        );
    }

    proptest! {
        #[test]
        fn entries_written_out_read_back_the_same(index in 0..SETTINGS.len(), fraction in 0.0_f64..=1.0) {
            let setting = &SETTINGS[index];
            let chosen = setting.min + (setting.max - setting.min) * fraction;
            let checked = setting.check(setting.key, chosen);
            let value = checked.or_else(|_| setting.check(setting.key, chosen.floor())).unwrap();
            let mut thresholds = Thresholds::default();
            setting.write(&mut thresholds, value);
            prop_assume!(thresholds.validate().is_ok());
            let entries = thresholds.entries();
            let written: Vec<_> = entries.map(|(setting, value)| (setting.key, value.to_string())).collect();
            let read = Thresholds::from_pairs(written.iter().map(|(key, text)| (*key, text.as_str())));
            prop_assert_eq!(read, Ok(thresholds));
        }
    }
}
