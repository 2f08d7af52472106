//! How much of what was shared was wanted.

use std::collections::{BTreeSet, HashSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::figures::{mean, percent};
use crate::world::{EventKind, HitClass, LinkIndex, World};

/// How much of what was shared was wanted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OptOutsTruth {
    /// Parent shares that nobody looked at.
    pub parent_shares: UntouchedTruth,
    /// Links that nobody followed.
    pub attribution_links: UntouchedTruth,
    /// Study sessions.
    pub study_sessions: StudySessionsTruth,
    /// Explicit opt-outs.
    pub explicit: ExplicitTruth,
}

/// Things that nobody touched.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UntouchedTruth {
    /// All of them.
    pub total: u64,
    /// Never viewed, never clicked.
    pub untouched: u64,
    /// Percent, two decimals.
    pub opt_out_rate: f64,
}

/// Study sessions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StudySessionsTruth {
    /// Sessions.
    pub total: u64,
    /// Mean, two decimals.
    pub avg_participants: f64,
}

/// Explicit opt-outs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExplicitTruth {
    /// Opt-outs.
    pub total: u64,
    /// Distinct users who opted out.
    pub users: u64,
    /// Distinct users who were shown, sent or invited to something.
    pub users_reached: u64,
    /// Percent, two decimals.
    pub opt_out_rate: f64,
}

/// Counts from an instant on.
pub(super) fn truth(world: &World, from: DateTime<Utc>) -> OptOutsTruth {
    let shares = world.parent_shares.iter().filter(|share| share.at >= from);
    let sessions: Vec<_> = world
        .study_sessions
        .iter()
        .filter(|one| one.at >= from)
        .collect();
    let participants = sessions
        .iter()
        .map(|one| one.participants.len() as u64)
        .sum();
    let followed = followed_links(world);
    let links = world
        .links
        .iter()
        .enumerate()
        .filter(|(_, link)| link.created_at >= from);
    OptOutsTruth {
        parent_shares: untouched(shares.map(|share| !share.views.is_empty())),
        attribution_links: untouched(links.map(|(index, _)| followed.contains(&LinkIndex(index)))),
        study_sessions: StudySessionsTruth {
            total: sessions.len() as u64,
            avg_participants: mean(participants, sessions.len() as u64),
        },
        explicit: explicit(world, from),
    }
}

fn untouched(touched: impl Iterator<Item = bool>) -> UntouchedTruth {
    let (mut total, mut untouched) = (0, 0);
    for touched in touched {
        total += 1;
        untouched += u64::from(!touched);
    }
    UntouchedTruth {
        total,
        untouched,
        opt_out_rate: percent(untouched, total),
    }
}

fn followed_links(world: &World) -> HashSet<LinkIndex> {
    let hits = world.hits.iter().filter(|hit| hit.class == HitClass::Human);
    let reported = world
        .events
        .iter()
        .filter(|event| matches!(event.kind, EventKind::Click { .. }));
    hits.map(|hit| hit.link)
        .chain(reported.filter_map(|event| event.link))
        .collect()
}

fn explicit(world: &World, from: DateTime<Utc>) -> ExplicitTruth {
    let opt_outs: Vec<_> = world.opt_outs.iter().filter(|one| one.at >= from).collect();
    let users: BTreeSet<_> = opt_outs.iter().map(|one| one.user).collect();
    let reached = reached(world, from).len() as u64;
    ExplicitTruth {
        total: opt_outs.len() as u64,
        users: users.len() as u64,
        users_reached: reached,
        opt_out_rate: percent(users.len() as u64, reached),
    }
}

/// Parents with a share, users invited to a study session, and whoever an invitation was addressed to.
fn reached(world: &World, from: DateTime<Utc>) -> HashSet<&str> {
    let id = |index: crate::world::UserIndex| world.users[index.0].external_id.as_str();
    let parents = world
        .parent_shares
        .iter()
        .filter(|share| share.at >= from)
        .map(|share| id(share.parent));
    let invited = world
        .study_sessions
        .iter()
        .filter(|session| session.at >= from)
        .flat_map(|session| session.invited.iter().map(|&user| id(user)));
    let referees = world
        .events
        .iter()
        .filter(|event| event.at >= from)
        .filter_map(|event| match &event.kind {
            EventKind::InviteSent { referee } => referee.as_deref(),
            _ => None,
        });
    parents.chain(invited).chain(referees).collect()
}
