//! Answers of the guardrails beside the truth, figure by figure. Rows are compared in an order of their own, since
//! the truth does not know how answers are sorted.

use std::fmt::Debug;

use serde::de::DeserializeOwned;
use viral_engine_api_types::alerts::Alert;
use viral_engine_api_types::guardrails::{
    Bots, ConversionAnomalies, Coppa, Deductions, GuardrailsOverview, HealthScore, IpGroup,
    KindCompliance, OptOuts, SuspiciousClicks,
};
use viral_engine_api_types::links::DayHits;
use viral_engine_api_types::metrics::Overview;
use viral_engine_simulator as truth;
use viral_engine_simulator::WindowTruth;
use viral_engine_test_support::TestClient;

/// The answer to a question.
pub async fn ask<T: DeserializeOwned>(client: &TestClient, path: &str) -> T {
    client.get(path).await.read()
}

/// Asks every guardrail for a window, each on its own and all at once.
pub async fn compare(client: &TestClient, truth: &WindowTruth) {
    let days = truth.days;
    let path = |name: &str| format!("/v1/guardrails/{name}?days={days}");
    suspicious_clicks(&ask(client, &path("suspicious-clicks")).await, truth);
    bots(&ask(client, &path("bots")).await, truth);
    opt_outs(&ask(client, &path("opt-outs")).await, truth);
    coppa(&ask(client, &path("coppa")).await, truth);
    conversion_anomalies(&ask(client, &path("conversion-anomalies")).await, truth);
    health(&ask(client, &path("health")).await, truth);
    let all: GuardrailsOverview = ask(client, &path("overview")).await;
    health(&all.health, truth);
    let parts = &all.health.components;
    suspicious_clicks(&parts.suspicious_clicks, truth);
    bots(&parts.bots, truth);
    opt_outs(&parts.opt_outs, truth);
    coppa(&parts.coppa, truth);
    conversion_anomalies(&parts.conversion_anomalies, truth);
    overview(
        &ask(client, &format!("/v1/overview?days={days}")).await,
        truth,
    );
}

fn sorted<T: Debug>(rows: impl Iterator<Item = T>) -> Vec<String> {
    let mut rows: Vec<_> = rows.map(|row| format!("{row:?}")).collect();
    rows.sort();
    rows
}

fn suspicious_clicks(answer: &SuspiciousClicks, truth: &WindowTruth) {
    let truth = &truth.suspicious_clicks;
    assert_eq!(
        groups(&answer.suspicious_ips),
        true_groups(&truth.suspicious_ips)
    );
    assert_eq!(
        groups(&answer.shared_networks),
        true_groups(&truth.shared_networks)
    );
    assert_eq!(
        answer.total_flagged_ips.unsigned_abs(),
        truth.total_flagged_ips
    );
    assert_eq!(
        answer.total_shared_networks.unsigned_abs(),
        truth.total_shared_networks
    );
    assert_eq!(answer.total_clicks.unsigned_abs(), truth.total_clicks);
    assert_eq!(answer.threshold_used, 10);
}

fn groups(rows: &[IpGroup]) -> Vec<String> {
    sorted(rows.iter().map(|row| {
        (
            row.date,
            row.ip_prefix.clone().unwrap_or_default(),
            row.click_count,
            row.distinct_devices,
            (row.first_seen, row.last_seen),
            format!("{:?}", row.classification),
        )
    }))
}

fn true_groups(rows: &[truth::IpGroupTruth]) -> Vec<String> {
    sorted(rows.iter().map(|row| {
        (
            row.date,
            row.ip_prefix.clone(),
            row.click_count,
            row.distinct_devices,
            (row.first_seen, row.last_seen),
            format!("{:?}", row.classification),
        )
    }))
}

fn bots(answer: &Bots, truth: &WindowTruth) {
    let truth = &truth.bots;
    let found = answer.bot_like_devices.iter().map(|row| {
        let times = (row.first_seen, row.last_seen);
        (times, row.total_clicks, row.fastest_burst_seconds)
    });
    let planted = truth.bot_like_devices.iter().map(|row| {
        let times = (row.first_seen, row.last_seen);
        (times, row.total_clicks, row.fastest_burst_seconds)
    });
    assert_eq!(sorted(found), sorted(planted));
    assert_eq!(
        answer.total_flagged_devices.unsigned_abs(),
        truth.total_flagged_devices
    );
    let named = truth
        .bot_like_devices
        .iter()
        .filter_map(|row| row.device_fingerprint.as_ref());
    for reported in named {
        let is_it = |row: &&viral_engine_api_types::guardrails::BotDevice| {
            row.device_fingerprint == *reported
        };
        assert!(
            answer.bot_like_devices.iter().find(is_it).is_some(),
            "{reported}"
        );
    }
}

fn opt_outs(answer: &OptOuts, truth: &WindowTruth) {
    let truth = &truth.opt_outs;
    let shares = &answer.parent_shares;
    let untouched =
        |one: &truth::UntouchedTruth| (one.total as i64, one.untouched as i64, one.opt_out_rate);
    assert_eq!(
        (shares.total, shares.never_viewed, shares.opt_out_rate),
        untouched(&truth.parent_shares)
    );
    let links = &answer.attribution_links;
    assert_eq!(
        (links.total, links.zero_clicks, links.opt_out_rate),
        untouched(&truth.attribution_links)
    );
    let (sessions, planted) = (&answer.study_sessions, &truth.study_sessions);
    assert_eq!(
        (sessions.total as u64, sessions.avg_participants),
        (planted.total, planted.avg_participants)
    );
    let (explicit, planted) = (&answer.explicit, &truth.explicit);
    assert_eq!(
        (
            explicit.total as u64,
            explicit.users as u64,
            explicit.users_reached as u64,
            explicit.opt_out_rate
        ),
        (
            planted.total,
            planted.users,
            planted.users_reached,
            planted.opt_out_rate
        )
    );
}

