//! Clicks: what a hit of a link is, and how visitors and networks are told apart without knowing who they are.
//!
//! Every hit is kept and gets exactly one class ([`class`]), so the classes add up to the requests. The order in
//! which classes are tried is in [`classify`]; what they are told by is in [`prefetch`], [`agents`] and
//! [`duplicate`]. Visitors ([`visitor`]) and networks ([`ip`]) are keyed hashes: they can be grouped, but an
//! address or a cookie can not be read out of them.

pub mod agents;
pub mod class;
pub mod classify;
pub mod duplicate;
pub mod ip;
pub mod prefetch;
pub mod visitor;

pub use agents::{Agent, AgentClassifier, AgentDataError, AgentKind};
pub use class::HitClass;
pub use classify::{Verdict, classify};
pub use duplicate::{DUPLICATE_WINDOW, is_duplicate};
pub use ip::{IpHash, IpKey, TrustedProxies, network_prefix};
pub use prefetch::{PurposeHeaders, is_prefetch};
pub use visitor::{
    DayKeys, Fingerprint, PassiveIdentity, PassiveSignals, VisitorCookie, VisitorKeys,
};
