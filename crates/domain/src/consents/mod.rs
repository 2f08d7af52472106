//! Consent of a guardian for a child: scopes, ways to give it, and its life.
//!
//! The rules follow 16 CFR 312 (COPPA, as amended in 2025). A consent belongs to one child, guardian, scope and version of
//! the notice; nothing is allowed but by a consent that is in force for that very scope.

mod declared;
mod form;
mod gate;
mod life;
mod method;
mod number;
mod review;
mod scope;
mod state;
mod token;
mod transaction;

pub use declared::{Gate, GatedAction};
pub use form::{FORM_BYTES_MAX, FormFormat};
pub use gate::{Action, Age, Allowed, Denied, Held, decide};
pub use life::{
    CONFIRM_AFTER, CONFIRM_WITHIN, Consent, ConsentEvent, Evidence, MOST_FAILURES, PENDING_FOR,
    Refused,
};
pub use method::Method;
pub use number::{TextNumber, TextNumberError};
pub use review::{APPROVALS, Verdict, decided};
pub use scope::{Recipient, Scope, ScopeError};
pub use state::ConsentState;
pub use token::{Door, DoorKeys};
pub use transaction::{TRANSACTION_ID_MAX, is_transaction_id};
