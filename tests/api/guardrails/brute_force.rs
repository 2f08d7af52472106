//! Answers from rollups equal a plain count, whatever the window, the time zone and the thresholds.
//!
//! 200 windows a computation; `VE_WINDOWS=1000` tries as many.

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use chrono_tz::Tz;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use uuid::Uuid;
use viral_engine_api_types::guardrails::{
    Bots, ConversionAnomalies, Coppa, IpClassification, OptOuts, SuspiciousClicks,
};
use viral_engine_api_types::institution_networks::CreateInstitutionNetwork;
use viral_engine_domain::guardrails::Thresholds;
use viral_engine_domain::guardrails::conversion_anomalies::RateAnomaly;
use viral_engine_domain::time_window::TimeWindow;
use viral_engine_service::answers::WindowParameters;
use viral_engine_service::guardrails::{self, GuardrailsRequest};
use viral_engine_service::{Caller, institution_networks};
use viral_engine_test_support::TestApp;

use super::oracle::Oracle;
use super::world::{NETWORKS, World};

const TIME_ZONES: [Tz; 5] = [
    Tz::UTC,
    Tz::Europe__Berlin,
    Tz::America__New_York,
    Tz::Asia__Kathmandu,
    Tz::Australia__Lord_Howe,
];

#[tokio::test(flavor = "multi_thread")]
async fn rollups_and_brute_force_agree_on_random_windows() {
    let windows = std::env::var("VE_WINDOWS").map_or(200, |count| count.parse().expect("a number"));
    let app = TestApp::new().await;
    let noon = app.clock.now();
    World::new(1, noon).store(&app).await;
    let mut random = StdRng::seed_from_u64(2);
    let mut oracle = Oracle::load(&mut *app.db().connection().await).await;
    let mut found = Found::default();
    for number in 0..windows {
        if number == windows * 2 / 3 {
            // Marks hold for what was stored before them.
            mark_institution(&app).await;
            oracle = Oracle::load(&mut *app.db().connection().await).await;
        }
        let question = Question::random(&mut random, noon);
        app.clock.advance(question.now - app.clock.now());
        question.check(&app, &oracle, &mut found).await;
    }
    // Agreeing on nothing would prove nothing.
    let Found {
        groups,
        devices,
        days,
        rates,
        violations,
        ahead,
    } = found;
    for seen in [groups, devices, days, rates, violations, ahead] {
        assert!(seen >= windows / 4, "{found:?} in {windows} windows");
    }
}

/// Windows in which there was something to find.
#[derive(Clone, Copy, Debug, Default)]
struct Found {
    groups: usize,
    devices: usize,
    days: usize,
    rates: usize,
    violations: usize,
    /// Windows up to now while something was stored ahead of its time.
    ahead: usize,
}

async fn mark_institution(app: &TestApp) {
    let body = CreateInstitutionNetwork {
        network: NETWORKS[0].to_owned(),
        name: "Lincoln Middle School".to_owned(),
    };
    institution_networks::create_institution_network(&app.context, &Caller::system(), body)
        .await
        .expect("a network");
}

/// A random question with the window it must be understood as.
#[derive(Debug)]
struct Question {
    now: DateTime<Utc>,
    window: TimeWindow,
    tz: Tz,
    parameters: WindowParameters,
    thresholds: Thresholds,
}

impl Question {
    fn random(random: &mut StdRng, noon: DateTime<Utc>) -> Self {
        let tz = *TIME_ZONES.choose(random).expect("a zone");
        let tz = if random.random_bool(0.5) { Tz::UTC } else { tz };
        let now = noon + TimeDelta::microseconds(random.random_range(-300_000_000..300_000_000));
        let thresholds = Thresholds {
            fraud_detection_threshold: random.random_range(1..15),
            bot_detection_time_window: random.random_range(1..=60),
            bot_detection_min_clicks: *[2, 3, 3, 3, 4, 5].choose(random).expect("a number"),
            conversion_anomaly_threshold: random.random_range(1..6),
            conversion_anomaly_min_clicks: random.random_range(1..8),
            conversion_anomaly_rate_threshold: *[10.0, 50.0, 80.0, 95.0]
                .choose(random)
                .expect("a rate"),
            ..Thresholds::default()
        };
        let (window, parameters) = if random.random_bool(0.4) {
            last_days(random, now, tz)
        } else {
            explicit(random, noon, tz)
        };
        Self {
            now,
            window,
            tz,
            parameters,
            thresholds,
        }
    }

