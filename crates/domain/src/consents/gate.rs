//! Whether a user may do something: the one decision that routes, jobs and loops ask for. It fails closed.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::scope::{Recipient, Scope};
use super::state::ConsentState;

/// How the law looks at a user's age.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Age {
    /// Under 13, or not known.
    Child,
    /// From 13 to 17.
    Minor,
    /// Grown up.
    Adult,
}

/// Something a user does, or something done with what is known of them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Uses the platform for learning.
    UsePlatform,
    /// Shares an invitation.
    SendInvite,
    /// A growth loop sends something in the user's name.
    TriggerLoop,
    /// Challenges others.
    CreateChallenge,
    /// Progress is shown to the user's own guardian.
    ShareProgressWithGuardian,
    /// Progress is shown to others.
    ShareProgress,
    /// The profile is public.
    PublicProfile,
    /// Chats, groups, presence.
    SocialFeatures,
    /// The user stands on a leaderboard that others see.
    PublicLeaderboard,
    /// Personal information goes to a recipient outside.
    SharePersonalInfo(Recipient),
    /// Scores, transcripts or grades go to a recipient outside.
    ShareEducationRecord(Recipient),
    /// Personal information is processed by an AI provider.
    ProcessWithAi(Recipient),
}

impl Action {
    /// The scope that a guardian must have granted.
    #[must_use]
    pub fn scope(&self) -> Scope {
        match self {
            Self::UsePlatform => Scope::CoreUse,
            Self::SendInvite | Self::TriggerLoop | Self::CreateChallenge => Scope::InviteFriend,
            Self::ShareProgressWithGuardian => Scope::ProgressReelToParent,
            Self::ShareProgress
            | Self::PublicProfile
            | Self::SocialFeatures
            | Self::PublicLeaderboard => Scope::PublicDisplay,
            Self::SharePersonalInfo(to) | Self::ShareEducationRecord(to) => {
                Scope::Disclose(to.clone())
            }
            Self::ProcessWithAi(to) => Scope::AiProcessing(to.clone()),
        }
    }

    /// Whether users of this age need a guardian for it. An adult decides alone, also over the own education records.
    #[must_use]
    pub fn needs_guardian(&self, age: Age) -> bool {
        match age {
            Age::Child => true,
            Age::Minor => matches!(self, Self::ShareEducationRecord(_)),
            Age::Adult => false,
        }
    }
}

/// What is known of a consent when a decision is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The consent.
    pub id: Uuid,
    /// Who gave it or was asked; none for a school's.
    pub guardian: Option<Uuid>,
    /// What it is for.
    pub scope: Scope,
    /// Where it is in its life.
    pub state: ConsentState,
    /// The notice it was given for; none for a school's.
    pub notice: Option<u32>,
    /// Whether the guardian on record gave it or was asked.
    pub is_on_record: bool,
    /// When it was given; none before.
    pub given_at: Option<DateTime<Utc>>,
    /// Whether the guardian said no, or took it back, and has not allowed it since: also while the same is asked anew.
    pub has_objected: bool,
    /// When the guardian took it back, unless that guardian has allowed it since: also while the same is asked anew, and after
    /// whatever comes of that.
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// Whether it was suspended, and neither resumed nor allowed since: also while the same is asked anew.
    pub is_suspended: bool,
}

impl Held {
    /// Whether a school allows it, or did.
    fn is_of_school(&self) -> bool {
        self.guardian.is_none()
    }
}

/// Why it is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allowed {
    /// Nobody has to allow it.
    NotRequired,
    /// By this consent to this version of the notice.
    Consented {
        /// The consent.
        consent: Uuid,
        /// The version; none for a school's authorisation.
        notice: Option<u32>,
    },
}

/// Why it is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denied {
    /// No guardian has allowed it.
    ParentalConsentRequired,
    /// A guardian was asked and has not answered to the end.
    ConsentPending,
    /// The guardian said no.
    ConsentDenied,
    /// What was allowed has changed since.
    ReconsentRequired,
    /// It was allowed, and is suspended.
    ConsentSuspended,
    /// It was allowed, and taken back.
    ConsentWithdrawn,
    /// A school has allowed learning, which is not this.
    SchoolScopeOnly,
    /// An education record of a minor, which no guardian has allowed to go outside.
    FerpaRecord,
    /// The user is erased, or is about to be.
    UserErased,
}

