//! Figures of growth equal a plain look at every event, whatever the window, the time zone and the filter.
//!
//! 200 windows; `VE_WINDOWS=1000` tries as many.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, SubsecRound, TimeDelta, Utc};
use chrono_tz::Tz;
use diesel::sql_query;
use diesel_async::RunQueryDsl;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};
use viral_engine_api_types::growth::{GrowthFilter, InvitesFrom, KFigures};
use viral_engine_api_types::links::Channel;
use viral_engine_api_types::users::Persona;
use viral_engine_service::answers::WindowParameters;
use viral_engine_service::growth::{self, GrowthRequest};
use viral_engine_test_support::TestApp;

use super::oracle::{Counts, Oracle, by_day, count, is_rough, k_interval};
use crate::world::link_with;

const TIME_ZONES: [Tz; 5] = [
    Tz::UTC,
    Tz::Europe__Berlin,
    Tz::America__New_York,
    Tz::Asia__Kathmandu,
    Tz::Australia__Lord_Howe,
];
const SOURCES: [&str; 4] = ["buddy_challenge", "results_rally", "proud_parent", "rare"];
const REFERRERS: usize = 70;
const DAYS: i64 = 45;

#[tokio::test(flavor = "multi_thread")]
async fn figures_and_brute_force_agree_on_random_windows() {
    let windows = std::env::var("VE_WINDOWS").map_or(200, |count| count.parse().expect("a number"));
    let app = TestApp::new().await;
    let now = app.clock.now();
    let mut random = StdRng::seed_from_u64(5);
    store(&app, &mut random, now).await;
    let oracle = Oracle::load(&mut *app.db().connection().await).await;
    let mut seen = Seen::default();
    for _ in 0..windows {
        let question = Question::random(&mut random, now);
        app.clock.advance(question.now - app.clock.now());
        question.check(&app, &oracle, &mut seen).await;
    }
    // Agreeing on nothing would prove nothing.
    for often in [
        seen.conversions,
        seen.cycles,
        seen.merged,
        seen.events,
        seen.links,
    ] {
        assert!(often >= windows / 10, "{seen:?} in {windows} windows");
    }
}

#[derive(Debug, Default)]
struct Seen {
    conversions: usize,
    cycles: usize,
    merged: usize,
    events: usize,
    links: usize,
}

/// Referrers with links of all kinds, and what became of them. Invitations are reported in the later half alone, so that the
/// links are the invitations before.
async fn store(app: &TestApp, random: &mut StdRng, now: DateTime<Utc>) {
    let key = app
        .key(&["events:write", "events:import", "users:write"])
        .await;
    let mut links = Vec::new();
    for number in 0..REFERRERS {
        let channel = *Channel::ALL.choose(random).expect("a channel");
        let source = SOURCES
            [number.min(random.random_range(0..200)) % 3 + usize::from(number.is_multiple_of(23))];
        let campaign = ["organic", "autumn"][number % 2];
        let name = format!("referrer-{number}");
        let link = link_with(app, &name, |body| {
            body.source = source.to_owned();
            body.channel = channel;
            body.campaign = Some(campaign.to_owned());
        });
        links.push((name.clone(), link.await.token));
        let persona = Persona::ALL[number % 3].as_str();
        let joined = now - TimeDelta::hours(random.random_range(0..DAYS * 24));
        let body = json!({ "persona": persona, "signed_up_at": joined });
        key.put(&format!("/v1/users/{name}"), &body).await;
    }
    let spread = "UPDATE links SET created_at = created_at - (abs(hashtext(token)) % 3888000) * interval '1 second'";
    let conn = &mut *app.db().connection().await;
    sql_query(spread)
        .execute(conn)
        .await
        .expect("links of all times");
    let mut events = Vec::new();
    for number in 0..3_000 {
        events.push(event(random, &links, number, now));
    }
    for part in events.chunks(1_000) {
        let answer = key.post("/v1/events/bulk", &part).await;
        assert_eq!(answer.json()["rejected"], 0, "{:#}", answer.json());
    }
}

