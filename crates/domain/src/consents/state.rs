//! Where a consent is in its life.

/// Where a consent is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ConsentState {
    /// Nobody has to allow this: the user is no child.
    NotRequired,
    /// A guardian has to, and was not asked.
    Required,
    /// The guardian was told, and has not answered.
    NoticeSent,
    /// The guardian shows to be the guardian.
    Verifying,
    /// The second step is still to come.
    ConfirmPending,
    /// Allowed.
    Active,
    /// The guardian does not allow it, or is not the guardian.
    Denied,
    /// There was no answer in time.
    Expired,
    /// Allowed for something that has changed since.
    ReconsentRequired,
    /// Allowed, and suspended until it is resumed.
    Suspended,
    /// No longer allowed.
    Revoked,
    /// What is held of the child is being deleted.
    Deleting,
    /// It is deleted.
    Deleted,
    /// A school has allowed it for learning.
    SchoolAuthorised,
    /// The child has grown out of it.
    AgedOut,
}

impl ConsentState {
    /// All states.
    pub const ALL: [Self; 15] = [
        Self::NotRequired,
        Self::Required,
        Self::NoticeSent,
        Self::Verifying,
        Self::ConfirmPending,
        Self::Active,
        Self::Denied,
        Self::Expired,
        Self::ReconsentRequired,
        Self::Suspended,
        Self::Revoked,
        Self::Deleting,
        Self::Deleted,
        Self::SchoolAuthorised,
        Self::AgedOut,
    ];

    /// The name in answers and the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotRequired => "not_required",
            Self::Required => "required",
            Self::NoticeSent => "notice_sent",
            Self::Verifying => "verifying",
            Self::ConfirmPending => "confirm_pending",
            Self::Active => "active",
            Self::Denied => "denied",
            Self::Expired => "expired",
            Self::ReconsentRequired => "reconsent_required",
            Self::Suspended => "suspended",
            Self::Revoked => "revoked",
            Self::Deleting => "deleting",
            Self::Deleted => "deleted",
            Self::SchoolAuthorised => "school_authorised",
            Self::AgedOut => "aged_out",
        }
    }

    /// The state of this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// Whether the guardian was asked and the answer is not complete: it ends by itself when its time is over.
    #[must_use]
    pub fn is_pending(self) -> bool {
        matches!(
            self,
            Self::NoticeSent | Self::Verifying | Self::ConfirmPending
        )
    }

    /// Whether what the consent is for may happen to a child.
    #[must_use]
    pub fn grants(self) -> bool {
        matches!(self, Self::Active | Self::SchoolAuthorised)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_is_read_as_it_is_written() {
        for state in ConsentState::ALL {
            assert_eq!(ConsentState::parse(state.as_str()), Some(state));
        }
        assert_eq!(ConsentState::parse("granted"), None);
    }

    #[test]
    fn nothing_is_both_pending_and_granted() {
        assert!(
            ConsentState::ALL
                .iter()
                .all(|state| !(state.is_pending() && state.grants()))
        );
    }
}
