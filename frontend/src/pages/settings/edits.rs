//! What was typed into the settings form, and what it asks of the engine. Pure.

use std::collections::BTreeMap;

use viral_engine_api_types::settings::{Setting, UpdateSettings};

use crate::i18n::text;

/// A change of one setting that is not saved.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    /// A value as typed.
    Typed(String),
    /// Back to the default.
    Reset,
}

/// Changes by key.
pub type Edits = BTreeMap<String, Edit>;

/// The text a setting's field shows.
pub fn shown(setting: &Setting, edits: &Edits) -> String {
    match edits.get(&setting.key) {
        Some(Edit::Typed(typed)) => typed.clone(),
        Some(Edit::Reset) => setting.default.to_string(),
        None => setting.value.to_string(),
    }
}

/// Notes what was typed; a value as it is in force is no change.
pub fn typed(edits: &mut Edits, setting: &Setting, value: String) {
    if value.trim().parse() == Ok(setting.value) {
        edits.remove(&setting.key);
    } else {
        edits.insert(setting.key.clone(), Edit::Typed(value));
    }
}

/// What is wrong with a setting's field, in words that say what to do.
pub fn fault(setting: &Setting, edits: &Edits) -> Option<String> {
    let Some(Edit::Typed(typed)) = edits.get(&setting.key) else {
        return None;
    };
    let texts = &text().settings;
    let Ok(value) = typed.trim().parse::<f64>() else {
        return Some(texts.not_a_number.to_owned());
    };
    if setting.whole && value.fract() != 0.0 {
        return Some(texts.not_whole.to_owned());
    }
    let in_range = value >= setting.min && setting.max.is_none_or(|max| value <= max);
    (!in_range).then(|| (texts.out_of_range)(setting.min, setting.max))
}

/// The request for all changes; none while one of them is not a number.
pub fn update(edits: &Edits) -> Option<UpdateSettings> {
    let value = |edit: &Edit| match edit {
        Edit::Typed(typed) => typed.trim().parse().ok().map(Some),
        Edit::Reset => Some(None),
    };
    let values: Option<BTreeMap<_, _>> = edits
        .iter()
        .map(|(key, edit)| Some((key.clone(), value(edit)?)))
        .collect();
    values
        .filter(|values| !values.is_empty())
        .map(|values| UpdateSettings { values })
}

#[cfg(test)]
mod tests {
    use viral_engine_api_types::settings::SettingSource;

    use super::*;

    fn setting() -> Setting {
        Setting {
            key: "FRAUD_DETECTION_THRESHOLD".to_owned(),
            value: 12.0,
            default: 10.0,
            source: SettingSource::Override,
            min: 1.0,
            max: Some(100.0),
            whole: true,
            unit: "clicks".to_owned(),
            purpose: String::new(),
            warning: None,
            updated_at: None,
            updated_by: None,
        }
    }

    #[test]
    fn the_value_in_force_is_no_change() {
        let mut edits = Edits::new();
        typed(&mut edits, &setting(), "15".to_owned());
        assert_eq!(shown(&setting(), &edits), "15");
        typed(&mut edits, &setting(), "12".to_owned());
        assert_eq!(edits, Edits::new());
    }

    #[test]
    fn a_reset_shows_the_default_and_sends_null() {
        let edits = Edits::from([(setting().key, Edit::Reset)]);
        assert_eq!(shown(&setting(), &edits), "10");
        let update = update(&edits).expect("a change");
        assert_eq!(update.values.get("FRAUD_DETECTION_THRESHOLD"), Some(&None));
    }

    #[test]
    fn faults_say_what_to_do() {
        let mut edits = Edits::new();
        for (value, wrong) in [
            ("x", true),
            ("1.5", true),
            ("0", true),
            ("101", true),
            ("100", false),
        ] {
            typed(&mut edits, &setting(), value.to_owned());
            assert_eq!(fault(&setting(), &edits).is_some(), wrong, "{value}");
        }
    }

    #[test]
    fn nothing_is_asked_while_a_field_is_no_number() {
        let mut edits = Edits::new();
        assert_eq!(update(&edits).map(|u| u.values.len()), None);
        typed(&mut edits, &setting(), "x".to_owned());
        assert!(update(&edits).is_none());
    }
}
