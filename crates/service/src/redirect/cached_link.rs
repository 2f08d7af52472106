//! What the redirect keeps of a link: verified once, decided on every hit.

use chrono::{DateTime, Utc};
use uuid::Uuid;
use viral_engine_db::links::LinkRow;
use viral_engine_domain::links::target::TargetPolicy;
use viral_engine_domain::links::{Decision, Destination, KeyRing, LinkState, Utm, decide};

use crate::links::signed::is_genuine;

/// A link as the redirect needs it.
#[derive(Clone, Debug)]
pub struct CachedLink {
    /// Its id.
    pub id: Uuid,
    /// Where it leads; absent when it leads nowhere, whatever the time.
    pub destination: Option<Destination>,
    state: LinkState,
}

impl CachedLink {
    /// Verifies a stored link and prepares its location.
    pub fn new(row: &LinkRow, keys: &KeyRing, targets: &TargetPolicy) -> Self {
        let genuine = is_genuine(row, keys);
        let target = targets.check(&row.target_url).ok().filter(|_| genuine);
        Self {
            id: row.id,
            state: LinkState {
                genuine,
                target_allowed: target.is_some(),
                disabled: row.disabled_at.is_some(),
                expires_at: row.expires_at,
                exhausted: row.exhausted_at.is_some(),
            },
            destination: target.map(|target| Destination::new(&target, &utm(row))),
        }
    }

    /// Whether it is served at this time.
    pub fn decide(&self, now: DateTime<Utc>) -> Decision {
        decide(&self.state, now)
    }

    /// Whether it is as it was signed.
    pub fn is_genuine(&self) -> bool {
        self.state.genuine
    }
}

fn utm(row: &LinkRow) -> Utm {
    match &row.utm_medium {
        Some(medium) => Utm {
            source: Some(row.source.clone()),
            medium: Some(medium.clone()),
            campaign: Some(row.campaign.clone()),
        },
        None => Utm::default(),
    }
}
