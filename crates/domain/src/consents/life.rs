//! The life of a consent.
//!
//! ```text
//! required ──asked──▶ notice_sent ──method chosen──▶ verifying ──verified──▶ active
//!    ▲                 ▲      ▲                        │    └─by messages──▶ confirm_pending ──a day later──▶ active
//!    └──third failure──┼──────┼────────────────────────┤
//!                      │      └──first two failures────┘
//!     expired, revoked, reconsent_required: asked again
//! required, expired, revoked ──a school authorises (core_use)──▶ school_authorised
//!
//! pending (notice_sent, verifying, confirm_pending): refused ──▶ denied; fourteen days over ──▶ expired;
//!     withdrawn ──▶ revoked; material change ──▶ reconsent_required
//! active ◀──resumed── suspended ◀──suspended── active
//! active, suspended ──material change──▶ reconsent_required
//! active, suspended, reconsent_required, school_authorised ──revoked──▶ revoked
//! any but the last ──deletion asked──▶ deleting ──▶ deleted
//! ```

use chrono::{DateTime, TimeDelta, Utc};
use thiserror::Error;

use super::method::Method;
use super::scope::Scope;
use super::state::ConsentState;

/// How long a guardian who was asked may take for the whole of the answer.
pub const PENDING_FOR: TimeDelta = TimeDelta::days(14);

/// Least time between the two steps of a consent by messages.
pub const CONFIRM_AFTER: TimeDelta = TimeDelta::hours(24);

/// A guardian who has taken the first of two steps has at least so long for the second, from when it may be taken.
pub const CONFIRM_WITHIN: TimeDelta = TimeDelta::days(3);

/// So many failed verifications end a request.
pub const MOST_FAILURES: u8 = 3;

/// What proves a consent, beside the notice that its record names.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Evidence {
    /// How the guardian was verified.
    pub method: Method,
    /// The provider's name of the verification; ours where we verified.
    pub transaction: String,
    /// SHA-256 of the notice as it was shown.
    pub notice_hash: [u8; 32],
    /// When.
    pub at: DateTime<Utc>,
}

/// A consent: what decides about its next state.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Consent {
    /// What it is for.
    pub scope: Scope,
    /// Where it is in its life.
    pub state: ConsentState,
    /// How the guardian chose to be verified; none before, and none once the request is over.
    pub method: Option<Method>,
    /// The verification; kept as long as the record is, also of a consent that is no longer in force.
    pub evidence: Option<Evidence>,
    /// When a pending answer must be complete.
    pub until: Option<DateTime<Utc>>,
    /// Not before, the second step.
    pub confirm_from: Option<DateTime<Utc>>,
    /// Failed verifications of this request.
    pub failures: u8,
}

/// What happens to a consent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConsentEvent {
    /// The user turns out to be a child.
    BecameChild,
    /// The user is a child no longer.
    AgedOut,
    /// The guardian is told and asked.
    Asked,
    /// The guardian pressed the button behind the link, and chose how to be verified.
    MethodChosen(Method),
    /// The verification was well.
    Verified(Evidence),
    /// The verification was not well.
    Failed,
    /// The second step of a consent by messages.
    Confirmed,
    /// The guardian does not allow it, or says not to be the guardian.
    Refused,
    /// The clock says that a pending answer is late.
    TimeOver,
    /// What was allowed has changed.
    MaterialChange,
    /// Suspended until it is resumed.
    Suspended,
    /// Goes on.
    Resumed,
    /// The guardian takes it back, or the school does.
    Revoked,
    /// A school allows it in the parents' place.
    SchoolAuthorised,
    /// The guardian wants what is held of the child deleted.
    DeletionAsked,
    /// That is done.
    Deleted,
}

