//! Who shares: links are minted and invitations go out.

use chrono::{DateTime, Utc};

use crate::builder::Builder;
use crate::calendar::minutes;
use crate::dice::{Area, Dice};
use crate::world::{Channel, EventKind, Link, LinkIndex, UserIndex};

/// Most links of one user, and most invitations of one link.
const LINKS_MAX: u32 = 40;
const INVITES_MAX: u32 = 25;
/// Invitations to people the platform knows by id; the others go to whoever gets the link.
const ADDRESSED: f64 = 0.5;
/// Links expire after so many days, by weight.
const EXPIRIES: [(u32, u32); 4] = [(30, 80), (90, 8), (14, 7), (7, 5)];
const CHANNELS: [(Channel, u32); 5] = [
    (Channel::Whatsapp, 36),
    (Channel::Copy, 24),
    (Channel::Sms, 18),
    (Channel::Email, 14),
    (Channel::Qr, 8),
];
const TARGETS: [&str; 4] = ["/join", "/challenge", "/welcome", "/classes"];

/// A link that people share, with whom it was sent to.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) link: LinkIndex,
    /// Position in the plan's loops.
    pub(crate) plan: usize,
    /// Those invited by id, with the time of the invitation.
    invited: Vec<(DateTime<Utc>, String)>,
}

impl Shared {
    /// Somebody who was invited before `at` and has not joined yet.
    pub(crate) fn take_invited(&mut self, at: DateTime<Utc>) -> Option<String> {
        let position = self.invited.iter().position(|&(sent, _)| sent < at)?;
        Some(self.invited.swap_remove(position).1)
    }
}

/// Mints the links of everybody who may share, and sends them.
pub(crate) fn share(builder: &mut Builder<'_>) -> Vec<Shared> {
    let mut dice = Dice::new(builder.plan.seed, Area::Links);
    let sharers: Vec<UserIndex> = (0..builder.population.users().len())
        .map(UserIndex)
        .filter(|&user| builder.population.user(user).age_band.may_share())
        .collect();
    let mut shared = Vec::new();
    for user in sharers {
        for _ in 0..dice.count(builder.plan.links_per_user, LINKS_MAX) {
            let offset = builder.population.region(user).utc_offset();
            let joined = builder.population.user(user).signed_up_at;
            if let Some(at) = builder.calendar.moment(&mut dice, joined, offset) {
                shared.push(share_link(builder, &mut dice, user, at));
            }
        }
    }
    shared
}

fn share_link(
    builder: &mut Builder<'_>,
    dice: &mut Dice,
    user: UserIndex,
    at: DateTime<Utc>,
) -> Shared {
    let weights: Vec<u32> = builder.plan.loops.iter().map(|one| one.weight).collect();
    let plan = dice.weighted(&weights);
    let chosen = &builder.plan.loops[plan];
    let invites = dice.count(chosen.invites_per_link, INVITES_MAX);
    let link = builder.mint(new_link(dice, user, &chosen.source, at));
    let mut invited = Vec::new();
    for _ in 0..invites {
        let sent =
            at + minutes(dice.quantile(&[(0.0, 0.1), (0.6, 4.0), (0.9, 120.0), (1.0, 3_000.0)]));
        if sent > builder.calendar.end() {
            continue;
        }
        let referee = dice
            .chance(ADDRESSED)
            .then(|| builder.population.invite_friend());
        invited.extend(referee.clone().map(|referee| (sent, referee)));
        builder.report(sent, user, Some(link), EventKind::InviteSent { referee });
    }
    Shared {
        link,
        plan,
        invited,
    }
}

/// A link of a user as they come.
pub(crate) fn new_link(
    dice: &mut Dice,
    referrer: UserIndex,
    source: &str,
    at: DateTime<Utc>,
) -> Link {
    Link {
        referrer,
        source: source.to_owned(),
        target_path: dice.pick(&TARGETS),
        channel: CHANNELS[dice.weighted(&CHANNELS.map(|(_, weight)| weight))].0,
        campaign: dice.chance(0.3).then_some("back-to-school"),
        created_at: at,
        expires_in_days: EXPIRIES[dice.weighted(&EXPIRIES.map(|(_, weight)| weight))].0,
    }
}
