//! The people whose K is measured.

use viral_engine_simulator::{InviterPlan, Invites, Persuasion};

/// People, and what they are an example of.
pub struct World {
    pub name: &'static str,
    pub plan: InviterPlan,
}

const FEW: Invites = Invites::Geometric {
    mean: 3.0,
    most: 100,
};
const SOME: Invites = Invites::Geometric {
    mean: 5.0,
    most: 150,
};

const fn world(name: &'static str, users: u32, invites: Invites, conversion: f64) -> World {
    World {
        name,
        plan: InviterPlan {
            users,
            participation: 1.0,
            invites,
            conversion,
            persuasion: Persuasion::Uneven,
            late: 0.0,
        },
    }
}

const fn alike(world: World) -> World {
    World {
        plan: InviterPlan {
            persuasion: Persuasion::Equal,
            ..world.plan
        },
        ..world
    }
}

/// Only some of the users invite, and some of the others bring a conversion of an old invitation.
const fn partly(world: World, participation: f64, late: f64) -> World {
    World {
        plan: InviterPlan {
            participation,
            late,
            ..world.plan
        },
        ..world
    }
}

/// Enough people for what they are like: the interval must hold.
pub const ENOUGH: [World; 13] = [
    alike(world(
        "60, two invitations each, most convert",
        60,
        Invites::Always(2),
        0.75,
    )),
    alike(world(
        "80, five invitations each",
        80,
        Invites::Always(5),
        0.1,
    )),
    world(
        "100, twenty invitations each",
        100,
        Invites::Always(20),
        0.05,
    ),
    world("250, few invitations", 250, FEW, 0.1),
    world("250, few invitations, many convert", 250, FEW, 0.8 / 3.0),
    world("300, some invitations", 300, SOME, 0.2),
    world("300, some invitations, many convert", 300, SOME, 0.3),
    alike(world(
        "400, twenty invitations each, hardly any converts",
        400,
        Invites::Always(20),
        0.005,
    )),
    world(
        "500, few invitations, hardly any converts",
        500,
        FEW,
        0.1 / 3.0,
    ),
    partly(
        world("1,000, of whom a third invites", 1_000, FEW, 0.2),
        0.33,
        0.0,
    ),
    partly(
        world(
            "1,000, a third invites, others bring old ones",
            1_000,
            FEW,
            0.2,
        ),
        0.33,
        0.03,
    ),
    world(
        "2,000, a few send most",
        2_000,
        Invites::HeavyTailed { most: 30 },
        0.3,
    ),
    world(
        "3,000, few invitations, many convert",
        3_000,
        FEW,
        0.8 / 3.0,
    ),
];

/// Too few for what they are like: the engine must say that the interval is rough.
pub const TOO_FEW: [World; 5] = [
    world("20, some invitations", 20, SOME, 0.2),
    world("40, few invitations", 40, FEW, 0.1),
    world("60, some invitations, many convert", 60, SOME, 0.3),
    world("100, hardly any converts", 100, FEW, 0.1 / 3.0),
    world(
        "100, a few send most",
        100,
        Invites::HeavyTailed { most: 100 },
        0.3,
    ),
];
