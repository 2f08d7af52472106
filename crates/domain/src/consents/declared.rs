//! What an operation or job declares of itself: whether it needs what guardians allow. There is no default, so that a new one
//! can not be forgotten.

use super::gate::Action;

/// What guardians have to do with an operation or job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gate {
    /// Nothing: it does nothing in a child's name, and shows nothing of one outside.
    Nothing,
    /// It notes what the platform has done already: to refuse it would only hide that.
    Records,
    /// It asks whether each user it is about may do this.
    Asks(GatedAction),
}

/// An action that operations and jobs ask about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GatedAction {
    /// [`Action::SendInvite`]
    SendInvite,
    /// [`Action::ShareProgressWithGuardian`]
    ShareProgressWithGuardian,
}

impl GatedAction {
    /// What the gate is asked.
    #[must_use]
    pub fn action(self) -> Action {
        match self {
            Self::SendInvite => Action::SendInvite,
            Self::ShareProgressWithGuardian => Action::ShareProgressWithGuardian,
        }
    }
}
