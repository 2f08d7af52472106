//! Figures of growth by a plain look at every stored event: the other way to compute them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;
use viral_engine_api_types::growth::GrowthFilter;
use viral_engine_api_types::links::Channel;
use viral_engine_api_types::users::Persona;
use viral_engine_domain::statistics::t_95;

/// An event, or the minting of a link, with what its link and its referrer say.
#[derive(Clone, Debug, QueryableByName)]
pub struct Fact {
    #[diesel(sql_type = Text)]
    pub what: String,
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Timestamptz)]
    pub at: DateTime<Utc>,
    #[diesel(sql_type = Text)]
    pub source: String,
    #[diesel(sql_type = Nullable<Text>)]
    channel: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    campaign: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    persona: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub referrer: Option<String>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    referee: Option<Uuid>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    minted_at: Option<DateTime<Utc>>,
    /// Whether it is a visitor's first click of a UTC day.
    #[diesel(sql_type = Bool)]
    is_new: bool,
}

/// What it is: `click` is a person's, `conversion` an accepted one, `link` a minting.
const FACTS: &str = "
SELECT e.type AS what, e.id, e.occurred_at AS at, coalesce(l.source, '') AS source, l.channel, l.campaign, u.persona,
       u.external_id AS referrer, e.referee_id AS referee, l.created_at AS minted_at,
       e.new_visitor AS is_new
FROM events e LEFT JOIN links l ON l.id = e.link_id LEFT JOIN users u ON u.id = e.referrer_id
WHERE (e.type <> 'click' OR e.class = 'human') AND (e.type <> 'conversion' OR e.reject_reason IS NULL)
UNION ALL
SELECT 'link', l.id, l.created_at, l.source, l.channel, l.campaign, u.persona, u.external_id, NULL, l.created_at, false
FROM links l JOIN users u ON u.id = l.referrer_id";

/// All that is stored.
pub struct Oracle {
    facts: Vec<Fact>,
    /// When users signed up, else when they were first heard of; with their personas.
    joined: Vec<(DateTime<Utc>, Option<String>)>,
}

/// Counts of a window.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Counts {
    pub inviters: usize,
    pub invites: usize,
    pub matured: usize,
    pub clicks: usize,
    pub conversions: usize,
    pub visitors: usize,
    pub converted: usize,
    pub activated: usize,
    /// Conversions of everybody who invited or converted somebody; who is not known counts alone.
    pub brought: Vec<(usize, bool)>,
}

impl Oracle {
    pub async fn load(conn: &mut AsyncPgConnection) -> Self {
        #[derive(QueryableByName)]
        struct Joined {
            #[diesel(sql_type = Timestamptz)]
            at: DateTime<Utc>,
            #[diesel(sql_type = Nullable<Text>)]
            persona: Option<String>,
        }
        let facts = sql_query(FACTS).load(conn).await.expect("facts");
        let users = "SELECT coalesce(signed_up_at, created_at) AS at, persona FROM users";
        let users: Vec<Joined> = sql_query(users).load(conn).await.expect("users");
        Self {
            facts,
            joined: users.into_iter().map(|one| (one.at, one.persona)).collect(),
        }
    }

    /// What happened in `[from, to)`, as far as the filter lets it.
    pub fn facts(
        &self,
        (from, to): (DateTime<Utc>, DateTime<Utc>),
        filter: &GrowthFilter,
    ) -> Vec<&Fact> {
        let inside = |fact: &&Fact| from <= fact.at && fact.at < to && matches(fact, filter);
        self.facts.iter().filter(inside).collect()
    }

    /// Users who had joined before an instant.
    pub fn users_before(&self, before: DateTime<Utc>, filter: &GrowthFilter) -> usize {
        let persona = filter.persona.map(Persona::as_str);
        let counts = |(at, is): &&(DateTime<Utc>, Option<String>)| {
            *at < before && persona.is_none_or(|persona| is.as_deref() == Some(persona))
        };
        self.joined.iter().filter(counts).count()
    }

    /// Tenths of hours of the conversions whose invitations lie in `[from, to)` and before `matured`, sorted.
    pub fn cycle_times(
        &self,
        (from, to): (DateTime<Utc>, DateTime<Utc>),
        matured: DateTime<Utc>,
        filter: &GrowthFilter,
    ) -> Vec<i64> {
        let window = self.facts((from, DateTime::<Utc>::MAX_UTC), filter);
        let conversions = window.iter().filter(|fact| fact.what == "conversion");
        let mut named: BTreeMap<_, DateTime<Utc>> = BTreeMap::new();
        for fact in self.facts((from, to), filter) {
            if fact.what == "invite_sent"
                && let (Some(referrer), Some(referee)) = (&fact.referrer, fact.referee)
            {
                let first = named.entry((referrer, referee)).or_insert(fact.at);
                *first = fact.at.min(*first);
            }
        }
        let invited_at = |conversion: &Fact| {
            let pair = conversion.referrer.as_ref().zip(conversion.referee);
            let named = pair.and_then(|pair| named.get(&pair).copied());
            named.or(conversion.minted_at)
        };
        let mut times: Vec<i64> = conversions
            .filter_map(|conversion| {
                let invited = invited_at(conversion)?;
                let took = (conversion.at - invited).max(TimeDelta::zero());
                (from <= invited && invited < to.min(matured))
                    .then(|| (took.num_milliseconds() + 180_000) / 360_000)
            })
            .collect();
        times.sort_unstable();
        times
    }
}

