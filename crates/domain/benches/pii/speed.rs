//! Short texts a second, on one core.

use std::hint::black_box;
use std::time::{Duration, Instant};

use viral_engine_domain::pii::{Scanner, Subject};

use crate::common::labelled::public_set;
use crate::common::variants::PEOPLE;
use crate::{Met, chat, line};

const TEXTS: usize = 20_000;
const ROUND: Duration = Duration::from_secs(2);
const ROUNDS: usize = 3;
/// Texts a second.
const BAR: f64 = 100_000.0;

pub fn run() -> Met {
    let chat = chat::texts(TEXTS);
    let subject = Subject::new(&PEOPLE[0].known()).ok();
    line("\n| texts | scanner | characters a text | texts/s |\n|---|---|---|---|");
    let everything = rate("chat", "every kind", &Scanner::EVERYTHING, &chat);
    rate("chat", "contact data", &Scanner::CONTACT, &chat);
    if let Some(subject) = &subject {
        rate(
            "chat",
            "every kind, known subject",
            &Scanner::EVERYTHING.knowing(subject),
            &chat,
        );
    }
    let public: Vec<String> = public_set()
        .into_iter()
        .flatten()
        .filter_map(|text| Some(text["full_text"].as_str()?.to_owned()))
        .collect();
    if !public.is_empty() {
        rate("public set", "every kind", &Scanner::EVERYTHING, &public);
    }
    everything >= BAR
}

/// The best round: the others were disturbed.
fn rate(texts: &str, name: &str, scanner: &Scanner<'_>, all: &[String]) -> f64 {
    let best = (0..ROUNDS).map(|_| round(scanner, all)).fold(0.0, f64::max);
    let characters: usize = all.iter().map(|text| text.chars().count()).sum();
    line(&format!(
        "| {texts} | {name} | {} | {best:.0} |",
        characters / all.len()
    ));
    best
}

fn round(scanner: &Scanner<'_>, all: &[String]) -> f64 {
    let start = Instant::now();
    let mut scanned = 0_usize;
    while start.elapsed() < ROUND {
        for text in all {
            black_box(scanner.scan(black_box(text)));
        }
        scanned += all.len();
    }
    scanned as f64 / start.elapsed().as_secs_f64()
}
