//! The order in which the classes of a hit are tried: rejected, prefetch, preview, bot, duplicate, human.
//!
//! The first four need only the request and the link. Telling a duplicate from a person needs the visitor's last
//! click, which is looked up only for the hits that are still undecided.

use super::agents::AgentKind;
use super::class::HitClass;
use crate::links::Decision;

/// What the request and the link tell about a hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The class is certain.
    Settled(HitClass),
    /// A person; [`Verdict::settle`] tells whether for the first time.
    Candidate,
}

impl Verdict {
    /// The class, given whether the visitor's last click makes this one a duplicate.
    #[must_use]
    pub fn settle(self, is_duplicate: bool) -> HitClass {
        match self {
            Self::Settled(class) => class,
            Self::Candidate if is_duplicate => HitClass::Duplicate,
            Self::Candidate => HitClass::Human,
        }
    }
}

/// Classifies a hit by the first class that applies.
///
/// A missing user agent is a bot: every browser sends one, so what comes without is a script or a scanner, and
/// one that does not even say so must not raise a referrer's figures.
#[must_use]
pub fn classify(decision: Decision, is_prefetch: bool, agent: AgentKind) -> Verdict {
    if let Decision::Refuse(_) = decision {
        return Verdict::Settled(HitClass::Rejected);
    }
    if is_prefetch {
        return Verdict::Settled(HitClass::Prefetch);
    }
    match agent {
        AgentKind::Unfurler => Verdict::Settled(HitClass::Preview),
        AgentKind::Crawler | AgentKind::Tool | AgentKind::Missing => {
            Verdict::Settled(HitClass::Bot)
        }
        AgentKind::Browser => Verdict::Candidate,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::links::Reason;

    #[test]
    fn the_first_class_that_applies_wins() {
        let refused = Decision::Refuse(Reason::Expired);
        let settled = Verdict::Settled;
        assert_eq!(
            classify(refused, true, AgentKind::Crawler),
            settled(HitClass::Rejected)
        );
        assert_eq!(
            classify(Decision::Serve, true, AgentKind::Unfurler),
            settled(HitClass::Prefetch)
        );
        assert_eq!(
            classify(Decision::Serve, false, AgentKind::Unfurler),
            settled(HitClass::Preview)
        );
        for agent in [AgentKind::Crawler, AgentKind::Tool, AgentKind::Missing] {
            assert_eq!(
                classify(Decision::Serve, false, agent),
                settled(HitClass::Bot)
            );
        }
        assert_eq!(
            classify(Decision::Serve, false, AgentKind::Browser),
            Verdict::Candidate
        );
    }

    #[test]
    fn only_a_candidate_can_be_a_duplicate() {
        assert_eq!(Verdict::Candidate.settle(true), HitClass::Duplicate);
        assert_eq!(Verdict::Candidate.settle(false), HitClass::Human);
        assert_eq!(Verdict::Settled(HitClass::Bot).settle(true), HitClass::Bot);
    }
}
