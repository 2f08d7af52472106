//! Mail: which addresses are sent to, how a message is named, when it is not sent, and how one unsubscribes.

pub mod address;
mod first_name;
pub mod message_id;
pub mod recipients;
pub mod state;
pub mod suppression;
pub mod unsubscribe;

pub use address::{Address, AddressError};
pub use first_name::shown_first_name;
pub use message_id::{message_id, message_id_key};
pub use recipients::{MAX_RECIPIENTS, Recipients, RecipientsError};
pub use state::{EmailEvent, EmailState, NotPossible};
pub use suppression::{Purpose, Reason, suppressed_for};
pub use unsubscribe::{UnsubscribeKeys, UnsubscribeToken};
