//! How sure a finding is.

/// How sure a finding is, in percent. An order of the evidence, not a measured probability: what
/// hardly anything else looks like is above what only the words around it say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Confidence(u8);

impl Confidence {
    /// A check or a shape that hardly anything else has: Luhn, an `@` with a domain, a known subject.
    pub const CERTAIN: Self = Self(99);
    /// A shape that is usual for the kind, or a word that names it.
    pub const LIKELY: Self = Self(90);
    /// A shape that other things have too, with nothing against it.
    pub const POSSIBLE: Self = Self(70);

    /// 0 to 100.
    #[must_use]
    pub const fn percent(self) -> u8 {
        self.0
    }

    /// 0 to 1, two decimals.
    #[must_use]
    pub fn ratio(self) -> f64 {
        f64::from(self.0) / 100.0
    }
}
