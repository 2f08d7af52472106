//! What the guardrails are computed from.
//!
//! Two kinds of query. *Candidates* come from the rollups, through an index that leads straight to what may be
//! flagged. *Recounts* go to the events, for those candidates alone whose sums do not fit: a day that the window
//! cuts, a day of another time zone, clicks that do not count. Both are run in one snapshot.

mod devices;
mod due;
mod inputs;
mod ip_groups;
mod referrers;
mod snapshots;
mod totals;

pub use devices::{
    DeviceCandidate, DeviceClicks, DeviceDay, device_candidates, device_days, recount_devices,
    stored_burst_clicks,
};
pub use due::next_due;
pub use inputs::{
    InputSums, OptOutSums, ViolationRow, explicit_opt_outs, input_sums, list_violations,
    reached_users,
};
pub use ip_groups::{IpDayCut, IpDayRow, busy_ip_days, recount_ip_days};
pub use referrers::{
    ReferrerDayCut, ReferrerDayRow, ReferrerTotalsRow, busy_referrer_days, candidate_totals,
    external_ids, recount_referrer_days, referrer_corrections,
};
pub use snapshots::{SnapshotRow, insert_snapshot, list_snapshots};
pub use totals::count_clicks;