fn event(
    random: &mut StdRng,
    links: &[(String, String)],
    number: usize,
    now: DateTime<Utc>,
) -> Value {
    let kinds = [
        "click",
        "click",
        "click",
        "conversion",
        "activation",
        "invite_sent",
    ];
    let kind = *kinds.choose(random).expect("a kind");
    let most = if kind == "invite_sent" {
        DAYS / 2
    } else {
        DAYS
    };
    let at = now - TimeDelta::milliseconds(random.random_range(0..most * 86_400_000));
    // A few bring most.
    let index = random
        .random_range(0..links.len())
        .min(random.random_range(0..links.len() * 2));
    let (referrer, token) = &links[index];
    let mut event = json!({ "type": kind, "occurred_at": at, "link_token": token });
    let referee = format!("referee-{}", random.random_range(0..1_200));
    match kind {
        "click" => {
            event["device_fingerprint"] = json!(format!("device-{}", random.random_range(0..400)));
        }
        "invite_sent" if random.random_bool(0.3) => {}
        _ => event["referee"] = json!(referee),
    }
    if kind == "click" && number.is_multiple_of(9) {
        event["user_agent"] = json!("Googlebot/2.1 (+http://www.google.com/bot.html)");
    }
    if kind != "click" && random.random_bool(0.1) {
        event
            .as_object_mut()
            .expect("an object")
            .remove("link_token");
        event["referrer"] = json!(referrer);
    }
    event
}

struct Question {
    now: DateTime<Utc>,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    tz: Tz,
    request: GrowthRequest,
}

impl Question {
    fn random(random: &mut StdRng, end: DateTime<Utc>) -> Self {
        let now = end + TimeDelta::seconds(random.random_range(0..300));
        let tz = *TIME_ZONES.choose(random).expect("a zone");
        let instant = |random: &mut StdRng| {
            let back = TimeDelta::milliseconds(random.random_range(0..DAYS * 86_400_000));
            (now - back).trunc_subsecs(3)
        };
        let (a, b) = (instant(random), instant(random));
        let (from, to) = (a.min(b), a.max(b) + TimeDelta::seconds(1));
        let some = |random: &mut StdRng| random.random_bool(0.2);
        let filter = GrowthFilter {
            source: some(random).then(|| (*SOURCES.choose(random).expect("a source")).to_owned()),
            channel: some(random).then(|| *Channel::ALL.choose(random).expect("a channel")),
            persona: some(random).then(|| *Persona::ALL.choose(random).expect("a persona")),
            campaign: some(random).then(|| "autumn".to_owned()),
            traffic: None,
        };
        let window = WindowParameters {
            days: None,
            from: Some(from),
            to: Some(to),
            time_zone: Some(tz.name().to_owned()),
        };
        Self {
            now,
            from,
            to,
            tz,
            request: GrowthRequest {
                window,
                filter,
                is_compared: random.random_bool(0.3),
            },
        }
    }

    fn matured_before(&self) -> DateTime<Utc> {
        self.now - TimeDelta::days(7)
    }

    async fn check(&self, app: &TestApp, oracle: &Oracle, seen: &mut Seen) {
        let (filter, context) = (&self.request.filter, &app.context);
        let window = (self.from, self.to);
        let all = oracle.facts(window, &GrowthFilter::default());
        let invite = match all.iter().any(|fact| fact.what == "invite_sent") {
            true => "invite_sent",
            false => "link",
        };
        let facts = oracle.facts(window, filter);
        let counts = count(&facts, invite, self.matured_before());
        let told = format!("{window:?} {} {filter:?}", self.tz);

        let k = growth::get_k_factor(context, &self.request)
            .await
            .expect("K");
        let from = if invite == "link" {
            InvitesFrom::Links
        } else {
            InvitesFrom::Events
        };
        assert_eq!(k.invites_from, from, "{told}");
        let eligible = oracle.users_before(self.to, filter);
        assert_figures(&k.figures, &counts, eligible, &told);
        if let Some(previous) = &k.previous {
            let window = (self.from - (self.to - self.from), self.from);
            let counts = count(&oracle.facts(window, filter), invite, self.matured_before());
            assert_figures(
                previous,
                &counts,
                oracle.users_before(self.from, filter),
                &told,
            );
        }

        self.check_sources(app, &facts, invite, eligible, &counts, &told, seen)
            .await;

        let funnel = growth::get_growth_funnel(context, &self.request)
            .await
            .expect("a funnel");
        let steps: Vec<_> = funnel.steps.iter().map(|step| step.count).collect();
        let people = [
            counts.invites,
            counts.visitors,
            counts.converted,
            counts.activated,
        ];
        assert_eq!(steps, people.map(|count| count as i64), "{told}");

        let viral = growth::get_viral_coefficient(context, &self.request)
            .await
            .expect("a coefficient");
        assert_eq!(
            viral.figures.existing_users,
            oracle.users_before(self.from, filter) as i64,
            "{told}"
        );
        assert_eq!(
            viral.figures.conversions, counts.conversions as i64,
            "{told}"
        );

        self.check_cycles(app, oracle, &told, seen).await;
        self.check_days(app, oracle, invite, &told).await;
        self.check_referrers(app, &facts, &told).await;
        seen.conversions += usize::from(counts.conversions > 0);
        seen.events += usize::from(invite == "invite_sent");
        seen.links += usize::from(invite == "link");
    }

