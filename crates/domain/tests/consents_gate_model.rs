//! Every family of a mother on record, a father and two schools, in every state and order of events: what the schools' words may
//! do there, told without the gate.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;
use viral_engine_domain::consents::{Action, Age, Allowed, ConsentState, Denied, Held, decide};

const MOTHER: u128 = 1;
const FATHER: u128 = 2;
const FORMER_SCHOOL: u128 = 3;
const SCHOOL: u128 = 4;

fn hour(hour: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::hours(hour)
}

fn held(party: u128, state: ConsentState, has_objected: bool, given: i64) -> Held {
    let is_school = party >= FORMER_SCHOOL;
    Held {
        id: Uuid::from_u128(party),
        guardian: (!is_school).then(|| Uuid::from_u128(party)),
        scope: "core_use".parse().expect("a scope"),
        state,
        notice: (!is_school).then_some(1),
        is_on_record: party == MOTHER,
        given_at: (!is_school).then(|| hour(given)),
        has_objected,
        withdrawn_at: (!is_school && (state == ConsentState::Revoked || has_objected))
            .then(|| hour(2)),
        is_suspended: state == ConsentState::Suspended,
    }
}

/// A guardian who was never asked, or is in any state.
fn guardian(party: u128) -> Vec<Option<Held>> {
    let mut all = vec![None];
    let states = ConsentState::ALL.into_iter();
    for state in states.filter(|state| *state != ConsentState::SchoolAuthorised) {
        let allows = state == ConsentState::Active;
        for has_objected in [false, true] {
            for given in [1, 3] {
                all.extend((!(allows && has_objected)).then(|| {
                    let held = held(party, state, has_objected, given);
                    Some(held)
                }));
            }
        }
    }
    all
}

/// A school that never said anything, or is in a state that a school's word comes into.
fn school(party: u128) -> Vec<Option<Held>> {
    use ConsentState as S;
    let states = [S::SchoolAuthorised, S::Revoked, S::Required, S::AgedOut];
    let said = states.map(|state| Some(held(party, state, false, 1)));
    std::iter::once(None).chain(said).collect()
}

fn each_family(mut check: impl FnMut(&[Held])) {
    let (mothers, fathers) = (guardian(MOTHER), guardian(FATHER));
    let (formers, schools) = (school(FORMER_SCHOOL), school(SCHOOL));
    for mother in &mothers {
        for father in &fathers {
            for former in &formers {
                for school in &schools {
                    let parties = [mother, father, former, school];
                    let family: Vec<Held> = parties.into_iter().flatten().cloned().collect();
                    check(&family);
                }
            }
        }
    }
}

fn decided(family: &[Held]) -> Result<Allowed, Denied> {
    decide(&Action::UsePlatform, Age::Child, family)
}

fn is_school(one: &Held) -> bool {
    one.guardian.is_none()
}

/// Whether a guardian's last word is a no.
fn says_no(one: &Held) -> bool {
    use ConsentState as S;
    let ended = [S::Denied, S::Revoked, S::Suspended, S::Deleting, S::Deleted];
    !is_school(one) && (one.has_objected || ended.contains(&one.state))
}

#[test]
fn a_school_allows_learning_exactly_where_no_guardian_has_said_no() {
    each_family(|family| {
        let mut schools = family.iter().filter(|one| is_school(one));
        let is_authorised = schools.any(|one| one.state == ConsentState::SchoolAuthorised);
        let is_opposed = family.iter().any(says_no);
        if is_authorised && !is_opposed {
            assert!(decided(family).is_ok(), "{family:#?}");
        }
        if let Ok(Allowed::Consented { consent, .. }) = decided(family) {
            let by = family.iter().find(|one| one.id == consent).expect("held");
            assert!(by.state.grants(), "{family:#?}");
            assert!(!(is_school(by) && is_opposed), "{family:#?}");
        }
    });
}

#[test]
fn a_school_whose_word_has_ended_is_as_if_it_had_said_nothing() {
    each_family(|family| {
        let without: Vec<Held> = family
            .iter()
            .filter(|one| !(is_school(one) && one.state == ConsentState::Revoked))
            .cloned()
            .collect();
        assert_eq!(decided(family), decided(&without), "{family:#?}");
    });
}

#[test]
fn what_schools_say_changes_nothing_of_what_guardians_allow_or_end() {
    each_family(|family| {
        let guardians: Vec<Held> = family
            .iter()
            .filter(|one| !is_school(one))
            .cloned()
            .collect();
        let alone = decided(&guardians);
        let ended = [Denied::ConsentWithdrawn, Denied::ConsentSuspended];
        let is_final = alone.is_ok() || ended.iter().any(|reason| alone == Err(*reason));
        if is_final {
            assert_eq!(decided(family).is_ok(), alone.is_ok(), "{family:#?}");
        }
    });
}

#[test]
fn each_reason_names_what_a_guardian_did() {
    use ConsentState as S;
    each_family(|family| {
        let guardians = || family.iter().filter(|one| !is_school(one));
        let is_in = |states: &[S]| guardians().any(|one| states.contains(&one.state));
        let is_true = match decided(family) {
            Ok(_) => true,
            Err(Denied::ConsentWithdrawn) => {
                is_in(&[S::Revoked, S::Deleting, S::Deleted])
                    || guardians().any(|one| one.withdrawn_at.is_some())
            }
            Err(Denied::ConsentSuspended) => is_in(&[S::Suspended]),
            Err(Denied::ConsentDenied) => is_in(&[S::Denied]),
            Err(Denied::ConsentPending) => is_in(&[S::NoticeSent, S::Verifying, S::ConfirmPending]),
            Err(Denied::ReconsentRequired) => is_in(&[S::ReconsentRequired]),
            Err(Denied::ParentalConsentRequired) => !guardians().any(|one| one.state.grants()),
            Err(Denied::SchoolScopeOnly | Denied::FerpaRecord | Denied::UserErased) => false,
        };
        assert!(is_true, "{:?} of {family:#?}", decided(family));
    });
}
