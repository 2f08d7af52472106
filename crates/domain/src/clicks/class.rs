//! The class of a hit. Each hit has exactly one, and the names are stored, exported and shown: they never change.

/// What a hit of a link was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum HitClass {
    /// A person, as far as can be told: the only class that is a click.
    Human,
    /// The same person on the same link again.
    Duplicate,
    /// A program that says so.
    Bot,
    /// A program that shows or checks a link for a person: unfurlers and mail scanners.
    Preview,
    /// A browser that fetches ahead of a click that may never come.
    Prefetch,
    /// The link was forged, disabled, expired or exhausted.
    Rejected,
}

impl HitClass {
    /// All classes.
    pub const ALL: [Self; 6] = [
        Self::Human,
        Self::Duplicate,
        Self::Bot,
        Self::Preview,
        Self::Prefetch,
        Self::Rejected,
    ];

    /// The stable name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Duplicate => "duplicate",
            Self::Bot => "bot",
            Self::Preview => "preview",
            Self::Prefetch => "prefetch",
            Self::Rejected => "rejected",
        }
    }

    /// The class of a stable name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.as_str() == name)
    }

    /// Whether the hit counts as a click.
    #[must_use]
    pub fn is_click(self) -> bool {
        matches!(self, Self::Human)
    }

    /// Whether the fraud guardrails look at the hit: repeated clicks are what they are after, while a program
    /// that names itself is no fraud.
    #[must_use]
    pub fn counts_for_guardrails(self) -> bool {
        matches!(self, Self::Human | Self::Duplicate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back() {
        for class in HitClass::ALL {
            assert_eq!(HitClass::from_name(class.as_str()), Some(class));
        }
        assert_eq!(HitClass::from_name("Human"), None);
    }

    #[test]
    fn only_people_click_and_only_people_are_watched_for_fraud() {
        let named = |keep: fn(HitClass) -> bool| -> Vec<_> {
            HitClass::ALL
                .into_iter()
                .filter(|&class| keep(class))
                .map(HitClass::as_str)
                .collect()
        };
        assert_eq!(named(HitClass::is_click), ["human"]);
        assert_eq!(
            named(HitClass::counts_for_guardrails),
            ["human", "duplicate"]
        );
    }
}
