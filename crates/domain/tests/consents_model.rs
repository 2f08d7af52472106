//! Every path of a consent's life: from each state that can be reached, each event at each distance in time is tried,
//! and a second, simpler account of what the guardian did says what may be allowed.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use chrono::{DateTime, TimeDelta, Utc};
use viral_engine_domain::consents::{
    CONFIRM_AFTER, CONFIRM_WITHIN, Consent, ConsentEvent, ConsentState, Evidence, Method,
    PENDING_FOR, Refused, Scope,
};

/// Events come so far apart.
const STEPS: [TimeDelta; 4] = [
    TimeDelta::zero(),
    TimeDelta::hours(12),
    TimeDelta::hours(24),
    TimeDelta::days(14),
];

/// What the guardian did since the last request, told without the machine.
#[derive(Clone, Debug, Default)]
struct Account {
    asked_at: Option<DateTime<Utc>>,
    /// Method and time of a verification.
    verified: Option<(Method, DateTime<Utc>)>,
    confirmed_at: Option<DateTime<Utc>>,
    /// A school allowed it, and nobody took that back.
    by_school: bool,
    /// The guardian allowed it, and it was neither taken back nor overtaken.
    stands: bool,
    /// Since it was asked last, somebody was verified to the end, whatever came of it afterwards.
    proved: bool,
}

#[derive(Clone, Debug)]
struct World {
    consent: Consent,
    account: Account,
    now: DateTime<Utc>,
}

fn scopes() -> Vec<Scope> {
    [
        "core_use",
        "progress_reel_to_parent",
        "invite_friend",
        "public_display",
        "disclose:crm",
        "ai_processing:llm",
    ]
    .map(|text| text.parse().expect("a scope"))
    .to_vec()
}

fn evidence(method: Method, at: DateTime<Utc>) -> Evidence {
    Evidence {
        method,
        transaction: "t-1".to_owned(),
        notice_hash: [7; 32],
        at,
    }
}

fn events(at: DateTime<Utc>) -> Vec<ConsentEvent> {
    use ConsentEvent as E;
    let mut events = vec![
        E::BecameChild,
        E::AgedOut,
        E::Asked,
        E::Failed,
        E::Confirmed,
        E::Refused,
        E::TimeOver,
        E::MaterialChange,
        E::Suspended,
        E::Resumed,
        E::Revoked,
        E::SchoolAuthorised,
        E::DeletionAsked,
        E::Deleted,
    ];
    for method in [Method::EmailPlus, Method::TextPlus, Method::SignedForm] {
        events.push(E::MethodChosen(method));
        events.push(E::Verified(evidence(method, at)));
    }
    events
}

impl World {
    fn new(consent: Consent) -> Self {
        Self {
            consent,
            account: Account::default(),
            now: DateTime::UNIX_EPOCH,
        }
    }

    /// What tells two worlds apart for all that may follow: times count from now.
    fn key(&self) -> String {
        let since =
            |at: Option<DateTime<Utc>>| at.map(|at| (at - self.now).num_hours().clamp(-360, 360));
        let (consent, account) = (&self.consent, &self.account);
        format!(
            "{:?} {:?} {:?} {:?} {:?} {} | {:?} {:?} {:?} {} {} {}",
            consent.state,
            consent.method,
            consent.evidence.as_ref().map(|it| it.method),
            since(consent.until),
            since(consent.confirm_from),
            consent.failures,
            since(account.asked_at),
            account
                .verified
                .map(|(method, at)| (method, since(Some(at)))),
            since(account.confirmed_at),
            account.by_school,
            account.stands,
            account.proved,
        )
    }

    fn after(&self, event: &ConsentEvent, at: DateTime<Utc>) -> Result<Self, Refused> {
        let consent = self.consent.clone().after(event.clone(), at)?;
        let mut account = self.account.clone();
        account.note(event, at);
        Ok(Self {
            consent,
            account,
            now: at,
        })
    }
}