impl ConsentEvent {
    /// The name in answers and the database.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::BecameChild => "became_child",
            Self::AgedOut => "aged_out",
            Self::Asked => "asked",
            Self::MethodChosen(_) => "method_chosen",
            Self::Verified(_) => "verified",
            Self::Failed => "failed",
            Self::Confirmed => "confirmed",
            Self::Refused => "refused",
            Self::TimeOver => "time_over",
            Self::MaterialChange => "material_change",
            Self::Suspended => "suspended",
            Self::Resumed => "resumed",
            Self::Revoked => "revoked",
            Self::SchoolAuthorised => "school_authorised",
            Self::DeletionAsked => "deletion_asked",
            Self::Deleted => "deleted",
        }
    }
}

/// Why something does not happen to a consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Refused {
    /// Not in this state.
    #[error("the consent is {}", .0.as_str())]
    WrongState(ConsentState),
    /// Whoever only answers messages can not allow this.
    #[error("{} can not give a consent for what leaves the platform", .0.as_str())]
    MethodTooWeak(Method),
    /// The evidence is of another method than the guardian chose.
    #[error("another method was chosen")]
    OtherMethod,
    /// The pending answer is late.
    #[error("the request is over: ask again")]
    TooLate,
    /// The pending answer may still come, or the second step comes too soon.
    #[error("it is too soon")]
    TooSoon,
    /// A school can allow what serves learning and nothing else.
    #[error("a school can not allow this in the parents' place")]
    NotEducational,
}

impl Consent {
    /// Of a user who is a child, or of unknown age.
    #[must_use]
    pub fn required(scope: Scope) -> Self {
        Self {
            scope,
            state: ConsentState::Required,
            method: None,
            evidence: None,
            until: None,
            confirm_from: None,
            failures: 0,
        }
    }

    /// Of a user who is none.
    #[must_use]
    pub fn not_required(scope: Scope) -> Self {
        Self {
            state: ConsentState::NotRequired,
            ..Self::required(scope)
        }
    }

    /// What becomes of it.
    ///
    /// # Errors
    /// When that does not happen to it in its state, or not now.
    pub fn after(self, event: ConsentEvent, at: DateTime<Utc>) -> Result<Self, Refused> {
        use ConsentEvent as E;
        use ConsentState as S;
        let state = self.state;
        match (state, event) {
            (S::NotRequired | S::AgedOut, E::BecameChild) => Ok(self.settled(S::Required)),
            (S::Deleting | S::Deleted | S::AgedOut, E::AgedOut) => Err(Refused::WrongState(state)),
            (_, E::AgedOut) => Ok(self.ended(S::AgedOut)),
            // Whoever refused may not have been the guardian; a guardian's own no is not asked again, which is up to the caller.
            (
                S::Required | S::Expired | S::Revoked | S::ReconsentRequired | S::Denied,
                E::Asked,
            ) => Ok(self.asked(at)),
            (S::NoticeSent, E::MethodChosen(method)) => self.in_time(at)?.chosen(method),
            (S::Verifying, E::Verified(evidence)) => self.in_time(at)?.verified(evidence, at),
            (S::Verifying, E::Failed) => Ok(self.in_time(at)?.failed()),
            (S::ConfirmPending, E::Confirmed) => self.in_time(at)?.confirmed(at),
            (_, E::Refused) if state.is_pending() => Ok(self.unproved(S::Denied)),
            (_, E::TimeOver) if state.is_pending() => self.expired(at),
            (S::Active | S::Suspended, E::MaterialChange) => Ok(self.settled(S::ReconsentRequired)),
            // Whoever is about to answer has read what does not hold any more.
            (_, E::MaterialChange) if state.is_pending() => Ok(self.unproved(S::ReconsentRequired)),
            (S::Active, E::Suspended) => Ok(self.settled(S::Suspended)),
            (S::Suspended, E::Resumed) => Ok(self.settled(S::Active)),
            // The request is withdrawn, for example because it went to a wrong address.
            (_, E::Revoked) if state.is_pending() => Ok(self.unproved(S::Revoked)),
            // What was asked and not answered is not there to be taken back.
            (S::ReconsentRequired, E::Revoked) if self.evidence.is_none() => {
                Err(Refused::WrongState(state))
            }
            (S::Active | S::Suspended | S::ReconsentRequired | S::SchoolAuthorised, E::Revoked) => {
                Ok(self.settled(S::Revoked))
            }
            (S::Required | S::Expired | S::Revoked, E::SchoolAuthorised) => self.authorised(),
            (S::Deleting | S::Deleted, E::DeletionAsked) => Err(Refused::WrongState(state)),
            (_, E::DeletionAsked) => Ok(self.ended(S::Deleting)),
            (S::Deleting, E::Deleted) => Ok(self.settled(S::Deleted)),
            _ => Err(Refused::WrongState(state)),
        }
    }

