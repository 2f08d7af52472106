//! Who gets no mail, and which.

/// What a message is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// News that people get until they unsubscribe.
    Subscription,
    /// What somebody asked for just now, such as an invitation: one can not unsubscribe from it.
    Transaction,
}

/// Why an address gets no mail, the gravest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// The recipient is a minor.
    Minor,
    /// The recipient reported a message as spam.
    Complaint,
    /// A message was returned for good.
    Bounced,
    /// The recipient unsubscribed.
    Unsubscribed,
}

impl Reason {
    /// Whether it holds for messages of this purpose.
    fn holds_for(self, purpose: Purpose) -> bool {
        self != Self::Unsubscribed || purpose == Purpose::Subscription
    }

    /// Whether an operator who sends a message again may set it aside: an address can be repaired, a person's wish not.
    #[must_use]
    pub fn can_be_set_aside(self) -> bool {
        self == Self::Bounced
    }
}

/// The gravest reason for which a message is not sent, if there is one.
#[must_use]
pub fn suppressed_for(purpose: Purpose, reasons: &[Reason]) -> Option<Reason> {
    let holding = reasons.iter().copied();
    holding.filter(|reason| reason.holds_for(purpose)).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_unsubscribed_still_gets_what_was_asked_for() {
        let reasons = [Reason::Unsubscribed];
        assert_eq!(suppressed_for(Purpose::Transaction, &reasons), None);
        assert_eq!(
            suppressed_for(Purpose::Subscription, &reasons),
            Some(Reason::Unsubscribed)
        );
        assert_eq!(suppressed_for(Purpose::Subscription, &[]), None);
    }

    #[test]
    fn every_other_reason_holds_for_every_message_and_the_gravest_is_told() {
        let reasons = [
            Reason::Unsubscribed,
            Reason::Bounced,
            Reason::Complaint,
            Reason::Minor,
        ];
        for purpose in [Purpose::Transaction, Purpose::Subscription] {
            for reason in &reasons[1..] {
                assert_eq!(suppressed_for(purpose, &[*reason]), Some(*reason));
            }
            assert_eq!(suppressed_for(purpose, &reasons), Some(Reason::Minor));
        }
    }

    #[test]
    fn only_a_return_can_be_set_aside() {
        assert!(Reason::Bounced.can_be_set_aside());
        assert!(
            ![Reason::Unsubscribed, Reason::Complaint, Reason::Minor]
                .iter()
                .any(|r| r.can_be_set_aside())
        );
    }
}