    #[allow(clippy::too_many_arguments)]
    async fn check_sources(
        &self,
        app: &TestApp,
        facts: &[&super::oracle::Fact],
        invite: &str,
        eligible: usize,
        total: &Counts,
        told: &str,
        seen: &mut Seen,
    ) {
        let answer = growth::get_k_factor_by_source(&app.context, &self.request)
            .await
            .expect("sources");
        let sum = |figure: fn(&KFigures) -> i64| {
            answer
                .items
                .iter()
                .map(|item| figure(&item.figures))
                .sum::<i64>()
        };
        assert_eq!(
            sum(|item| item.total_invites),
            total.invites as i64,
            "{told}"
        );
        assert_eq!(sum(|item| item.total_clicks), total.clicks as i64, "{told}");
        assert_eq!(
            sum(|item| item.total_conversions),
            total.conversions as i64,
            "{told}"
        );
        let shown: Vec<&str> = answer
            .items
            .iter()
            .filter(|item| !item.is_merged)
            .map(|item| item.source.as_str())
            .collect();
        for item in &answer.items {
            let of_item = facts.iter().filter(|fact| match item.is_merged {
                true => !shown.contains(&fact.source.as_str()),
                false => fact.source == item.source,
            });
            let of_item: Vec<_> = of_item.copied().collect();
            let counts = count(&of_item, invite, self.matured_before());
            assert_figures(
                &item.figures,
                &counts,
                eligible,
                &format!("{told} {}", item.source),
            );
            let is_alone = answer.items.len() == 1;
            assert!(
                is_alone || counts.brought.len() >= 10,
                "{told}: {} is shown",
                item.source
            );
            seen.merged += usize::from(item.is_merged);
        }
    }

    async fn check_cycles(&self, app: &TestApp, oracle: &Oracle, told: &str, seen: &mut Seen) {
        let answer = growth::get_cycle_time(&app.context, &self.request)
            .await
            .expect("cycle times");
        let window = (self.from, self.to);
        let expected = oracle.cycle_times(window, self.matured_before(), &self.request.filter);
        let n = expected.len();
        assert_eq!(answer.figures.n, n as i64, "{told}");
        if n > 0 {
            seen.cycles += 1;
            let mean = expected.iter().sum::<i64>() as f64 / n as f64 / 10.0;
            close(
                answer.figures.mean_hours.expect("a mean"),
                mean,
                0.005,
                told,
            );
            let middle = (expected[(n - 1) / 2] + expected[n / 2]) as f64 / 20.0;
            close(
                answer.figures.median_hours.expect("a median"),
                middle,
                0.005,
                told,
            );
        }
    }