impl Account {
    fn note(&mut self, event: &ConsentEvent, at: DateTime<Utc>) {
        use ConsentEvent as E;
        match event {
            E::Asked => {
                *self = Self {
                    asked_at: Some(at),
                    ..Self::default()
                }
            }
            E::Verified(evidence) => {
                self.verified = Some((evidence.method, at));
                self.stands = !evidence.method.has_second_step();
                self.proved |= self.stands;
            }
            E::Confirmed => {
                self.confirmed_at = Some(at);
                self.stands = true;
                self.proved = true;
            }
            E::SchoolAuthorised => self.by_school = true,
            E::Revoked
            | E::MaterialChange
            | E::AgedOut
            | E::DeletionAsked
            | E::Refused
            | E::TimeOver => {
                *self = Self {
                    proved: self.proved,
                    ..Self::default()
                };
            }
            E::BecameChild
            | E::MethodChosen(_)
            | E::Failed
            | E::Suspended
            | E::Resumed
            | E::Deleted => {}
        }
    }

    /// Whether what is known of the guardian, or of the school, carries a consent for this scope.
    fn carries(&self, scope: &Scope) -> bool {
        if self.by_school {
            return *scope == Scope::CoreUse;
        }
        let (Some(asked_at), Some((method, at))) = (self.asked_at, self.verified) else {
            return false;
        };
        let by_messages = matches!(method, Method::EmailPlus | Method::TextPlus);
        let stays_inside = matches!(scope, Scope::CoreUse | Scope::ProgressReelToParent);
        let is_in_time = match (by_messages, self.confirmed_at) {
            (false, _) => at - asked_at < PENDING_FOR,
            (true, Some(second)) => {
                at - asked_at < PENDING_FOR
                    && second - asked_at
                        < PENDING_FOR.max(at - asked_at + CONFIRM_AFTER + CONFIRM_WITHIN)
            }
            (true, None) => false,
        };
        let a_day_apart = !by_messages
            || self
                .confirmed_at
                .is_some_and(|second| second - at >= CONFIRM_AFTER);
        self.stands && (stays_inside || !by_messages) && a_day_apart && is_in_time
    }
}

fn check(before: &World, event: &ConsentEvent, after: &World) {
    let told = || format!("{before:#?}\n{event:?}\n{after:#?}");
    let consent = &after.consent;
    if consent.state.grants() {
        assert!(after.account.carries(&consent.scope), "{}", told());
    }
    let late = before.consent.until.is_some_and(|until| after.now >= until);
    if before.consent.state.is_pending() && late {
        assert!(
            !consent.state.is_pending() && !consent.state.grants(),
            "{}",
            told()
        );
    }
    if consent.state.is_pending() {
        let until = consent.until.expect("a pending consent ends");
        let asked_at = after.account.asked_at.expect("it was asked");
        // Whoever takes the first of two steps late has time for the second, and no longer.
        let second = consent.confirm_from.map(|from| from + CONFIRM_WITHIN);
        let expected = second.max(Some(asked_at + PENDING_FOR));
        assert!(Some(until) == expected && after.now < until, "{}", told());
    } else {
        assert_eq!(
            (consent.until, consent.confirm_from, consent.method),
            (None, None, None),
            "{}",
            told()
        );
    }
    if matches!(
        consent.state,
        ConsentState::NoticeSent | ConsentState::Verifying
    ) {
        assert_eq!(consent.evidence, None, "{}", told());
    }
    if consent.state != ConsentState::ConfirmPending && consent.evidence.is_some() {
        assert!(
            after.account.proved,
            "a first step proves nothing: {}",
            told()
        );
    }
    if consent.state == ConsentState::Active {
        let proof = consent.evidence.as_ref().expect("evidence");
        assert!(proof.method.reaches(&consent.scope), "{}", told());
    }
}

