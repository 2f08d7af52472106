//! A signed form that is looked at by people: two of them have to find it well.

/// So many different people have to approve a form.
pub const APPROVALS: usize = 2;

/// What somebody found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The form is signed by the guardian.
    Approved,
    /// It is not, or can not be told.
    Rejected,
}

impl Verdict {
    /// The name in answers and the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Rejected => "rejected",
        }
    }

    /// The verdict of this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Approved, Self::Rejected]
            .into_iter()
            .find(|verdict| verdict.as_str() == name)
    }
}

/// What the verdicts of different people come to: one who rejects is enough, and one who approves is not. `None` while it
/// takes another.
#[must_use]
pub fn decided(verdicts: &[Verdict]) -> Option<Verdict> {
    if verdicts.contains(&Verdict::Rejected) {
        return Some(Verdict::Rejected);
    }
    (verdicts.len() >= APPROVALS).then_some(Verdict::Approved)
}

#[cfg(test)]
mod tests {
    use Verdict::{Approved, Rejected};

    use super::*;

    #[test]
    fn it_takes_two_to_approve_and_one_to_reject() {
        assert_eq!(decided(&[]), None);
        assert_eq!(decided(&[Approved]), None);
        assert_eq!(decided(&[Approved, Approved]), Some(Approved));
        assert_eq!(decided(&[Rejected]), Some(Rejected));
        assert_eq!(decided(&[Approved, Rejected]), Some(Rejected));
    }

    #[test]
    fn every_verdict_is_read_as_it_is_written() {
        for verdict in [Approved, Rejected] {
            assert_eq!(Verdict::parse(verdict.as_str()), Some(verdict));
        }
        assert_eq!(Verdict::parse("maybe"), None);
    }
}
