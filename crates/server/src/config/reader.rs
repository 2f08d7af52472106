//! Reads values of keys, checks them against the table and collects what is wrong.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::str::FromStr;

use viral_engine_service::config::SecretKey;

use super::error::Problem;
use super::key::{Default, Key, Kind};
use super::secret::secret_key;
use super::table;
use super::values::Values;

/// Reads one configuration. A method answers `None` when the value is wrong or missing and the problem noted.
pub(super) struct Reader<'a> {
    values: &'a Values,
    problems: Vec<Problem>,
    read: BTreeSet<&'static str>,
}

impl<'a> Reader<'a> {
    pub fn new(values: &'a Values, problems: Vec<Problem>) -> Self {
        Self {
            values,
            problems,
            read: BTreeSet::new(),
        }
    }

    /// What went wrong, and the keys that were read.
    pub fn finish(self) -> (Vec<Problem>, BTreeSet<&'static str>) {
        (self.problems, self.read)
    }

    pub fn note(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    fn key(&mut self, name: &str) -> Option<Key> {
        let Some(key) = table::find(name) else {
            self.note(Problem::rule(format!(
                "{name} is read but not documented; please report this"
            )));
            return None;
        };
        self.read.insert(key.name);
        Some(key.into_owned())
    }

    /// The text of a key that may be absent.
    pub fn optional(&mut self, name: &str) -> Option<(Key, &'a str)> {
        let key = self.key(name)?;
        Some((key, self.values.text(name)?))
    }

    /// The text of a key, given or by default.
    fn text(&mut self, name: &str) -> Option<(Key, String)> {
        let key = self.key(name)?;
        let text = match (self.values.text(name), &key.default) {
            (Some(text), _) => Some(text.to_owned()),
            (None, Default::Value(text)) => Some(text.clone().into_owned()),
            (None, Default::Derived(_) | Default::Generated) => None,
        };
        text.map(|text| (key, text))
    }

    /// A key by `parse`, which answers a reason when it fails.
    pub fn with<T, E: Display>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let (key, text) = self.text(name)?;
        parse(&text)
            .map_err(|reason| self.note(Problem::value(&key, &text, Some(&reason.to_string()))))
            .ok()
    }

    /// A key whose type reads itself.
    pub fn parsed<T: FromStr<Err: Display>>(&mut self, name: &str) -> Option<T> {
        self.with(name, str::parse)
    }

    /// A whole number within its bounds, as any integer type that holds them.
    pub fn integer<T: TryFrom<u64>>(&mut self, name: &str) -> Option<T> {
        let (key, text) = self.text(name)?;
        let within = |number: &u64| match key.kind {
            Kind::Integer { min, max } => (min..=max).contains(number),
            Kind::Choice(_) | Kind::Text(_) => true,
        };
        let number = text.parse::<u64>().ok().filter(within);
        let number = number.and_then(|number| T::try_from(number).ok());
        if number.is_none() {
            self.note(Problem::value(&key, &text, None));
        }
        number
    }

    /// What the word of a key means.
    pub fn choice<T: Copy>(&mut self, name: &str, meanings: &[(&str, T)]) -> Option<T> {
        let (key, text) = self.text(name)?;
        let meaning = meanings.iter().find(|(word, _)| *word == text);
        if meaning.is_none() {
            self.note(Problem::value(&key, &text, None));
        }
        meaning.map(|(_, meaning)| *meaning)
    }

    /// A secret that must be there by now, as `parse` reads it.
    pub fn secret<T, E: Display>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        if self.values.text(name).is_none() {
            let key = self.key(name)?;
            self.note(Problem::missing(&key));
            return None;
        }
        self.with(name, parse)
    }

    /// A secret of 32 random bytes.
    pub fn secret_key(&mut self, name: &str) -> Option<SecretKey> {
        self.secret(name, secret_key)
    }
}