fn matches(fact: &Fact, filter: &GrowthFilter) -> bool {
    let is =
        |wanted: Option<&str>, is: Option<&str>| wanted.is_none_or(|wanted| is == Some(wanted));
    is(filter.source.as_deref(), Some(&fact.source))
        && is(filter.channel.map(Channel::as_str), fact.channel.as_deref())
        && is(filter.campaign.as_deref(), fact.campaign.as_deref())
        && is(filter.persona.map(Persona::as_str), fact.persona.as_deref())
}

/// Counts of facts; `invite` is what counts as an invitation.
pub fn count(facts: &[&Fact], invite: &str, matured_before: DateTime<Utc>) -> Counts {
    let of = |what: &'static str| facts.iter().filter(move |fact| fact.what == what);
    let invites: Vec<_> = facts.iter().filter(|fact| fact.what == invite).collect();
    let inviters: BTreeSet<&str> = invites
        .iter()
        .filter_map(|fact| fact.referrer.as_deref())
        .collect();
    let mut brought: BTreeMap<String, (usize, bool)> = BTreeMap::new();
    for inviter in &inviters {
        brought.insert((*inviter).to_owned(), (0, true));
    }
    for conversion in of("conversion") {
        let who = conversion
            .referrer
            .clone()
            .unwrap_or_else(|| conversion.id.to_string());
        brought.entry(who).or_default().0 += 1;
    }
    let referees = |what| {
        of(what)
            .filter_map(|fact| fact.referee)
            .collect::<BTreeSet<_>>()
            .len()
    };
    Counts {
        inviters: inviters.len(),
        invites: invites.len(),
        matured: invites
            .iter()
            .filter(|fact| fact.at < matured_before)
            .count(),
        clicks: of("click").count(),
        conversions: of("conversion").count(),
        visitors: of("click").filter(|click| click.is_new).count(),
        converted: referees("conversion"),
        activated: referees("activation"),
        brought: brought.into_values().collect(),
    }
}

/// Whether there are fewer people than Cochran's rule asks for, person by person.
pub fn is_rough(counts: &Counts) -> bool {
    let people = counts.brought.len() as f64;
    let k = counts.conversions as f64 / counts.inviters as f64;
    let power = |power: i32| -> f64 {
        let residual = |(x, invited): &(usize, bool)| *x as f64 - k * f64::from(u8::from(*invited));
        let powers = counts.brought.iter().map(|one| residual(one).powi(power));
        powers.sum::<f64>() / people
    };
    let skewness = power(3) / power(2).powf(1.5);
    // Where nothing can be told, the skewness is no number, and nothing is enough.
    let suffices = people >= 28.0 + 25.0 * skewness * skewness;
    counts.inviters < 2 || !suffices
}

/// The 95 % interval of K, person by person: the t interval, each end moved until Hall's cubic of the statistic is the quantile.
pub fn k_interval(counts: &Counts) -> Option<(f64, f64)> {
    let (n, people) = (counts.inviters as f64, counts.brought.len() as f64);
    if counts.inviters < 2 {
        return None;
    }
    let k = counts.conversions as f64 / n;
    if counts.conversions == 0 {
        return Some((0.0, -(0.025_f64.ln()) / n));
    }
    let power = |power: i32| -> f64 {
        let residuals = counts.brought.iter();
        let residual = |(x, invited): &(usize, bool)| *x as f64 - k * f64::from(u8::from(*invited));
        residuals.map(|one| residual(one).powi(power)).sum()
    };
    let error = (power(2) * people / (people - 1.0)).sqrt() / n;
    if error < 1e-9 {
        return None;
    }
    let a = power(3) / power(2).powf(1.5);
    let cubic = |t: f64| t + a * t * t / 3.0 + a * a * t.powi(3) / 27.0 + a / 6.0;
    let statistic = |quantile: f64| {
        let (mut low, mut high) = (-1e4, 1e4);
        for _ in 0..80 {
            let middle = f64::midpoint(low, high);
            match cubic(middle) < quantile {
                true => low = middle,
                false => high = middle,
            }
        }
        low
    };
    let t = t_95(counts.brought.len() as u64 - 1);
    let (low, high) = (k - error * statistic(t), k - error * statistic(-t));
    Some((low.max(0.0), high))
}

/// Facts by their day in a zone.
pub fn by_day<'a>(facts: &[&'a Fact], tz: Tz) -> BTreeMap<NaiveDate, Vec<&'a Fact>> {
    let mut days: BTreeMap<NaiveDate, Vec<&Fact>> = BTreeMap::new();
    for fact in facts {
        let day = fact.at.with_timezone(&tz).date_naive();
        days.entry(day).or_default().push(fact);
    }
    days
}