    async fn check(&self, app: &TestApp, oracle: &Oracle, found: &mut Found) {
        let thresholds = &self.thresholds;
        let context = &app.context;
        let fraud = GuardrailsRequest {
            window: self.parameters.clone(),
            threshold: Some(thresholds.fraud_detection_threshold.into()),
            time_window: Some(thresholds.bot_detection_time_window.into()),
            min_clicks: Some(thresholds.bot_detection_min_clicks.into()),
            rate_threshold: None,
        };
        let conversions = GuardrailsRequest {
            window: self.parameters.clone(),
            threshold: Some(thresholds.conversion_anomaly_threshold.into()),
            time_window: None,
            min_clicks: Some(thresholds.conversion_anomaly_min_clicks.into()),
            rate_threshold: Some(thresholds.conversion_anomaly_rate_threshold),
        };
        let clicks = guardrails::get_suspicious_clicks(context, &fraud).await;
        let clicks = clicks.expect("an answer");
        self.check_suspicious_clicks(&clicks, oracle);
        found.groups += usize::from(clicks.total_flagged_ips + clicks.total_shared_networks > 0);
        found.ahead +=
            usize::from(self.parameters.to.is_none() && oracle.has_clicks_after(self.now));
        let bots = guardrails::get_bots(context, &fraud).await;
        let bots = bots.expect("an answer");
        self.check_bots(&bots, oracle);
        found.devices += usize::from(bots.total_flagged_devices > 0);
        let opt_outs = guardrails::get_opt_outs(context, &fraud).await;
        self.check_opt_outs(&opt_outs.expect("an answer"), oracle);
        let coppa = guardrails::get_coppa(context, &fraud).await;
        let coppa = coppa.expect("an answer");
        self.check_coppa(&coppa, oracle);
        found.violations += usize::from(!coppa.violations.is_empty());
        let anomalies = guardrails::get_conversion_anomalies(context, &conversions).await;
        let mut conn = app.db().connection().await;
        let names = names(&mut conn).await;
        let anomalies = anomalies.expect("an answer");
        self.check_conversions(&anomalies, oracle, &names);
        found.days += usize::from(!anomalies.suspicious_referrers.is_empty());
        found.rates += usize::from(!anomalies.high_conversion_rate_referrers.is_empty());
    }

    fn check_suspicious_clicks(&self, answer: &SuspiciousClicks, oracle: &Oracle) {
        let expected = oracle.suspicious_clicks(&self.window, self.tz, &self.thresholds);
        let mut wanted: Vec<_> = expected
            .suspicious
            .iter()
            .map(|group| (group, true))
            .chain(
                expected
                    .shared_networks
                    .iter()
                    .map(|(group, _)| (group, false)),
            )
            .map(|(group, suspicious)| {
                let figures = (group.click_count as i64, group.distinct_devices as i64);
                let times = (group.first_seen, group.last_seen);
                (group.day, group.ip.clone(), figures, times, suspicious)
            })
            .collect();
        let mut got: Vec<_> = answer
            .suspicious_ips
            .iter()
            .chain(&answer.shared_networks)
            .map(|group| {
                let figures = (group.click_count, group.distinct_devices);
                let suspicious = group.classification == IpClassification::Suspicious;
                let times = (group.first_seen, group.last_seen);
                (group.date, group.ip_key.clone(), figures, times, suspicious)
            })
            .collect();
        wanted.sort();
        got.sort();
        assert_eq!(got, wanted, "{self:?}");
        assert_eq!(answer.total_flagged_ips as usize, expected.total_flagged());
        assert_eq!(
            answer.total_clicks as usize,
            oracle.clicks(&self.window),
            "{self:?}"
        );
    }

    fn check_bots(&self, answer: &Bots, oracle: &Oracle) {
        let wanted: Vec<_> = oracle
            .bots(&self.window, &self.thresholds)
            .into_iter()
            .map(|device| {
                let burst = device
                    .fastest_burst
                    .and_then(|burst| burst.num_microseconds());
                let seconds = burst.expect("a burst") as f64 / 1e6;
                let times = (device.first_seen, device.last_seen);
                (device.device, device.total_clicks as i64, times, seconds)
            })
            .collect();
        let mut got: Vec<_> = answer
            .bot_like_devices
            .iter()
            .map(|device| {
                let times = (device.first_seen, device.last_seen);
                let name = device.device_fingerprint.clone();
                (
                    name,
                    device.total_clicks,
                    times,
                    device.fastest_burst_seconds,
                )
            })
            .collect();
        got.sort_by(|a, b| a.0.cmp(&b.0));
        assert_eq!(got, wanted, "{self:?}");
        assert_eq!(answer.total_flagged_devices as usize, wanted.len());
    }

    fn check_opt_outs(&self, answer: &OptOuts, oracle: &Oracle) {
        let expected = oracle.opt_outs(&self.window);
        let (shares, links) = (&answer.parent_shares, &answer.attribution_links);
        assert_eq!(shares.total as u64, expected.shares.total, "{self:?}");
        assert_eq!(
            shares.never_viewed as u64, expected.shares.untouched,
            "{self:?}"
        );
        assert_eq!(shares.opt_out_rate, expected.shares.rate());
        assert_eq!(links.total as u64, expected.links.total, "{self:?}");
        assert_eq!(
            links.zero_clicks as u64, expected.links.untouched,
            "{self:?}"
        );
        assert_eq!(links.opt_out_rate, expected.links.rate());
        let sessions = &answer.study_sessions;
        assert_eq!(sessions.total as u64, expected.sessions.total, "{self:?}");
        let average = expected.sessions.average_participants();
        assert_eq!(sessions.avg_participants, average, "{self:?}");
        let explicit = &answer.explicit;
        assert_eq!(explicit.total as usize, expected.opt_outs, "{self:?}");
        assert_eq!(
            explicit.users as u64, expected.explicit.opted_out,
            "{self:?}"
        );
        assert_eq!(
            explicit.users_reached as u64, expected.explicit.reached,
            "{self:?}"
        );
        assert_eq!(explicit.opt_out_rate, expected.explicit.rate());
    }