fn coppa(answer: &Coppa, truth: &WindowTruth) {
    let truth = &truth.coppa;
    let kind = |one: &KindCompliance| {
        (
            one.total_checked as u64,
            one.violations_found as u64,
            one.compliance_rate,
        )
    };
    let true_kind =
        |one: &truth::KindTruth| (one.total_checked, one.violations_found, one.compliance_rate);
    assert_eq!(kind(&answer.parent_shares), true_kind(&truth.parent_shares));
    assert_eq!(
        kind(&answer.progress_reels),
        true_kind(&truth.progress_reels)
    );
    assert_eq!(
        answer.overall_compliance_rate,
        truth.overall_compliance_rate
    );
    assert_eq!(
        (answer.target, answer.below_target),
        (99.0, truth.below_target)
    );
    let found = answer.violations.iter().map(|one| {
        (
            one.at,
            format!("{:?}", one.kind),
            one.field_path.clone(),
            one.entity_type.clone(),
        )
    });
    let planted = truth.violations.iter().map(|one| {
        (
            one.at,
            format!("{:?}", one.kind),
            one.field_path.clone(),
            one.entity_type.clone(),
        )
    });
    assert_eq!(
        found.collect::<Vec<_>>(),
        planted.collect::<Vec<_>>(),
        "newest first"
    );
}

fn conversion_anomalies(answer: &ConversionAnomalies, truth: &WindowTruth) {
    let truth = &truth.conversion_anomalies;
    let found = answer
        .suspicious_referrers
        .iter()
        .map(|row| (row.date, row.referrer.clone(), row.conversion_count));
    let planted = truth
        .suspicious_referrers
        .iter()
        .map(|row| (row.date, row.referrer.clone(), row.conversion_count));
    assert_eq!(sorted(found), sorted(planted));
    let found = answer.high_conversion_rate_referrers.iter().map(|row| {
        let figures = (
            row.total_clicks,
            row.total_conversions,
            row.conversion_rate,
            row.wilson_low,
        );
        (row.referrer.clone(), figures, format!("{:?}", row.kind))
    });
    let planted = truth.high_conversion_rate_referrers.iter().map(|row| {
        let figures = (
            row.total_clicks,
            row.total_conversions,
            row.conversion_rate,
            row.wilson_low,
        );
        (row.referrer.clone(), figures, format!("{:?}", row.kind))
    });
    assert_eq!(sorted(found), sorted(planted));
    assert_eq!(answer.total_flagged.unsigned_abs(), truth.total_flagged);
    assert_eq!(
        (answer.threshold_used, answer.rate_threshold_used),
        (10, 80.0)
    );
}

fn health(answer: &HealthScore, truth: &WindowTruth) {
    let truth = &truth.health;
    assert_eq!(answer.health_score, truth.health_score);
    assert_eq!(
        format!("{:?}", answer.health_status),
        format!("{:?}", truth.health_status)
    );
    let points = |one: &Deductions| {
        [
            one.fraud,
            one.bot_behavior,
            one.opt_out_rate,
            one.coppa_violations,
        ]
    };
    let planted = &truth.deductions;
    assert_eq!(
        points(&answer.deductions),
        [
            planted.fraud,
            planted.bot_behavior,
            planted.opt_out_rate,
            planted.coppa_violations
        ]
    );
}

fn overview(answer: &Overview, truth: &WindowTruth) {
    let truth = &truth.activity;
    let hits = truth.hits;
    let all = hits.human + hits.duplicate + hits.bot + hits.preview + hits.prefetch + hits.rejected;
    let found = [
        answer.links_created,
        answer.invites,
        answer.clicks,
        answer.hits,
        answer.conversions,
        answer.activations,
    ];
    assert_eq!(
        found.map(|one| one.current.unsigned_abs()),
        [
            truth.links,
            truth.invites,
            hits.human,
            all,
            truth.conversions,
            truth.activations
        ]
    );
    let sum = |of: fn(&DayHits) -> i64| answer.days.iter().map(of).sum::<i64>().unsigned_abs();
    assert_eq!(
        [
            sum(|day| day.human),
            sum(|day| day.duplicate),
            sum(|day| day.bot)
        ],
        [hits.human, hits.duplicate, hits.bot]
    );
    assert_eq!(
        [
            sum(|day| day.preview),
            sum(|day| day.prefetch),
            sum(|day| day.rejected)
        ],
        [hits.preview, hits.prefetch, hits.rejected]
    );
    for source in &answer.top_sources {
        let planted = truth.loops.iter().find(|one| one.source == source.source);
        let planted = planted.expect("no loop that was not planted");
        assert_eq!(
            (
                source.clicks.unsigned_abs(),
                source.conversions.unsigned_abs()
            ),
            (planted.clicks, planted.conversions),
            "{}",
            source.source
        );
    }
}

/// Types of alerts, sorted.
pub fn types(alerts: &[Alert]) -> Vec<String> {
    sorted(alerts.iter().map(|alert| alert.alert_type))
}

/// The same of the truth.
pub fn true_types(alerts: &[truth::AlertType]) -> Vec<String> {
    sorted(alerts.iter())
}