    fn in_time(self, at: DateTime<Utc>) -> Result<Self, Refused> {
        match self.until.is_some_and(|until| at < until) {
            true => Ok(self),
            false => Err(Refused::TooLate),
        }
    }

    /// A state in which nothing is pending.
    fn settled(self, state: ConsentState) -> Self {
        Self {
            state,
            method: None,
            until: None,
            confirm_from: None,
            failures: 0,
            ..self
        }
    }

    /// The same without the first of two steps, which alone proves nothing.
    fn unproved(self, state: ConsentState) -> Self {
        Self {
            evidence: None,
            ..self.settled(state)
        }
    }

    /// In a state that ends whatever was before: a first step that nothing follows proves nothing.
    fn ended(self, state: ConsentState) -> Self {
        match self.state.is_pending() {
            true => self.unproved(state),
            false => self.settled(state),
        }
    }

    fn asked(self, at: DateTime<Utc>) -> Self {
        Self {
            until: Some(at + PENDING_FOR),
            // What proved a consent before proves nothing of this one.
            ..self.unproved(ConsentState::NoticeSent)
        }
    }

    fn chosen(self, method: Method) -> Result<Self, Refused> {
        match method.reaches(&self.scope) {
            true => Ok(Self {
                state: ConsentState::Verifying,
                method: Some(method),
                ..self
            }),
            false => Err(Refused::MethodTooWeak(method)),
        }
    }

    fn verified(self, evidence: Evidence, at: DateTime<Utc>) -> Result<Self, Refused> {
        if self.method != Some(evidence.method) {
            return Err(Refused::OtherMethod);
        }
        let has_second_step = evidence.method.has_second_step();
        let verified = Self {
            evidence: Some(evidence),
            ..self
        };
        match has_second_step {
            false => Ok(verified.settled(ConsentState::Active)),
            true => {
                let confirm_from = at + CONFIRM_AFTER;
                Ok(Self {
                    state: ConsentState::ConfirmPending,
                    confirm_from: Some(confirm_from),
                    until: verified.until.max(Some(confirm_from + CONFIRM_WITHIN)),
                    ..verified
                })
            }
        }
    }

    fn failed(self) -> Self {
        let failures = self.failures + 1;
        if failures >= MOST_FAILURES {
            return self.settled(ConsentState::Required);
        }
        Self {
            state: ConsentState::NoticeSent,
            method: None,
            failures,
            ..self
        }
    }

    fn confirmed(self, at: DateTime<Utc>) -> Result<Self, Refused> {
        match self.confirm_from.is_some_and(|from| at >= from) {
            true => Ok(self.settled(ConsentState::Active)),
            false => Err(Refused::TooSoon),
        }
    }

    fn expired(self, at: DateTime<Utc>) -> Result<Self, Refused> {
        match self.until.is_none_or(|until| at >= until) {
            true => Ok(self.unproved(ConsentState::Expired)),
            false => Err(Refused::TooSoon),
        }
    }

    fn authorised(self) -> Result<Self, Refused> {
        match self.scope.is_educational() {
            true => Ok(self.settled(ConsentState::SchoolAuthorised)),
            false => Err(Refused::NotEducational),
        }
    }
}