impl Denied {
    /// All reasons.
    pub const ALL: [Self; 9] = [
        Self::ParentalConsentRequired,
        Self::ConsentPending,
        Self::ConsentDenied,
        Self::ReconsentRequired,
        Self::ConsentSuspended,
        Self::ConsentWithdrawn,
        Self::SchoolScopeOnly,
        Self::FerpaRecord,
        Self::UserErased,
    ];

    /// The stable code.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ParentalConsentRequired => "parental_consent_required",
            Self::ConsentPending => "consent_pending",
            Self::ConsentDenied => "consent_denied",
            Self::ReconsentRequired => "reconsent_required",
            Self::ConsentSuspended => "consent_suspended",
            Self::ConsentWithdrawn => "consent_withdrawn",
            Self::SchoolScopeOnly => "school_scope_only",
            Self::FerpaRecord => "ferpa_record",
            Self::UserErased => "user_erased",
        }
    }
}

/// Decides. `held` are the consents of the user, of each guardian and scope the latest.
///
/// What one guardian has taken back or stopped, another can not allow: the answer in doubt is no, until the one who said it allows
/// it, however often that one is asked anew. But what somebody else has taken back the guardian on record may allow afterwards, and
/// whoever was erased takes nothing back from others.
///
/// A school allows in the parents' place: what a guardian has refused, taken back or stopped, none can allow. A school that allows
/// nothing any more takes nothing back from others, be it a guardian or the next school.
///
/// # Errors
/// The reason why not.
pub fn decide(action: &Action, age: Age, held: &[Held]) -> Result<Allowed, Denied> {
    if !action.needs_guardian(age) {
        return Ok(Allowed::NotRequired);
    }
    let scope = action.scope();
    let of_scope = || held.iter().filter(|one| one.scope == scope);
    let has = |state: ConsentState| of_scope().any(|one| one.state == state);
    let is_opposed = of_scope().any(opposes_schools);
    let counts = |one: &&Held| one.state.grants() && !(one.is_of_school() && is_opposed);
    let blocks = |one: &&Held| !of_scope().any(|other| overrules(other, one));
    let blocked = of_scope().filter(blocks).find_map(ended);
    if let (Some(granted), None) = (of_scope().find(counts), blocked) {
        return Ok(Allowed::Consented {
            consent: granted.id,
            notice: granted.notice,
        });
    }
    if let Some(ended) = of_scope().filter(blocks).find_map(settled_end) {
        return Err(ended);
    }
    let school_only = || {
        let authorised = |one: &Held| one.state == ConsentState::SchoolAuthorised;
        !scope.is_educational() && held.iter().any(authorised)
    };
    Err(match (action, blocked) {
        _ if has(ConsentState::ReconsentRequired) => Denied::ReconsentRequired,
        _ if of_scope().any(|one| one.state.is_pending()) => Denied::ConsentPending,
        _ if has(ConsentState::Denied) => Denied::ConsentDenied,
        // Whoever took it back was asked anew and has not answered.
        (_, Some(ended)) => ended,
        (Action::ShareEducationRecord(_), None) => Denied::FerpaRecord,
        _ if school_only() => Denied::SchoolScopeOnly,
        _ => Denied::ParentalConsentRequired,
    })
}

/// Whether what the guardian on record allows stands against what somebody else has ended.
fn overrules(granted: &Held, ended: &Held) -> bool {
    if !(granted.is_on_record && granted.state.grants()) || ended.is_on_record {
        return false;
    }
    let is_later = |at: DateTime<Utc>| granted.given_at.is_some_and(|given| given > at);
    !ended.is_suspended && ended.withdrawn_at.is_some_and(is_later)
}

/// Whether no school can allow this in the place of who said so.
fn opposes_schools(one: &Held) -> bool {
    !one.is_of_school()
        && (one.has_objected
            || one.state == ConsentState::Denied
            || ended(one).is_some()
            || settled_end(one).is_some())
}

/// How a guardian stands against what others allow.
fn ended(one: &Held) -> Option<Denied> {
    match one.state {
        // Whoever was erased takes nothing back from others.
        ConsentState::Deleting | ConsentState::Deleted => None,
        ConsentState::Suspended => Some(Denied::ConsentSuspended),
        state if state.grants() => None,
        _ if one.withdrawn_at.is_some() => Some(Denied::ConsentWithdrawn),
        _ if one.is_suspended => Some(Denied::ConsentSuspended),
        _ => None,
    }
}

