//! A message's way from the queue to its end.

use thiserror::Error;

/// Where a message is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmailState {
    /// Waits for its turn, or for another attempt.
    Queued,
    /// Handed over.
    Sent,
    /// Given up.
    Failed,
    /// Returned by the recipient's server.
    Bounced,
    /// Not sent on purpose.
    Suppressed,
}

/// What happens to a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmailEvent {
    /// The mail server, or the built-in outbox, took it.
    Sent,
    /// No attempt ever will succeed, none is left, or none is wanted.
    GivenUp,
    /// An operator wants it tried again.
    Retried,
    /// The recipient gets no such mail.
    Suppressed,
    /// The recipient's server returned it.
    Bounced,
}

/// Something that can not happen to a message any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("this can not happen to the message any more")]
pub struct NotPossible;

impl EmailState {
    /// The state after an event.
    ///
    /// A return is believed also before the message counts as sent: the process may have died between sending and
    /// writing it down.
    ///
    /// # Errors
    /// When the message is past it.
    pub fn after(self, event: EmailEvent) -> Result<Self, NotPossible> {
        match (self, event) {
            (Self::Queued, EmailEvent::Sent) => Ok(Self::Sent),
            (Self::Queued, EmailEvent::GivenUp) => Ok(Self::Failed),
            (Self::Failed, EmailEvent::Retried) => Ok(Self::Queued),
            (Self::Queued, EmailEvent::Suppressed) => Ok(Self::Suppressed),
            (Self::Queued | Self::Sent | Self::Failed | Self::Bounced, EmailEvent::Bounced) => {
                Ok(Self::Bounced)
            }
            _ => Err(NotPossible),
        }
    }

    /// Whether it may be sent again on purpose: once it is clear what became of it.
    #[must_use]
    pub fn can_be_sent_again(self) -> bool {
        self != Self::Queued
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    const STATES: &[EmailState] = &[
        EmailState::Queued,
        EmailState::Sent,
        EmailState::Failed,
        EmailState::Bounced,
        EmailState::Suppressed,
    ];
    const EVENTS: &[EmailEvent] = &[
        EmailEvent::Sent,
        EmailEvent::GivenUp,
        EmailEvent::Suppressed,
        EmailEvent::Bounced,
    ];

    #[test]
    fn a_sent_message_can_still_be_returned() {
        let sent = EmailState::Queued.after(EmailEvent::Sent).expect("sent");
        assert_eq!(sent.after(EmailEvent::Bounced), Ok(EmailState::Bounced));
        assert_eq!(sent.after(EmailEvent::Sent), Err(NotPossible));
    }

    #[test]
    fn what_was_suppressed_never_left_and_is_not_returned() {
        assert_eq!(
            EmailState::Suppressed.after(EmailEvent::Bounced),
            Err(NotPossible)
        );
    }

    proptest! {
        #[test]
        fn no_message_goes_back_to_the_queue_or_is_sent_twice(events in prop::collection::vec(select(EVENTS), 0..12)) {
            let mut state = EmailState::Queued;
            let mut sent = 0;
            for event in events {
                if let Ok(next) = state.after(event) {
                    prop_assert_ne!(next, EmailState::Queued);
                    sent += usize::from(next == EmailState::Sent);
                    state = next;
                }
            }
            prop_assert!(sent <= 1);
        }

        #[test]
        fn an_event_that_is_repeated_changes_nothing(state in select(STATES), event in select(EVENTS)) {
            if let Ok(next) = state.after(event) {
                prop_assert!(next.after(event).is_err() || next.after(event) == Ok(next));
            }
        }
    }
}
