//! Worlds are the same for ever, believable, and innocent but for what was planted.

use std::collections::BTreeSet;

use chrono::{DateTime, Timelike, Utc};
use proptest::prelude::*;
use viral_engine_simulator::{
    AgeBand, EventKind, HitClass, PlantedPlan, Simulation, SimulationPlan, World, simulate,
};

fn end() -> DateTime<Utc> {
    "2026-03-18T17:30:00Z".parse().expect("a time")
}

fn plan(seed: u64, users: u32, days: u32) -> SimulationPlan {
    SimulationPlan::new(seed, users, days, end())
}

fn simulated(plan: SimulationPlan) -> Simulation {
    simulate(plan).expect("the plan can be carried out")
}

fn bytes(world: &World) -> Vec<u8> {
    serde_json::to_vec(world).expect("a world is JSON")
}

/// FNV-1a, 64 bits.
fn digest(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[test]
fn the_same_seed_makes_the_same_bytes() {
    let of_seed = |seed| bytes(&simulated(plan(seed, 200, 14)).world);
    assert_eq!(of_seed(7), of_seed(7));
    assert_ne!(of_seed(7), of_seed(8));
}

/// When this fails, every figure that was ever measured on a seed has lost its meaning. If that is what you want,
/// write the new digest here and say so in the change log.
#[test]
fn worlds_do_not_change_with_the_code() {
    let world = simulated(plan(1, 100, 10)).world;
    assert_eq!(
        format!("{:016x}", digest(&bytes(&world))),
        "75ce9099c407ed7c"
    );
}

#[test]
fn more_farms_change_nothing_about_people() {
    let planted = |farms| {
        let mut plan = plan(3, 150, 14);
        plan.planted.farms = farms;
        simulated(plan).world
    };
    let (few, many) = (planted(1), planted(9));
    assert!(many.hits.len() > few.hits.len() + 80);
    assert_eq!(few.parent_shares, many.parent_shares);
    assert_eq!(few.users[..150], many.users[..150]);
    let invitations = |world: &World| {
        let sent = |event: &&viral_engine_simulator::Event| {
            matches!(event.kind, EventKind::InviteSent { .. })
        };
        world
            .events
            .iter()
            .filter(sent)
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(invitations(&few), invitations(&many));
}

#[test]
fn nothing_happens_after_the_end_and_ids_are_unique() {
    let world = simulated(plan(5, 300, 20)).world;
    assert!(world.hits.iter().all(|hit| hit.at <= end()));
    assert!(world.events.iter().all(|event| event.at <= end()));
    assert!(world.users.iter().all(|user| user.signed_up_at <= end()));
    let views = world.parent_shares.iter().flat_map(|share| &share.views);
    assert!(views.into_iter().all(|&view| view <= end()));
    assert!(world.activities.iter().all(|one| one.at <= end()));
    let users: BTreeSet<_> = world.users.iter().map(|user| &user.external_id).collect();
    assert_eq!(users.len(), world.users.len());
    let events: BTreeSet<_> = world.events.iter().map(|event| &event.event_id).collect();
    assert_eq!(events.len(), world.events.len());
}

#[test]
fn no_child_under_13_shares_a_link_and_guardians_come_before_children() {
    let world = simulated(plan(5, 300, 20)).world;
    let band = |link: &viral_engine_simulator::Link| world.users[link.referrer.0].age_band;
    assert!(
        world
            .links
            .iter()
            .all(|link| band(link) != AgeBand::Under13)
    );
    for (index, user) in world.users.iter().enumerate() {
        assert!(user.guardian.is_none_or(|guardian| guardian.0 < index));
    }
}

#[test]
fn people_come_back_as_the_plan_says_and_the_referred_more_than_others() {
    let mut plan = plan(13, 6_000, 30);
    plan.links_per_user = 4.0;
    plan.planted = PlantedPlan::default();
    let curves = plan.retention;
    let truth = simulated(plan).truth().retention;
    let rate = |is_referred: bool, day: u64| {
        let of_day = truth.iter();
        let of_day = of_day.filter(|one| (one.is_referred, one.day) == (is_referred, day));
        let sums = of_day.fold((0, 0), |sums, one| {
            (sums.0 + one.active, sums.1 + one.users)
        });
        (sums.0 as f64 / sums.1 as f64, sums.1 as f64)
    };
    for (is_referred, day, planted) in [
        (false, 1, curves.unreferred.d1),
        (false, 7, curves.unreferred.d7),
        (false, 28, curves.unreferred.d28),
        (true, 1, curves.referred.d1),
        (true, 7, curves.referred.d7),
    ] {
        let (found, users) = rate(is_referred, day);
        let error = (planted * (1.0 - planted) / users).sqrt();
        assert!(users > 500.0, "{is_referred} {day}: {users}");
        assert!(
            (found - planted).abs() < 4.0 * error,
            "{is_referred} {day}: {found}"
        );
    }
}

#[test]
fn few_links_get_most_of_the_traffic_and_most_of_it_is_by_day() {
    let mut plan = plan(11, 1_500, 30);
    plan.planted = PlantedPlan::default();
    let world = simulated(plan).world;
    let human = || world.hits.iter().filter(|hit| hit.class == HitClass::Human);
    let mut clicks = vec![0_usize; world.links.len()];
    human().for_each(|hit| clicks[hit.link.0] += 1);
    clicks.sort_unstable_by(|a, b| b.cmp(a));
    let top_tenth: usize = clicks[..clicks.len() / 10].iter().sum();
    assert!(
        top_tenth * 2 > human().count(),
        "a tenth of the links has half of the clicks"
    );
    assert!(clicks.iter().filter(|&&clicks| clicks == 0).count() * 10 > clicks.len());
    let of_hours =
        |hours: std::ops::Range<u32>| human().filter(|hit| hours.contains(&hit.at.hour())).count();
    // In Europe and America, where most people are.
    assert!(of_hours(16..22) * 2 > of_hours(4..10) * 3);
}

#[test]
fn the_demo_has_something_in_every_panel_and_every_alert_open() {
    let truth = simulated(SimulationPlan::demo(end())).truth();
    let week = &truth.windows[0];
    assert_eq!(
        (week.days, truth.alerts.len()),
        (7, 5),
        "{:?}",
        truth.alerts
    );
    assert!(week.suspicious_clicks.total_shared_networks > 0);
    assert!(week.conversion_anomalies.total_flagged > 1);
    assert!(week.coppa.below_target && week.opt_outs.explicit.total > 0);
    assert!(
        (50.0..80.0).contains(&week.health.health_score),
        "{:?}",
        week.health
    );
}

#[test]
fn plans_that_can_not_be_carried_out_say_why() {
    let refused = |change: fn(&mut SimulationPlan)| {
        let mut plan = plan(1, 100, 10);
        change(&mut plan);
        simulate(plan).expect_err("the plan is refused").to_string()
    };
    assert_eq!(
        refused(|plan| plan.users = 3),
        "users must be from 30 to 1000000"
    );
    assert_eq!(refused(|plan| plan.days = 91), "days must be from 2 to 90");
    assert_eq!(
        refused(|plan| plan.inputs.unseen = 1.1),
        "unseen must be a probability from 0 to 1"
    );
    assert_eq!(
        refused(|plan| plan.links_per_user = f64::NAN),
        "links_per_user must be a mean from 0 to 100"
    );
    assert_eq!(
        refused(|plan| plan.loops.clear()),
        "loops must be at least one, with a weight"
    );
    assert_eq!(
        refused(|plan| plan.prefix = "A b".to_owned()),
        "prefix must be 1 to 32 characters of a-z, 0-9 and -"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// Generating a world counts it, and fails when anything stands out that was not planted.
    #[test]
    fn no_plan_makes_a_world_that_is_not_as_planted(
        seed: u64,
        users in 30_u32..400,
        days in 2_u32..=90,
        planted in (0_u32..8, 0_u32..8, 0_u32..6, 0_u32..8, 0_u32..12, 0_u32..4),
        minute in 0_i64..1_440,
        conversion in 0.0_f64..=1.0,
    ) {
        let mut plan = plan(seed, users, days);
        plan.end += chrono::TimeDelta::minutes(minute);
        let (farms, bots, schools, anomalies, leaks, near_misses) = planted;
        plan.planted = PlantedPlan { farms, bots, schools, anomalies, leaks, near_misses };
        for one in &mut plan.loops {
            one.conversion = conversion;
        }
        let truth = simulate(plan)?.truth_of_days(days);
        prop_assert!(truth.suspicious_clicks.total_flagged_ips >= u64::from(farms));
        prop_assert_eq!(truth.bots.total_flagged_devices, u64::from(bots));
        prop_assert!(truth.suspicious_clicks.total_shared_networks >= u64::from(schools + near_misses));
        prop_assert_eq!(truth.conversion_anomalies.total_flagged, u64::from(anomalies));
        prop_assert_eq!(truth.coppa.violations.len(), leaks as usize);
    }
}
