//! The guardrails' rules, given all the clicks of a world, find what was planted and nothing else.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use uuid::Uuid;
use viral_engine_domain::guardrails::conversion_anomalies::{
    self, ReferrerEvent, ReferrerEventKind,
};
use viral_engine_domain::guardrails::health::{HealthInputs, health};
use viral_engine_domain::guardrails::suspicious_clicks::{classify_groups, group_by_day_and_ip};
use viral_engine_domain::guardrails::{Click, Thresholds, bots};
use viral_engine_domain::pii::scan_json;
use viral_engine_domain::time_window::TimeWindow;
use viral_engine_simulator::{
    EventKind, Hit, HitClass, Simulation, SimulationPlan, UserIndex, WindowTruth, World, simulate,
};

const SEEDS: std::ops::Range<u64> = 0..20;

fn for_every_window(check: impl Fn(&Simulation, &WindowTruth, &TimeWindow)) {
    let end: DateTime<Utc> = "2026-03-18T17:30:00Z".parse().expect("a time");
    for seed in SEEDS {
        let simulation = simulate(SimulationPlan::new(seed, 250, 21, end)).expect("a world");
        for days in [1, 3, 7, 21] {
            let window = TimeWindow::last_days(days, end, Tz::UTC).expect("a window");
            check(&simulation, &simulation.truth_of_days(days), &window);
        }
    }
}

/// A visitor as the redirect tells them apart: by cookie, else by looks, which are new every day.
fn device(hit: &Hit) -> String {
    match hit.cookie {
        Some(cookie) => format!("{cookie:?}"),
        None => format!(
            "{} {:?} {} {}",
            hit.ip,
            hit.agent,
            hit.accept_language,
            hit.at.date_naive()
        ),
    }
}

fn clicks(world: &World) -> Vec<Click> {
    let is_marked = |ip: &str| {
        let marked = world.institution_networks.iter();
        marked
            .into_iter()
            .any(|one| ip.starts_with(one.network.trim_end_matches("0/24")))
    };
    let hits = world
        .hits
        .iter()
        .filter(|hit| matches!(hit.class, HitClass::Human | HitClass::Duplicate))
        .map(|hit| Click {
            occurred_at: hit.at,
            ip: Some(hit.ip.to_string()),
            device: Some(device(hit)),
            on_institution_network: is_marked(&hit.ip.to_string()),
            has_cookie: hit.cookie.is_some(),
        });
    let reported = world.events.iter().filter_map(|event| match &event.kind {
        EventKind::Click { ip, device, .. } => Some(Click {
            occurred_at: event.at,
            ip: Some(ip.to_string()),
            device: Some(device.clone()),
            on_institution_network: false,
            has_cookie: false,
        }),
        _ => None,
    });
    hits.chain(reported).collect()
}

#[test]
fn farms_are_flagged_and_schools_are_explained() {
    for_every_window(|simulation, truth, window| {
        let groups = group_by_day_and_ip(&clicks(&simulation.world), window, Tz::UTC);
        let found = classify_groups(groups, &Thresholds::default());
        let mut flagged: Vec<_> = found
            .suspicious
            .iter()
            .map(|group| {
                (
                    group.day,
                    group.ip.clone(),
                    group.click_count,
                    group.distinct_devices,
                    group.first_seen,
                )
            })
            .collect();
        flagged.sort_by_key(|&(.., first_seen)| first_seen);
        let expected: Vec<_> = truth
            .suspicious_clicks
            .suspicious_ips
            .iter()
            .map(|group| {
                (
                    group.date,
                    group.ip.clone(),
                    group.click_count,
                    group.distinct_devices,
                    group.first_seen,
                )
            })
            .collect();
        assert_eq!(flagged, expected);
        let mut shared: Vec<_> = found
            .shared_networks
            .iter()
            .map(|(group, _)| (group.ip.clone(), group.click_count, group.last_seen))
            .collect();
        shared.sort();
        let mut expected: Vec<_> = truth
            .suspicious_clicks
            .shared_networks
            .iter()
            .map(|group| (group.ip.clone(), group.click_count, group.last_seen))
            .collect();
        expected.sort();
        assert_eq!(shared, expected);
    });
}

