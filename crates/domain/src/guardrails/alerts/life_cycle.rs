//! The life of one alert: open → acknowledged → resolved, by itself or dismissed.

use chrono::{DateTime, TimeDelta, Utc};
use thiserror::Error;
use uuid::Uuid;

use super::Severity;

/// The longest reason, in characters.
const MAX_REASON: usize = 500;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AlertState {
    Open,
    Acknowledged {
        by: Uuid,
        at: DateTime<Utc>,
    },
    Resolved {
        at: DateTime<Utc>,
        resolution: Resolution,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolution {
    /// What it was about is no longer measured.
    CauseGone,
    Dismissed {
        by: Uuid,
        reason: DismissReason,
    },
}

/// Why an operator dismissed an alert: 1 to 500 characters, not only white space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DismissReason(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum AlertError {
    #[error("the alert is acknowledged already")]
    AlreadyAcknowledged,
    #[error("the alert is resolved already")]
    AlreadyResolved,
    #[error("a reason is needed to dismiss an alert")]
    ReasonMissing,
    #[error("the reason must not be longer than {MAX_REASON} characters")]
    ReasonTooLong,
}

impl DismissReason {
    /// Takes a reason without the white space around it.
    ///
    /// # Errors
    /// When nothing is left, or more than 500 characters are.
    pub fn new(text: &str) -> Result<Self, AlertError> {
        let text = text.trim();
        if text.is_empty() {
            Err(AlertError::ReasonMissing)
        } else if text.chars().count() > MAX_REASON {
            Err(AlertError::ReasonTooLong)
        } else {
            Ok(Self(text.to_owned()))
        }
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl AlertState {
    /// The name in answers, exports and the database.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Acknowledged { .. } => "acknowledged",
            Self::Resolved { .. } => "resolved",
        }
    }

    /// Not resolved.
    #[must_use]
    pub fn is_live(&self) -> bool {
        !matches!(self, Self::Resolved { .. })
    }

    /// Somebody takes care of it.
    ///
    /// # Errors
    /// When somebody does already, or it is resolved.
    pub fn acknowledge(self, by: Uuid, at: DateTime<Utc>) -> Result<Self, AlertError> {
        match self {
            Self::Open => Ok(Self::Acknowledged { by, at }),
            Self::Acknowledged { .. } => Err(AlertError::AlreadyAcknowledged),
            Self::Resolved { .. } => Err(AlertError::AlreadyResolved),
        }
    }

    /// An operator says that nothing has to be done. It needs no acknowledgement before.
    ///
    /// # Errors
    /// When it is resolved.
    pub fn dismiss(
        self,
        by: Uuid,
        reason: DismissReason,
        at: DateTime<Utc>,
    ) -> Result<Self, AlertError> {
        self.resolve(Resolution::Dismissed { by, reason }, at)
    }

    /// The cause is no longer measured.
    ///
    /// # Errors
    /// When it is resolved.
    pub fn cause_gone(self, at: DateTime<Utc>) -> Result<Self, AlertError> {
        self.resolve(Resolution::CauseGone, at)
    }

    fn resolve(self, resolution: Resolution, at: DateTime<Utc>) -> Result<Self, AlertError> {
        if self.is_live() {
            Ok(Self::Resolved { at, resolution })
        } else {
            Err(AlertError::AlreadyResolved)
        }
    }
}

/// When somebody should have responded: within 1 hour if critical, 4 hours (half a working day) if
/// high, 24 hours if medium.
#[must_use]
pub fn respond_by(severity: Severity, opened_at: DateTime<Utc>) -> DateTime<Utc> {
    let hours = match severity {
        Severity::Critical => 1,
        Severity::High => 4,
        Severity::Medium => 24,
    };
    opened_at + TimeDelta::hours(hours)
}

/// Whether nobody has responded in time. Acknowledging and dismissing are responses.
#[must_use]
pub fn is_overdue(
    state: &AlertState,
    severity: Severity,
    opened_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> bool {
    *state == AlertState::Open && now > respond_by(severity, opened_at)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn now() -> DateTime<Utc> {
        "2026-03-02T12:00:00Z".parse().unwrap()
    }

    fn reason() -> DismissReason {
        DismissReason::new("known load test").unwrap()
    }

    #[test]
    fn an_alert_is_opened_acknowledged_and_dismissed() {
        let operator = Uuid::from_u128(1);
        let acknowledged = AlertState::Open.acknowledge(operator, now()).unwrap();
        assert_eq!(
            acknowledged,
            AlertState::Acknowledged {
                by: operator,
                at: now()
            }
        );
        let resolved = acknowledged.dismiss(operator, reason(), now()).unwrap();
        assert_eq!(resolved.as_str(), "resolved");
        assert!(!resolved.is_live());
    }

    #[test]
    fn an_open_alert_may_be_dismissed_or_resolve_by_itself() {
        assert!(
            AlertState::Open
                .dismiss(Uuid::nil(), reason(), now())
                .is_ok()
        );
        let gone = AlertState::Open.cause_gone(now()).unwrap();
        assert_eq!(
            gone,
            AlertState::Resolved {
                at: now(),
                resolution: Resolution::CauseGone
            }
        );
    }

    #[test]
    fn nobody_acknowledges_twice() {
        let acknowledged = AlertState::Open.acknowledge(Uuid::nil(), now()).unwrap();
        assert_eq!(
            acknowledged.acknowledge(Uuid::max(), now()),
            Err(AlertError::AlreadyAcknowledged)
        );
    }

    #[test]
    fn a_dismissal_needs_a_reason_of_reasonable_length() {
        assert_eq!(DismissReason::new(" \n "), Err(AlertError::ReasonMissing));
        assert_eq!(
            DismissReason::new(&"é".repeat(501)),
            Err(AlertError::ReasonTooLong)
        );
        assert_eq!(
            DismissReason::new(&format!("  {} ", "é".repeat(500)))
                .unwrap()
                .as_str()
                .len(),
            1_000
        );
    }

    #[test]
    fn a_critical_alert_is_overdue_after_an_hour_unless_somebody_responded() {
        let opened_at = now() - TimeDelta::hours(1);
        let overdue =
            |state: &AlertState, now| is_overdue(state, Severity::Critical, opened_at, now);
        assert!(!overdue(&AlertState::Open, now()));
        let later = now() + TimeDelta::microseconds(1);
        assert!(overdue(&AlertState::Open, later));
        assert!(!overdue(
            &AlertState::Acknowledged {
                by: Uuid::nil(),
                at: now()
            },
            later
        ));
        assert!(!overdue(
            &AlertState::Open.cause_gone(now()).unwrap(),
            later
        ));
    }

    #[test]
    fn graver_alerts_are_due_sooner() {
        let due = |severity| respond_by(severity, now()) - now();
        assert_eq!(due(Severity::Critical), TimeDelta::hours(1));
        assert_eq!(due(Severity::High), TimeDelta::hours(4));
        assert_eq!(due(Severity::Medium), TimeDelta::hours(24));
    }

    proptest! {
        #[test]
        fn a_resolved_alert_stays_resolved(actions in prop::collection::vec(0..3, 1..12)) {
            let mut state = AlertState::Open;
            for action in actions {
                let next = match action {
                    0 => state.clone().acknowledge(Uuid::nil(), now()),
                    1 => state.clone().dismiss(Uuid::nil(), reason(), now()),
                    _ => state.clone().cause_gone(now()),
                };
                if !state.is_live() {
                    prop_assert_eq!(&next, &Err(AlertError::AlreadyResolved));
                }
                state = next.unwrap_or(state);
            }
        }
    }
}
