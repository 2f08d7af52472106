//! How much happened.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::world::{EventKind, HitClass, World};

/// How much happened.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityTruth {
    /// Links minted.
    pub links: u64,
    /// Invitations sent.
    pub invites: u64,
    /// Hits by class, also those that the platform reported.
    pub hits: HitCounts,
    /// Clicks that the platform reported.
    pub reported_clicks: u64,
    /// Conversions.
    pub conversions: u64,
    /// Activations.
    pub activations: u64,
    /// The same by loop, by name.
    pub loops: Vec<LoopTruth>,
}

/// Hits by class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HitCounts {
    /// People's.
    pub human: u64,
    /// The same person's again.
    pub duplicate: u64,
    /// Declared crawlers'.
    pub bot: u64,
    /// Unfurlers'.
    pub preview: u64,
    /// Browsers' that fetched ahead.
    pub prefetch: u64,
    /// On links that had expired.
    pub rejected: u64,
}

/// What happened in one loop.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoopTruth {
    /// Name of the loop; empty for events without a link.
    pub source: String,
    /// Links minted.
    pub links: u64,
    /// Invitations sent.
    pub invites: u64,
    /// Human hits.
    pub clicks: u64,
    /// Conversions.
    pub conversions: u64,
    /// Activations.
    pub activations: u64,
}

impl HitCounts {
    fn add(&mut self, class: HitClass) {
        *match class {
            HitClass::Human => &mut self.human,
            HitClass::Duplicate => &mut self.duplicate,
            HitClass::Bot => &mut self.bot,
            HitClass::Preview => &mut self.preview,
            HitClass::Prefetch => &mut self.prefetch,
            HitClass::Rejected => &mut self.rejected,
        } += 1;
    }

    /// Hits that the guardrails look at.
    pub fn watched(&self) -> u64 {
        self.human + self.duplicate
    }
}

/// Counts what happened from an instant on, or ever.
pub(super) fn truth(world: &World, from: Option<DateTime<Utc>>) -> ActivityTruth {
    let inside = |at: DateTime<Utc>| from.is_none_or(|from| from <= at);
    let mut activity = ActivityTruth::default();
    let mut loops: BTreeMap<&str, LoopTruth> = BTreeMap::new();
    for link in world.links.iter().filter(|link| inside(link.created_at)) {
        activity.links += 1;
        loops.entry(&link.source).or_default().links += 1;
    }
    for hit in world.hits.iter().filter(|hit| inside(hit.at)) {
        activity.hits.add(hit.class);
        if hit.class == HitClass::Human {
            let source = &world.links[hit.link.0].source;
            loops.entry(source).or_default().clicks += 1;
        }
    }
    for event in world.events.iter().filter(|event| inside(event.at)) {
        if let EventKind::Click { class, .. } = event.kind {
            activity.hits.add(class);
        }
        let source = event.link.map_or("", |link| &world.links[link.0].source);
        let of_loop = loops.entry(source).or_default();
        let (total, of_loop) = match event.kind {
            EventKind::InviteSent { .. } => (&mut activity.invites, &mut of_loop.invites),
            EventKind::Click { class, .. } => {
                of_loop.clicks += u64::from(class == HitClass::Human);
                activity.reported_clicks += 1;
                continue;
            }
            EventKind::Conversion { .. } => (&mut activity.conversions, &mut of_loop.conversions),
            EventKind::Activation { .. } => (&mut activity.activations, &mut of_loop.activations),
        };
        *total += 1;
        *of_loop += 1;
    }
    activity.loops = loops
        .into_iter()
        .map(|(source, figures)| LoopTruth {
            source: source.to_owned(),
            ..figures
        })
        .collect();
    activity
}