#[test]
fn bots_are_flagged_and_pupils_are_not() {
    for_every_window(|simulation, truth, window| {
        let found =
            bots::bot_like_devices(&clicks(&simulation.world), window, &Thresholds::default());
        let mut found: Vec<_> = found
            .iter()
            .map(|one| {
                (
                    one.first_seen,
                    one.last_seen,
                    one.total_clicks,
                    one.fastest_burst,
                )
            })
            .collect();
        found.sort();
        let expected: Vec<_> = truth
            .bots
            .bot_like_devices
            .iter()
            .map(|one| {
                let fastest = (one.fastest_burst_seconds * 1e6).round() as i64;
                let fastest = chrono::TimeDelta::microseconds(fastest);
                (
                    one.first_seen,
                    one.last_seen,
                    one.total_clicks,
                    Some(fastest),
                )
            })
            .collect();
        assert_eq!(found, expected);
    });
}

fn referrer_events(world: &World) -> Vec<ReferrerEvent> {
    let event = |kind, referrer: UserIndex, occurred_at| ReferrerEvent {
        kind,
        referrer: Uuid::from_u128(referrer.0 as u128),
        occurred_at,
    };
    let hits = world
        .hits
        .iter()
        .filter(|hit| matches!(hit.class, HitClass::Human | HitClass::Duplicate))
        .map(|hit| {
            event(
                ReferrerEventKind::Click,
                world.links[hit.link.0].referrer,
                hit.at,
            )
        });
    let reported = world.events.iter().filter_map(|one| match one.kind {
        EventKind::Click { .. } => Some(event(ReferrerEventKind::Click, one.referrer, one.at)),
        EventKind::Conversion { .. } => {
            Some(event(ReferrerEventKind::Conversion, one.referrer, one.at))
        }
        _ => None,
    });
    hits.chain(reported).collect()
}

#[test]
fn referrers_with_strange_conversions_are_flagged() {
    for_every_window(|simulation, truth, window| {
        let events = referrer_events(&simulation.world);
        let found = conversion_anomalies::classify(
            conversion_anomalies::conversions_per_day(&events, window, Tz::UTC),
            conversion_anomalies::totals_per_referrer(&events, window),
            &Thresholds::default(),
        );
        let name = |id: Uuid| &simulation.world.users[id.as_u128() as usize].external_id;
        let truth = &truth.conversion_anomalies;
        assert_eq!(found.total_flagged() as u64, truth.total_flagged);
        let mut days: Vec<_> = found
            .days
            .iter()
            .map(|one| (one.day, name(one.referrer), one.conversion_count))
            .collect();
        days.sort();
        let mut expected: Vec<_> = truth
            .suspicious_referrers
            .iter()
            .map(|one| (one.date, &one.referrer, one.conversion_count))
            .collect();
        expected.sort();
        assert_eq!(days, expected);
        for one in &found.rates {
            let expected = truth
                .high_conversion_rate_referrers
                .iter()
                .find(|rate| rate.referrer == *name(one.totals.referrer))
                .expect("only planted referrers are flagged");
            assert_eq!(one.conversion_rate, expected.conversion_rate);
            assert_eq!(one.wilson_low, expected.wilson_low);
        }
        assert_eq!(
            found.rates.len(),
            truth.high_conversion_rate_referrers.len()
        );
    });
}

#[test]
fn leaks_are_found_and_nothing_else_is() {
    for_every_window(|simulation, truth, window| {
        let shares = simulation
            .world
            .parent_shares
            .iter()
            .map(|one| (one.at, &one.data));
        let reels = simulation
            .world
            .progress_reels
            .iter()
            .map(|one| (one.at, &one.data));
        let mut found: Vec<_> = shares
            .chain(reels)
            .filter(|(at, _)| window.contains(*at))
            .flat_map(|(at, data)| {
                let findings = scan_json(data).into_iter();
                findings.map(move |one| (at, one.path, one.kind.as_str()))
            })
            .collect();
        found.sort_by_key(|&(at, ..)| std::cmp::Reverse(at));
        let expected: Vec<_> = truth
            .coppa
            .violations
            .iter()
            .map(|one| (one.at, one.field_path.clone(), one.entity_type.as_str()))
            .collect();
        assert_eq!(found, expected);
    });
}

#[test]
fn the_health_score_is_the_one_that_must_come_out() {
    for_every_window(|_, truth, _| {
        let inputs = HealthInputs {
            flagged_ip_groups: truth.suspicious_clicks.total_flagged_ips,
            flagged_devices: truth.bots.total_flagged_devices,
            parent_share_opt_out_rate: truth.opt_outs.parent_shares.opt_out_rate,
            link_opt_out_rate: truth.opt_outs.attribution_links.opt_out_rate,
            coppa_compliance_rate: truth.coppa.overall_compliance_rate,
        };
        let judged = health(&inputs, &Thresholds::default());
        assert_eq!(judged.score, truth.health.health_score);
    });
}