    fn check_coppa(&self, answer: &Coppa, oracle: &Oracle) {
        let expected = oracle.compliance(&self.window);
        for (got, wanted) in [
            (&answer.parent_shares, expected.parent_shares),
            (&answer.progress_reels, expected.progress_reels),
        ] {
            assert_eq!(got.total_checked as u64, wanted.checked, "{self:?}");
            assert_eq!(got.violations_found as u64, wanted.violating, "{self:?}");
            assert_eq!(got.compliance_rate, wanted.rate());
        }
        assert_eq!(answer.overall_compliance_rate, expected.overall().rate());
        assert_eq!(
            answer.below_target,
            expected.is_below_target(&self.thresholds)
        );
        assert!(
            answer
                .violations
                .iter()
                .all(|found| self.window.contains(found.at))
        );
        let listed: std::collections::BTreeSet<_> =
            answer.violations.iter().map(|found| found.id).collect();
        assert_eq!(listed.len() as u64, expected.overall().violating);
    }

    fn check_conversions(
        &self,
        answer: &ConversionAnomalies,
        oracle: &Oracle,
        names: &[(Uuid, String)],
    ) {
        let expected = oracle.conversion_anomalies(&self.window, self.tz, &self.thresholds);
        let id = |name: &str| {
            let found = names.iter().find(|(_, known)| known == name);
            found.expect("a known referrer").0
        };
        let mut days: Vec<_> = answer
            .suspicious_referrers
            .iter()
            .map(|day| (day.date, id(&day.referrer), day.conversion_count as u64))
            .collect();
        days.sort();
        let wanted: Vec<_> = expected
            .days
            .iter()
            .map(|day| (day.day, day.referrer, day.conversion_count))
            .collect();
        assert_eq!(days, wanted, "{self:?}");
        let mut rates: Vec<_> = answer
            .high_conversion_rate_referrers
            .iter()
            .map(|rate| {
                let figures = (rate.total_clicks as u64, rate.total_conversions as u64);
                (
                    id(&rate.referrer),
                    figures,
                    rate.conversion_rate,
                    rate.wilson_low,
                )
            })
            .collect();
        rates.sort_by_key(|rate| rate.0);
        let wanted: Vec<_> = expected.rates.iter().map(rate_figures).collect();
        assert_eq!(rates, wanted, "{self:?}");
        assert_eq!(answer.total_flagged as usize, expected.total_flagged());
    }
}

type RateFigures = (Uuid, (u64, u64), Option<f64>, Option<f64>);

fn rate_figures(rate: &RateAnomaly) -> RateFigures {
    let totals = &rate.totals;
    let figures = (totals.clicks, totals.conversions);
    (
        totals.referrer,
        figures,
        rate.conversion_rate,
        rate.wilson_low,
    )
}

async fn names(conn: &mut diesel_async::AsyncPgConnection) -> Vec<(Uuid, String)> {
    use diesel::QueryDsl;
    use diesel_async::RunQueryDsl;
    use viral_engine_db::schema::users;
    users::table
        .select((users::id, users::external_id))
        .load(conn)
        .await
        .expect("users")
}

fn last_days(random: &mut StdRng, now: DateTime<Utc>, tz: Tz) -> (TimeWindow, WindowParameters) {
    let days = random.random_range(1..14);
    let window = TimeWindow::last_days(days, now, tz).expect("a window");
    let parameters = WindowParameters {
        days: Some(days.into()),
        time_zone: Some(tz.name().to_owned()),
        ..WindowParameters::default()
    };
    (window, parameters)
}

/// Whole days, whole minutes, or borders right beside a stored record.
fn explicit(random: &mut StdRng, noon: DateTime<Utc>, tz: Tz) -> (TimeWindow, WindowParameters) {
    let mut bound = || {
        let at = noon - TimeDelta::seconds(random.random_range(-600..12 * 86_400));
        match random.random_range(0..3) {
            0 => at.date_naive().and_time(chrono::NaiveTime::MIN).and_utc(),
            1 => at.trunc_subsecs(0),
            _ => at + TimeDelta::microseconds(random.random_range(0..1_000_000)),
        }
    };
    let (one, other) = (bound(), bound());
    let (from, to) = (one.min(other), one.max(other) + TimeDelta::microseconds(1));
    let parameters = WindowParameters {
        from: Some(from),
        to: Some(to),
        time_zone: Some(tz.name().to_owned()),
        days: None,
    };
    (TimeWindow::new(from, to).expect("a window"), parameters)
}
