//! Events: invitations, hits of links, conversions and activations.
//!
//! Whatever brings them (API, redirect, import) turns them into [`IncomingEvent`]s and hands them to the one
//! [`ingest`], which alone stores them.

mod check_rollups;
mod export;
pub mod identify;
pub mod incoming;
pub mod ingest;
mod list;
mod partitions;
pub mod prepare;
mod redact;
mod report;
mod retention;
pub mod shipper;
mod unknown_clicks;

pub use check_rollups::{CheckRollups, check_rollups};
pub use export::export_events;
pub use identify::Identification;
pub use incoming::{Address, Hit, IncomingEvent, LinkReference, Reported};
pub use ingest::{IngestHandle, Outcome, Rejection, ensure_bursts, start_ingest};
pub use list::{EventQuery, ip_key, list_events};
pub use partitions::{MakePartitions, make_partitions};
pub(crate) use report::take_in;
pub use report::{Report, create_event, create_events};
pub use retention::{EraseOldIdentifiers, erase_old_identifiers};
pub use shipper::{ShipperHandle, start_shipper};
pub use unknown_clicks::{RejectUnknownClicks, reject_unknown_clicks};
