//! Whether a link is served: a pure rule over its state and the time.

use chrono::{DateTime, Utc};

/// What is known about a link when somebody follows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkState {
    /// The signature matches the stored fields.
    pub genuine: bool,
    /// The target is still on the allowlist, which operators may shorten after a link was minted.
    pub target_allowed: bool,
    pub disabled: bool,
    pub expires_at: DateTime<Utc>,
    /// `max_clicks` has been reached. Soft: the counter lags behind by up to 2 s.
    pub exhausted: bool,
}

/// Why a link is not served.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reason {
    Forged,
    TargetRefused,
    Disabled,
    Expired,
    Exhausted,
}

impl Reason {
    /// All reasons, in the order they are tried.
    pub const ALL: [Self; 5] = [
        Self::Forged,
        Self::TargetRefused,
        Self::Disabled,
        Self::Expired,
        Self::Exhausted,
    ];

    /// The stable name used in storage, metrics and answers.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Forged => "forged",
            Self::TargetRefused => "target_refused",
            Self::Disabled => "disabled",
            Self::Expired => "expired",
            Self::Exhausted => "exhausted",
        }
    }

    /// The reason of a stable name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == name)
    }
}

/// What to answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    Serve,
    Refuse(Reason),
}

/// Decides by the first reason that applies. Forgery comes first, since nothing else in a forged row can be
/// believed. A link expires at its expiry: it is served before that moment and refused from it on.
#[must_use]
pub fn decide(state: &LinkState, now: DateTime<Utc>) -> Decision {
    let applies = |reason: &Reason| match reason {
        Reason::Forged => !state.genuine,
        Reason::TargetRefused => !state.target_allowed,
        Reason::Disabled => state.disabled,
        Reason::Expired => now >= state.expires_at,
        Reason::Exhausted => state.exhausted,
    };
    Reason::ALL
        .into_iter()
        .find(applies)
        .map_or(Decision::Serve, Decision::Refuse)
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn healthy() -> LinkState {
        LinkState {
            genuine: true,
            target_allowed: true,
            disabled: false,
            expires_at: DateTime::UNIX_EPOCH,
            exhausted: false,
        }
    }

    fn before() -> DateTime<Utc> {
        DateTime::UNIX_EPOCH - TimeDelta::microseconds(1)
    }

    #[test]
    fn a_link_is_served_until_the_moment_it_expires() {
        assert_eq!(decide(&healthy(), before()), Decision::Serve);
        assert_eq!(
            decide(&healthy(), DateTime::UNIX_EPOCH),
            Decision::Refuse(Reason::Expired)
        );
    }

    #[test]
    fn each_flaw_alone_has_its_own_reason() {
        let cases = [
            (
                LinkState {
                    genuine: false,
                    ..healthy()
                },
                Reason::Forged,
            ),
            (
                LinkState {
                    target_allowed: false,
                    ..healthy()
                },
                Reason::TargetRefused,
            ),
            (
                LinkState {
                    disabled: true,
                    ..healthy()
                },
                Reason::Disabled,
            ),
            (
                LinkState {
                    exhausted: true,
                    ..healthy()
                },
                Reason::Exhausted,
            ),
        ];
        for (state, reason) in cases {
            assert_eq!(decide(&state, before()), Decision::Refuse(reason));
        }
    }

    #[test]
    fn forgery_is_named_before_anything_the_forger_wrote() {
        let state = LinkState {
            genuine: false,
            disabled: true,
            exhausted: true,
            ..healthy()
        };
        assert_eq!(
            decide(&state, DateTime::UNIX_EPOCH),
            Decision::Refuse(Reason::Forged)
        );
    }

    #[test]
    fn names_are_read_back() {
        for reason in Reason::ALL {
            assert_eq!(Reason::from_name(reason.as_str()), Some(reason));
        }
        assert_eq!(Reason::from_name("lost"), None);
    }
}
