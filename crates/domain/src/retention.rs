//! For how long what is held on people is kept: a rule a class of data, none without an end. Sums over many stay.

use std::collections::BTreeMap;

use thiserror::Error;

/// Longest that anything may be kept, in days: ten years.
pub const LONGEST_DAYS: u32 = 3_653;

/// A rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its name, in the configuration and in the data map.
    pub name: &'static str,
    /// Days, unless configured otherwise.
    pub days: u32,
    /// What it is about, and from when days are counted.
    pub what: &'static str,
    /// The same in German.
    pub what_de: &'static str,
}

const fn rule(name: &'static str, days: u32, what: &'static str, what_de: &'static str) -> Rule {
    Rule {
        name,
        days,
        what,
        what_de,
    }
}

/// All rules.
pub const RULES: [Rule; 11] = [
    rule(
        "users",
        1_095,
        "Everything on a user, after the last sign of life",
        "Alles über eine Person, nach dem letzten Lebenszeichen",
    ),
    rule(
        "sessions",
        730,
        "Tutoring sessions and achievements, after they took place",
        "Unterrichtsstunden und Erfolge, nachdem sie stattfanden",
    ),
    rule(
        "recaps",
        400,
        "Weekly recaps, after their week",
        "Wochenberichte, nach ihrer Woche",
    ),
    rule(
        "inputs",
        400,
        "Activities, shares with parents, progress reels, study sessions and opt-outs, after they took place",
        "Aktivitäten, mit Eltern Geteiltes, Fortschrittsfilme, Lerntreffen und Abmeldungen, nachdem sie stattfanden",
    ),
    rule(
        "links",
        1_095,
        "What links say and where they lead, after they expired",
        "Was Links sagen und wohin sie führen, nachdem sie abgelaufen sind",
    ),
    rule(
        "events",
        1_095,
        "Single invitations, clicks and sign-ups, after they happened; sums stay",
        "Einzelne Einladungen, Klicks und Anmeldungen, nachdem sie geschahen; Summen bleiben",
    ),
    rule(
        "emails",
        730,
        "That a message was sent; its text and recipient for 90 days",
        "Dass eine Nachricht versandt wurde; Text und Empfänger 90 Tage",
    ),
    rule(
        "reports",
        1_095,
        "Reports and alerts, after they were made or ended",
        "Berichte und Alarme, nachdem sie entstanden oder endeten",
    ),
    rule(
        "data_requests",
        1_095,
        "That a copy or a deletion was asked for and done",
        "Dass eine Kopie oder Löschung verlangt und getan wurde",
    ),
    rule(
        "consents",
        1_826,
        "Consents, refusals and what proves them, after they ended; a no as long as somebody else allows the same",
        "Einwilligungen, Absagen und was sie belegt, nachdem sie endeten; ein Nein, solange jemand anders dasselbe erlaubt",
    ),
    rule(
        "disclosures",
        1_826,
        "Who outside got an education record, after it was disclosed",
        "Wer außerhalb der Schule Lernunterlagen bekam, nach der Weitergabe",
    ),
];

/// What is wrong with a configured policy.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PolicyError {
    /// Not `rule=days`.
    #[error("`{0}` is not rule=days")]
    Malformed(String),
    /// No such rule.
    #[error("there is no rule `{0}`")]
    Unknown(String),
    /// Too short or too long.
    #[error("`{0}` is not a number of days from 1 to {LONGEST_DAYS}")]
    OutOfRange(String),
}

/// For how many days each class is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy(BTreeMap<&'static str, u32>);

impl Default for Policy {
    fn default() -> Self {
        Self(RULES.iter().map(|rule| (rule.name, rule.days)).collect())
    }
}

impl Policy {
    /// Reads `rule=days` pairs, separated by commas; rules that are not named keep their defaults.
    ///
    /// # Errors
    /// The first pair at fault.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        let mut policy = Self::default();
        let pairs = text
            .split(',')
            .map(str::trim)
            .filter(|pair| !pair.is_empty());
        for pair in pairs {
            let (name, days) = pair
                .split_once('=')
                .ok_or_else(|| PolicyError::Malformed(pair.to_owned()))?;
            let rule = RULES.iter().find(|rule| rule.name == name.trim());
            let rule = rule.ok_or_else(|| PolicyError::Unknown(name.trim().to_owned()))?;
            let days = days.trim().parse().ok();
            let days = days.filter(|days| (1..=LONGEST_DAYS).contains(days));
            let days = days.ok_or_else(|| PolicyError::OutOfRange(pair.to_owned()))?;
            policy.0.insert(rule.name, days);
        }
        Ok(policy)
    }

    /// The days of a rule.
    #[must_use]
    pub fn days(&self, rule: &Rule) -> u32 {
        self.0.get(rule.name).copied().unwrap_or(rule.days)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nothing_is_kept_for_ever() {
        for rule in RULES {
            assert!((1..=LONGEST_DAYS).contains(&rule.days), "{}", rule.name);
        }
    }

    #[test]
    fn what_is_not_named_keeps_its_default() {
        let policy = Policy::parse(" recaps=30, users = 90 ").expect("a policy");
        let days: Vec<u32> = RULES.iter().map(|rule| policy.days(rule)).collect();
        assert_eq!(
            days,
            [
                90, 730, 30, 400, 1_095, 1_095, 730, 1_095, 1_095, 1_826, 1_826
            ]
        );
        assert_eq!(Policy::parse("").expect("a policy"), Policy::default());
    }

    #[test]
    fn mistakes_are_named() {
        let malformed = PolicyError::Malformed("users".to_owned());
        assert_eq!(Policy::parse("users"), Err(malformed));
        assert_eq!(
            Policy::parse("cookies=1"),
            Err(PolicyError::Unknown("cookies".to_owned()))
        );
        for days in ["0", "3654", "-1", "x", ""] {
            let pair = format!("users={days}");
            assert_eq!(
                Policy::parse(&pair),
                Err(PolicyError::OutOfRange(pair.clone()))
            );
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_policy_with_an_end_or_a_mistake(text: String) {
            if let Ok(policy) = Policy::parse(&text) {
                prop_assert!(RULES.iter().all(|rule| (1..=LONGEST_DAYS).contains(&policy.days(rule))));
            }
        }
    }
}