#[test]
fn nothing_is_allowed_on_any_path_but_by_a_guardian_who_was_verified_for_it() {
    for scope in scopes() {
        let mut seen = BTreeSet::new();
        let mut reached: BTreeMap<ConsentState, usize> = BTreeMap::new();
        let mut open: VecDeque<World> = [
            Consent::required(scope.clone()),
            Consent::not_required(scope.clone()),
        ]
        .map(World::new)
        .into();
        while let Some(world) = open.pop_front() {
            if !seen.insert(world.key()) {
                continue;
            }
            *reached.entry(world.consent.state).or_default() += 1;
            for at in STEPS.map(|step| world.now + step) {
                for event in events(at) {
                    if let Ok(next) = world.after(&event, at) {
                        check(&world, &event, &next);
                        open.push_back(next);
                    }
                }
            }
        }
        let missing: Vec<_> = ConsentState::ALL
            .into_iter()
            .filter(|state| !reached.contains_key(state))
            .collect();
        let expected: &[ConsentState] = match scope.is_educational() {
            true => &[],
            false => &[ConsentState::SchoolAuthorised],
        };
        let by_messages = scope.is_disclosing();
        let expected: Vec<_> = expected
            .iter()
            .copied()
            .chain(by_messages.then_some(ConsentState::ConfirmPending))
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect();
        assert_eq!(missing, expected, "{scope}");
    }
}

#[test]
fn whatever_is_pending_expires_once_its_time_is_over_and_not_before() {
    let start = DateTime::UNIX_EPOCH;
    let asked = Consent::required(Scope::CoreUse)
        .after(ConsentEvent::Asked, start)
        .expect("asked");
    let early = start + PENDING_FOR - TimeDelta::seconds(1);
    assert_eq!(
        asked.clone().after(ConsentEvent::TimeOver, early),
        Err(Refused::TooSoon)
    );
    let expired = asked
        .clone()
        .after(ConsentEvent::TimeOver, start + PENDING_FOR)
        .expect("expired");
    assert_eq!(expired.state, ConsentState::Expired);
    let late = asked.after(
        ConsentEvent::MethodChosen(Method::SignedForm),
        start + PENDING_FOR,
    );
    assert_eq!(late, Err(Refused::TooLate));
}

#[test]
fn three_failed_verifications_end_a_request() {
    let at = DateTime::UNIX_EPOCH;
    let mut consent = Consent::required(Scope::InviteFriend)
        .after(ConsentEvent::Asked, at)
        .expect("asked");
    for state in [
        ConsentState::NoticeSent,
        ConsentState::NoticeSent,
        ConsentState::Required,
    ] {
        consent = consent
            .after(ConsentEvent::MethodChosen(Method::IdCheck), at)
            .expect("chosen");
        consent = consent.after(ConsentEvent::Failed, at).expect("failed");
        assert_eq!(consent.state, state);
    }
}

#[test]
fn messages_alone_never_allow_what_leaves_the_platform() {
    let at = DateTime::UNIX_EPOCH;
    for scope in scopes().into_iter().filter(Scope::is_disclosing) {
        let asked = Consent::required(scope)
            .after(ConsentEvent::Asked, at)
            .expect("asked");
        for method in [Method::EmailPlus, Method::TextPlus] {
            let chosen = asked.clone().after(ConsentEvent::MethodChosen(method), at);
            assert_eq!(chosen, Err(Refused::MethodTooWeak(method)));
        }
    }
}

#[test]
fn what_is_deleted_stays_so() {
    let at = DateTime::UNIX_EPOCH;
    let deleting = Consent::required(Scope::CoreUse)
        .after(ConsentEvent::DeletionAsked, at)
        .expect("deleting");
    let deleted = deleting.after(ConsentEvent::Deleted, at).expect("deleted");
    for event in events(at) {
        let refused = deleted.clone().after(event.clone(), at);
        assert_eq!(
            refused,
            Err(Refused::WrongState(ConsentState::Deleted)),
            "{event:?}"
        );
    }
}
