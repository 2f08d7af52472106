//! Counting consents: what the figures of the overview are made of.

use viral_engine_api_types::consents::{ConsentCount, ConsentState};

/// How many consents of a scope are where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// The scope; empty for all.
    pub scope: String,
    /// Allow something now.
    pub in_force: i64,
    /// Wait for the guardian.
    pub pending: i64,
    /// The guardian said no.
    pub denied: i64,
    /// Taken back.
    pub revoked: i64,
    /// Not answered in time.
    pub expired: i64,
    /// Allowed for something that has changed.
    pub reconsent: i64,
    /// Every other.
    pub other: i64,
}

impl Tally {
    /// How many there are.
    pub fn all(&self) -> i64 {
        let Self {
            in_force,
            pending,
            denied,
            revoked,
            expired,
            reconsent,
            other,
            ..
        } = self;
        in_force + pending + denied + revoked + expired + reconsent + other
    }

    /// How many percent of them are in force; none of nothing.
    pub fn rate(&self) -> Option<f64> {
        share(self.in_force, self.all())
    }

    fn add(&mut self, state: ConsentState, count: i64) {
        let place = match state {
            ConsentState::Active | ConsentState::SchoolAuthorised => &mut self.in_force,
            ConsentState::NoticeSent | ConsentState::Verifying | ConsentState::ConfirmPending => {
                &mut self.pending
            }
            ConsentState::Denied => &mut self.denied,
            ConsentState::Revoked => &mut self.revoked,
            ConsentState::Expired => &mut self.expired,
            ConsentState::ReconsentRequired => &mut self.reconsent,
            _ => &mut self.other,
        };
        *place += count;
    }
}

/// How many percent of `all` a `part` is; none of nothing.
pub fn share(part: i64, all: i64) -> Option<f64> {
    (all > 0).then(|| part as f64 * 100.0 / all as f64)
}

/// By scope, in the engine's order.
pub fn by_scope(counts: &[ConsentCount]) -> Vec<Tally> {
    let mut scopes: Vec<Tally> = Vec::new();
    for one in counts {
        let place = scopes.iter().position(|tally| tally.scope == one.scope);
        let place = place.unwrap_or_else(|| {
            scopes.push(Tally {
                scope: one.scope.clone(),
                ..Tally::default()
            });
            scopes.len() - 1
        });
        scopes[place].add(one.state, one.count);
    }
    scopes
}

/// Of all scopes.
pub fn total(counts: &[ConsentCount]) -> Tally {
    let mut tally = Tally::default();
    for one in counts {
        tally.add(one.state, one.count);
    }
    tally
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts() -> Vec<ConsentCount> {
        let count = |scope: &str, state, count| ConsentCount {
            scope: scope.to_owned(),
            state,
            count,
        };
        vec![
            count("core_use", ConsentState::Active, 3),
            count("core_use", ConsentState::SchoolAuthorised, 1),
            count("core_use", ConsentState::ConfirmPending, 2),
            count("core_use", ConsentState::Deleted, 2),
            count("invite_friend", ConsentState::Denied, 4),
        ]
    }

    #[test]
    fn every_state_is_counted_once() {
        let scopes = by_scope(&counts());
        assert_eq!(scopes.len(), 2);
        let first = &scopes[0];
        assert_eq!((first.in_force, first.pending, first.other), (4, 2, 2));
        assert_eq!((first.all(), first.rate()), (8, Some(50.0)));
        assert_eq!((scopes[1].denied, scopes[1].rate()), (4, Some(0.0)));
        assert_eq!(total(&counts()).all(), 12);
    }

    #[test]
    fn nothing_has_no_rate() {
        assert_eq!(Tally::default().rate(), None);
    }
}