/// The same where nothing has come after it, which then is the reason whatever else there is.
fn settled_end(one: &Held) -> Option<Denied> {
    match one.state {
        // It was the school's own word alone that ended.
        ConsentState::Revoked if one.is_of_school() => None,
        ConsentState::Revoked | ConsentState::Deleting | ConsentState::Deleted => {
            Some(Denied::ConsentWithdrawn)
        }
        ConsentState::Suspended => Some(Denied::ConsentSuspended),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOTHER: u128 = 1;
    const FATHER: u128 = 2;

    fn held(scope: &str, guardian: u128, state: ConsentState) -> Held {
        Held {
            id: Uuid::from_u128(7),
            guardian: Some(Uuid::from_u128(guardian)),
            scope: scope.parse().expect("a scope"),
            state,
            notice: Some(3),
            is_on_record: guardian == MOTHER,
            given_at: Some(DateTime::UNIX_EPOCH),
            has_objected: false,
            withdrawn_at: (state == ConsentState::Revoked).then_some(DateTime::UNIX_EPOCH),
            is_suspended: state == ConsentState::Suspended,
        }
    }

    fn of_school(state: ConsentState) -> Held {
        Held {
            guardian: None,
            notice: None,
            is_on_record: false,
            given_at: None,
            withdrawn_at: None,
            ..held("core_use", MOTHER, state)
        }
    }

    fn recipient() -> Recipient {
        "crm".parse().expect("a recipient")
    }

    fn every_action() -> Vec<Action> {
        vec![
            Action::UsePlatform,
            Action::SendInvite,
            Action::TriggerLoop,
            Action::CreateChallenge,
            Action::ShareProgressWithGuardian,
            Action::ShareProgress,
            Action::PublicProfile,
            Action::SocialFeatures,
            Action::PublicLeaderboard,
            Action::SharePersonalInfo(recipient()),
            Action::ShareEducationRecord(recipient()),
            Action::ProcessWithAi(recipient()),
        ]
    }

    #[test]
    fn nothing_is_allowed_to_a_child_without_a_consent_to_its_very_scope() {
        let others = [
            "core_use",
            "disclose:other",
            "disclose:crm",
            "ai_processing:crm",
            "invite_friend",
            "public_display",
            "progress_reel_to_parent",
        ];
        for action in every_action() {
            assert!(decide(&action, Age::Child, &[]).is_err(), "{action:?}");
            let scope = action.scope().to_string();
            let others = others.iter().filter(|other| **other != scope);
            let others: Vec<Held> = others
                .map(|other| held(other, MOTHER, ConsentState::Active))
                .collect();
            assert!(decide(&action, Age::Child, &others).is_err(), "{action:?}");
            let own = held(&action.scope().to_string(), MOTHER, ConsentState::Active);
            let allowed = Allowed::Consented {
                consent: own.id,
                notice: Some(3),
            };
            assert_eq!(decide(&action, Age::Child, &[own]), Ok(allowed));
        }
    }

    #[test]
    fn whoever_is_thirteen_needs_a_guardian_for_education_records_alone_and_an_adult_for_nothing() {
        for action in every_action() {
            let is_record = matches!(action, Action::ShareEducationRecord(_));
            let expected = match is_record {
                true => Err(Denied::FerpaRecord),
                false => Ok(Allowed::NotRequired),
            };
            assert_eq!(decide(&action, Age::Minor, &[]), expected, "{action:?}");
            let adult = decide(&action, Age::Adult, &[]);
            assert_eq!(adult, Ok(Allowed::NotRequired), "{action:?}");
        }
    }

    #[test]
    fn every_state_but_a_grant_denies_with_its_reason() {
        use ConsentState as S;
        for state in S::ALL {
            let held = [held("invite_friend", MOTHER, state)];
            let expected = match state {
                S::Active | S::SchoolAuthorised => continue,
                S::NoticeSent | S::Verifying | S::ConfirmPending => Denied::ConsentPending,
                S::Denied => Denied::ConsentDenied,
                S::ReconsentRequired => Denied::ReconsentRequired,
                S::Suspended => Denied::ConsentSuspended,
                S::Revoked | S::Deleting | S::Deleted => Denied::ConsentWithdrawn,
                S::NotRequired | S::Required | S::Expired | S::AgedOut => {
                    Denied::ParentalConsentRequired
                }
            };
            let decided = decide(&Action::SendInvite, Age::Child, &held);
            assert_eq!(decided, Err(expected), "{state:?}");
        }
    }

    #[test]
    fn what_one_guardian_has_taken_back_another_can_not_allow() {
        use ConsentState as S;
        for (state, reason) in [
            (S::Revoked, Denied::ConsentWithdrawn),
            (S::Suspended, Denied::ConsentSuspended),
        ] {
            let mut both = vec![
                held("invite_friend", MOTHER, S::Active),
                held("invite_friend", FATHER, state),
            ];
            for _ in 0..2 {
                let decided = decide(&Action::SendInvite, Age::Child, &both);
                assert_eq!(decided, Err(reason));
                both.reverse();
            }
        }
        let refused_before = [
            held("invite_friend", FATHER, S::Denied),
            held("invite_friend", MOTHER, S::Active),
        ];
        assert!(decide(&Action::SendInvite, Age::Child, &refused_before).is_ok());
    }

    #[test]
    fn asking_anew_does_not_undo_what_a_guardian_has_ended() {
        use ConsentState as S;
        let hour = |hour: i64| Some(DateTime::UNIX_EPOCH + chrono::TimeDelta::hours(hour));
        for (state, reason) in [
            (S::NoticeSent, Denied::ConsentPending),
            (S::ConfirmPending, Denied::ConsentPending),
            (S::Denied, Denied::ConsentDenied),
            (S::ReconsentRequired, Denied::ReconsentRequired),
            (S::Expired, Denied::ConsentWithdrawn),
        ] {
            for (asked, other) in [(MOTHER, FATHER), (FATHER, MOTHER)] {
                let asked = Held {
                    withdrawn_at: hour(3),
                    ..held("invite_friend", asked, state)
                };
                let other = held("invite_friend", other, S::Active);
                let both = [other.clone(), asked.clone()];
                assert_eq!(decide(&Action::SendInvite, Age::Child, &both), Err(reason));
                let before = Held {
                    withdrawn_at: None,
                    ..asked.clone()
                };
                assert!(decide(&Action::SendInvite, Age::Child, &[other.clone(), before]).is_ok());
                let suspended = Held {
                    withdrawn_at: None,
                    is_suspended: true,
                    ..asked
                };
                assert!(decide(&Action::SendInvite, Age::Child, &[other, suspended]).is_err());
            }
        }
        // A question that was withdrawn before it was answered has ended nothing.
        let unasked = Held {
            withdrawn_at: None,
            ..held("invite_friend", FATHER, S::Revoked)
        };
        let both = [held("invite_friend", MOTHER, S::Active), unasked];
        assert!(decide(&Action::SendInvite, Age::Child, &both).is_ok());
        // The guardian on record may allow it afterwards, also while somebody else is asked anew.
        let asked = Held {
            withdrawn_at: hour(3),
            ..held("invite_friend", FATHER, S::NoticeSent)
        };
        let given = |at: i64| Held {
            given_at: hour(at),
            ..held("invite_friend", MOTHER, S::Active)
        };
        assert!(decide(&Action::SendInvite, Age::Child, &[asked.clone(), given(4)]).is_ok());
        assert!(decide(&Action::SendInvite, Age::Child, &[asked, given(2)]).is_err());
    }

    #[test]
    fn whoever_was_erased_takes_nothing_back_from_others() {
        use ConsentState as S;
        for (erased, other) in [(MOTHER, FATHER), (FATHER, MOTHER)] {
            for state in [S::Deleting, S::Deleted] {
                let family = [
                    held("invite_friend", erased, state),
                    held("invite_friend", other, S::Active),
                ];
                assert!(decide(&Action::SendInvite, Age::Child, &family).is_ok());
            }
        }
    }

    #[test]
    fn a_school_allows_learning_and_nothing_else() {
        let school = of_school(ConsentState::SchoolAuthorised);
        for action in every_action() {
            let expected = match action {
                Action::UsePlatform => Ok(Allowed::Consented {
                    consent: school.id,
                    notice: None,
                }),
                Action::ShareEducationRecord(_) => Err(Denied::FerpaRecord),
                _ => Err(Denied::SchoolScopeOnly),
            };
            let decided = decide(&action, Age::Child, std::slice::from_ref(&school));
            assert_eq!(decided, expected, "{action:?}");
        }
    }

    #[test]
    fn a_school_that_a_child_has_left_is_told_as_what_it_is_and_binds_nobody() {
        use ConsentState as S;
        let former = of_school(S::Revoked);
        let decided = |other: Option<Held>| {
            let held: Vec<Held> = other.into_iter().chain([former.clone()]).collect();
            decide(&Action::UsePlatform, Age::Child, &held)
        };
        assert_eq!(decided(None), Err(Denied::ParentalConsentRequired));
        assert!(decided(Some(of_school(S::SchoolAuthorised))).is_ok());
        // The guardian allowed it before the child left the school.
        assert!(decided(Some(held("core_use", MOTHER, S::Active))).is_ok());
        assert!(decided(Some(held("core_use", FATHER, S::Active))).is_ok());
    }

    #[test]
    fn a_school_never_allows_what_a_guardian_has_refused_or_taken_back() {
        use ConsentState as S;
        for guardian in [MOTHER, FATHER] {
            for (state, reason) in [
                (S::Denied, Denied::ConsentDenied),
                (S::Revoked, Denied::ConsentWithdrawn),
                (S::Suspended, Denied::ConsentSuspended),
                (S::Deleted, Denied::ConsentWithdrawn),
            ] {
                let school = of_school(S::SchoolAuthorised);
                let both = [school, held("core_use", guardian, state)];
                let decided = decide(&Action::UsePlatform, Age::Child, &both);
                assert_eq!(decided, Err(reason), "{state:?}");
            }
        }
    }

    #[test]
    fn asking_a_guardian_anew_lets_no_school_allow_what_the_guardian_has_refused() {
        use ConsentState as S;
        let school = of_school(S::SchoolAuthorised);
        for (state, reason) in [
            (S::NoticeSent, Denied::ConsentPending),
            (S::ReconsentRequired, Denied::ReconsentRequired),
            (S::Expired, Denied::ParentalConsentRequired),
        ] {
            let asked = |has_objected: bool| Held {
                has_objected,
                ..held("core_use", MOTHER, state)
            };
            let decided = |asked: Held| {
                let both = [school.clone(), asked];
                decide(&Action::UsePlatform, Age::Child, &both)
            };
            assert!(decided(asked(false)).is_ok(), "{state:?}");
            assert_eq!(decided(asked(true)), Err(reason), "{state:?}");
        }
    }

    #[test]
    fn the_guardian_on_record_may_allow_again_what_somebody_else_has_ended_before() {
        use ConsentState as S;
        let hour = |hour: i64| DateTime::UNIX_EPOCH + chrono::TimeDelta::hours(hour);
        let granted = Held {
            given_at: Some(hour(2)),
            ..held("invite_friend", MOTHER, S::Active)
        };
        let ended = |state: S, at: i64| Held {
            withdrawn_at: (state == S::Revoked).then(|| hour(at)),
            ..held("invite_friend", FATHER, state)
        };
        let decided =
            |other: Held| decide(&Action::SendInvite, Age::Child, &[granted.clone(), other]);
        assert!(decided(ended(S::Revoked, 1)).is_ok());
        assert_eq!(decided(ended(S::Revoked, 3)), Err(Denied::ConsentWithdrawn));
        assert!(decided(ended(S::Deleted, 3)).is_ok());
        assert_eq!(
            decided(ended(S::Suspended, 1)),
            Err(Denied::ConsentSuspended)
        );
        // The other way round the guardian on record has the last word.
        let by_father = Held {
            given_at: Some(hour(2)),
            ..held("invite_friend", FATHER, S::Active)
        };
        let by_mother = held("invite_friend", MOTHER, S::Revoked);
        let decided = decide(&Action::SendInvite, Age::Child, &[by_father, by_mother]);
        assert_eq!(decided, Err(Denied::ConsentWithdrawn));
    }

    #[test]
    fn each_reason_has_a_code_of_its_own() {
        let codes: std::collections::HashSet<_> = Denied::ALL.map(Denied::as_str).into();
        assert_eq!(codes.len(), Denied::ALL.len());
    }
}
