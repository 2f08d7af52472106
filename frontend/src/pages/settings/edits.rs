//! What was typed into the settings form, and what it asks of the engine. Pure.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
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

/// Changes as a draft: `null` is a reset.
pub fn write(edits: &Edits) -> String {
    let value = |edit: &Edit| match edit {
        Edit::Typed(typed) => Value::String(typed.clone()),
        Edit::Reset => Value::Null,
    };
    let values: Map<_, _> = edits
        .iter()
        .map(|(key, edit)| (key.clone(), value(edit)))
        .collect();
    Value::Object(values).to_string()
}

/// Reads a draft; none when it is none.
pub fn read(text: &str) -> Option<Edits> {
    let values: Map<String, Value> = serde_json::from_str(text).ok()?;
    let edit = |(key, value)| match value {
        Value::String(typed) => Some((key, Edit::Typed(typed))),
        Value::Null => Some((key, Edit::Reset)),
        _ => None,
    };
    values.into_iter().map(edit).collect()
}

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

/// The caps of the four parts of the score, which together may be as much as the score.
const CAPS: [&str; 4] = [
    "HEALTH_SCORE_FRAUD_CAP",
    "HEALTH_SCORE_BOT_CAP",
    "HEALTH_SCORE_OPT_OUT_CAP",
    "HEALTH_SCORE_COPPA_CAP",
];
/// The most that the caps may be together.
const CAPS_MAX: f64 = 100.0;

/// What is wrong with a setting's field, alone or beside the others, in words that say what to do.
pub fn fault(setting: &Setting, all: &[Setting], edits: &Edits) -> Option<String> {
    own_fault(setting, edits).or_else(|| caps_fault(setting, all, edits))
}

/// A cap that was changed, when the caps are too much together.
fn caps_fault(setting: &Setting, all: &[Setting], edits: &Edits) -> Option<String> {
    let is_cap = |setting: &&Setting| CAPS.contains(&setting.key.as_str());
    if !is_cap(&setting) || !edits.contains_key(&setting.key) {
        return None;
    }
    let value = |setting: &Setting| shown(setting, edits).trim().parse::<f64>().ok();
    let sum: f64 = all.iter().filter(is_cap).map(value).sum::<Option<f64>>()?;
    (sum > CAPS_MAX).then(|| (text().settings.caps_exceed)(sum))
}

fn own_fault(setting: &Setting, edits: &Edits) -> Option<String> {
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
            assert_eq!(fault(&setting(), &[], &edits).is_some(), wrong, "{value}");
        }
    }

    #[test]
    fn caps_beyond_the_score_are_told_at_those_that_were_changed() {
        let cap = |key: &str| Setting {
            key: key.to_owned(),
            value: 25.0,
            default: 25.0,
            max: Some(100.0),
            min: 0.0,
            ..setting()
        };
        let all = CAPS.map(cap);
        let mut edits = Edits::new();
        typed(&mut edits, &all[0], "26".to_owned());
        assert!(fault(&all[0], &all, &edits).is_some_and(|fault| fault.contains("101")));
        assert_eq!(fault(&all[1], &all, &edits), None);
        typed(&mut edits, &all[1], "24".to_owned());
        assert_eq!(fault(&all[0], &all, &edits), None);
    }

    #[test]
    fn a_draft_is_read_as_it_was_written() {
        let edits = Edits::from([
            ("A".to_owned(), Edit::Typed("1x".to_owned())),
            ("B".to_owned(), Edit::Reset),
        ]);
        assert_eq!(read(&write(&edits)), Some(edits));
        assert_eq!(read("[1]"), None);
    }

    #[test]
    fn nothing_is_asked_while_a_field_is_no_number() {
        let mut edits = Edits::new();
        assert_eq!(update(&edits).map(|u| u.values.len()), None);
        typed(&mut edits, &setting(), "x".to_owned());
        assert!(update(&edits).is_none());
    }
}
