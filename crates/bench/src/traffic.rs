//! A made-up platform: links of several loops, and mostly clicks of many people, some of them from farms and bots.

use anyhow::{Context as _, Result};
use chrono::{TimeDelta, Utc};
use rand::rngs::StdRng;
use rand::{RngExt as _, seq::IndexedRandom as _};
use reqwest::Method;
use serde_json::{Value, json};

use crate::engine::Engine;

/// Users who share links, adults.
const REFERRERS: usize = 5_000;
/// Their loops.
const SOURCES: [&str; 8] = [
    "buddy_challenge",
    "results_rally",
    "proud_parent",
    "class_watch_party",
    "streak_rescue",
    "tutor_spotlight",
    "subject_clubs",
    "achievement_spotlight",
];
/// Users and links of a call.
const BULK: usize = 500;
/// Days in which everything happened.
pub const DAYS: i64 = 6;

/// Makes events, the same ones in every run but for their times.
pub struct Traffic {
    random: StdRng,
    /// Tokens of links, a referrer each.
    links: Vec<String>,
}

impl Traffic {
    /// Makes users and their links.
    pub async fn begin(engine: &Engine, random: StdRng) -> Result<Self> {
        let mut links = Vec::with_capacity(REFERRERS);
        let numbers: Vec<usize> = (0..REFERRERS).collect();
        for numbers in numbers.chunks(BULK) {
            let user = |number: &usize| json!({"external_id": referrer(*number), "persona": "parent", "age_band": "adult"});
            let users: Vec<Value> = numbers.iter().map(user).collect();
            let users = json!({"users": users});
            engine
                .call(Method::POST, "/v1/users/bulk", Some(&users))
                .await?;
            let link = |number: &usize| {
                json!({"referrer": referrer(*number), "source": SOURCES[number % SOURCES.len()], "channel": "email",
                       "target_url": "https://learn.example.org/join"})
            };
            let asked: Vec<Value> = numbers.iter().map(link).collect();
            let asked = json!({"links": asked});
            let made = engine
                .call(Method::POST, "/v1/links/bulk", Some(&asked))
                .await?;
            for result in made["results"].as_array().context("no results")? {
                let token = result["item"]["token"].as_str();
                links.push(token.with_context(|| result.to_string())?.to_owned());
            }
        }
        Ok(Self { random, links })
    }

    /// So many events.
    pub fn events(&mut self, number: usize) -> Value {
        (0..number).map(|_| self.event()).collect()
    }

    /// An event: of a hundred ninety clicks, six invitations, three conversions and an activation.
    pub fn event(&mut self) -> Value {
        let random = &mut self.random;
        let at = Utc::now() - TimeDelta::seconds(random.random_range(0..DAYS * 86_400));
        let person: u32 = random.random_range(0..2_000_000);
        let link = self.links.choose(random);
        let kind = match random.random_range(0..100) {
            0..90 => return click(random, person, at, link),
            90..96 => "invite_sent",
            96..99 => "conversion",
            _ => "activation",
        };
        json!({"type": kind, "link_token": link, "referee": format!("referee-{person}"), "occurred_at": at})
    }
}

fn click(
    random: &mut StdRng,
    person: u32,
    at: chrono::DateTime<Utc>,
    link: Option<&String>,
) -> Value {
    let is_farm = random.random_range(0..1000) == 0;
    let (ip, device) = if is_farm {
        (
            format!("198.51.100.{}", random.random_range(1..20)),
            format!("farm-{}", random.random_range(0..40)),
        )
    } else {
        (
            format!(
                "10.{}.{}.{}",
                person >> 16,
                (person >> 8) & 255,
                person & 255
            ),
            format!("device-{person}"),
        )
    };
    json!({"type": "click", "link_token": link, "ip": ip, "device_fingerprint": device, "occurred_at": at})
}

fn referrer(number: usize) -> String {
    format!("referrer-{number}")
}