    async fn check_days(&self, app: &TestApp, oracle: &Oracle, invite: &str, told: &str) {
        let answer = growth::get_growth_timeline(&app.context, &self.request)
            .await
            .expect("days");
        let early = self.from - TimeDelta::days(9);
        let by_day = by_day(
            &oracle.facts((early, self.to), &self.request.filter),
            self.tz,
        );
        let first = answer.days[0].date;
        assert_eq!(
            first,
            self.from.with_timezone(&self.tz).date_naive(),
            "{told}"
        );
        for day in &answer.days {
            let facts = by_day.get(&day.date).into_iter().flatten();
            let facts: Vec<_> = facts.filter(|fact| fact.at >= self.from).copied().collect();
            let counts = count(&facts, invite, self.now);
            let got = [day.invites, day.clicks, day.conversions];
            let expected = [counts.invites, counts.clicks, counts.conversions];
            assert_eq!(
                got,
                expected.map(|count| count as i64),
                "{told} {}",
                day.date
            );
            let week: Vec<_> = by_day
                .range(day.date - Days::new(6)..=day.date)
                .flat_map(|(_, facts)| facts)
                .copied()
                .collect();
            let week = count(&week, invite, self.now);
            let k = if week.inviters == 0 || week.invites == 0 {
                0.0
            } else {
                week.conversions as f64 / week.inviters as f64
            };
            close(day.k_factor, k, 0.000_5, told);
        }
    }

    async fn check_referrers(&self, app: &TestApp, facts: &[&super::oracle::Fact], told: &str) {
        let answer = growth::get_top_referrers(&app.context, &self.request, Some(7))
            .await
            .expect("referrers");
        let mut brought: BTreeMap<&str, (i64, i64)> = BTreeMap::new();
        for fact in facts {
            let Some(referrer) = fact.referrer.as_deref() else {
                continue;
            };
            let (conversions, clicks) = brought.entry(referrer).or_default();
            *conversions += i64::from(fact.what == "conversion");
            *clicks += i64::from(fact.what == "click");
        }
        let mut expected: Vec<_> = brought
            .into_iter()
            .filter(|(_, brought)| *brought != (0, 0))
            .collect();
        expected.sort_by(|(a, x), (b, y)| y.cmp(x).then(a.cmp(b)));
        let got: Vec<_> = answer
            .items
            .iter()
            .map(|item| (item.referrer.as_str(), (item.conversions, item.clicks)))
            .collect();
        expected.truncate(7);
        assert_eq!(got, expected, "{told}");
    }
}

fn assert_figures(figures: &KFigures, counts: &Counts, eligible: usize, told: &str) {
    let got = [
        figures.active_users,
        figures.total_invites,
        figures.total_clicks,
        figures.total_conversions,
        figures.total_activations,
        figures.eligible_users,
    ];
    let expected = [
        counts.inviters,
        counts.invites,
        counts.clicks,
        counts.conversions,
        counts.activated,
        eligible,
    ];
    assert_eq!(got, expected.map(|count| count as i64), "{told}");
    let ratio = |part: usize, whole: usize| {
        if whole == 0 {
            0.0
        } else {
            part as f64 / whole as f64
        }
    };
    let k = if counts.invites == 0 {
        0.0
    } else {
        ratio(counts.conversions, counts.inviters)
    };
    close(figures.k_factor, k, 0.000_5, told);
    close(
        figures.invite_conversion_rate,
        ratio(counts.conversions, counts.invites),
        0.000_05,
        told,
    );
    close(
        figures.k_per_eligible,
        ratio(counts.conversions, eligible),
        0.000_05,
        told,
    );
    close(
        figures.matured_share,
        ratio(counts.matured, counts.invites),
        0.000_05,
        told,
    );
    assert_eq!(figures.k_interval_is_rough, is_rough(counts), "{told}");
    let interval = figures
        .k_interval
        .map(|interval| (interval.low, interval.high));
    match (interval, k_interval(counts)) {
        (None, None) => {}
        (Some((low, high)), Some((expected_low, expected_high))) => {
            close(low, expected_low, 0.000_6, told);
            close(high, expected_high, 0.000_6, told);
        }
        (got, expected) => panic!("{told}: {got:?} is not {expected:?}"),
    }
}

fn close(got: f64, expected: f64, within: f64, told: &str) {
    assert!(
        (got - expected).abs() <= within + 1e-9,
        "{told}: {got} is not {expected}"
    );
}
