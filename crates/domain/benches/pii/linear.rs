//! Twice the text may take at most a little more than twice the time, whatever the text.

use std::hint::black_box;
use std::time::Duration;

use nix::time::{ClockId, clock_gettime};
use viral_engine_domain::pii::{Scanner, Subject};

use crate::common::variants::PEOPLE;
use crate::{Met, line};

const MEGABYTE: usize = 1_000_000;
/// The fastest round counts, as whatever else runs only makes some of them slower: rounds go on until so many bring
/// nothing.
const ROUNDS_WITHOUT_GAIN: usize = 8;
const MAX_ROUNDS: usize = 100;
/// What is a gain.
const GAIN: f64 = 0.995;
/// Seconds.
const SHORT: f64 = 0.02;
const REPEATS: u32 = 8;
const BAR: f64 = 2.2;

/// What makes a careless scanner look at the same characters again and again.
const UNITS: [&str; 57] = [
    "1",
    "1 ",
    "1-",
    "12-",
    "1, ",
    "1\n",
    "(1) ",
    "+1 ",
    "4111 ",
    "555-1234 ext ",
    "phone 1 ",
    "number ",
    "0 ",
    "@",
    "a@",
    "a@b.",
    "a@b.c ",
    " at ",
    " dot ",
    "at at at dot dot ",
    "[at]",
    "[",
    "(",
    "((((a",
    "[[[]]]",
    "{[(<",
    "a.",
    "a.a.a.a.",
    "1.1.",
    "1.1.1.1.",
    ":",
    "::",
    "a:",
    "1:",
    "http://",
    "www.",
    "%40",
    "%2540",
    "%252525",
    "&#73;",
    "&amp;",
    "\\u0031",
    "Goetheschule ",
    "Herr Dr. ",
    "mein Freund ",
    "Ada Loe beat ",
    "ich bin Ada ",
    "a\u{200B}",
    "\u{200B}",
    " ",
    "a",
    "12 Main ",
    "0 5 1 3 ",
    "1[.]",
    "\"name\": \"",
    "\"emails\":[\"a\",",
    "my name is ada ",
];
/// The same for a known subject.
const NAMED: [&str; 8] = [
    "ada",
    "ada ",
    "a.l.",
    "a. ",
    "adalovelac",
    "love_",
    "4da",
    "10ve",
];

pub fn run() -> Met {
    line("\n| unit, repeated | 1 MB | 2 MB | ratio |\n|---|---|---|---|");
    let subject = Subject::new(&PEOPLE[0].known()).ok();
    let plain = UNITS.iter().map(|unit| ratio(unit, &Scanner::EVERYTHING));
    let mut worst = plain.fold(0.0, f64::max);
    if let Some(subject) = &subject {
        let scanner = Scanner::EVERYTHING.knowing(subject);
        worst = NAMED
            .iter()
            .map(|unit| ratio(unit, &scanner))
            .fold(worst, f64::max);
    }
    line(&format!("\nlargest ratio {worst:.2}"));
    worst <= BAR
}

fn ratio(unit: &str, scanner: &Scanner<'_>) -> f64 {
    let text = |length: usize| unit.repeat(length.div_ceil(unit.len()));
    let (once, twice) = (text(MEGABYTE), text(2 * MEGABYTE));
    let mut best = [f64::MAX; 2];
    let mut since_gain = 0;
    for _ in 0..MAX_ROUNDS {
        since_gain += 1;
        // Taken in turn, so that a slow second touches both.
        for (best, text) in best.iter_mut().zip([&once, &twice]) {
            let taken = seconds(scanner, text);
            if taken < *best * GAIN {
                since_gain = 0;
            }
            *best = best.min(taken);
        }
        if since_gain == ROUNDS_WITHOUT_GAIN {
            break;
        }
    }
    let ratio = best[1] / best[0];
    line(&format!(
        "| `{}` | {:.0} ms | {:.0} ms | {ratio:.2} |",
        unit.escape_debug(),
        best[0] * 1e3,
        best[1] * 1e3
    ));
    ratio
}

/// Seconds of one scan; short ones are repeated, as clocks tick.
fn seconds(scanner: &Scanner<'_>, text: &str) -> f64 {
    let once = timed(scanner, text, 1);
    if once < SHORT {
        timed(scanner, text, REPEATS)
    } else {
        once
    }
}

fn timed(scanner: &Scanner<'_>, text: &str, repeats: u32) -> f64 {
    let start = given();
    for _ in 0..repeats {
        black_box(scanner.scan(black_box(text)));
    }
    (given() - start).as_secs_f64() / f64::from(repeats)
}

/// Time that this thread was given by a processor: neighbours count less than by a clock on the wall.
fn given() -> Duration {
    clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID)
        .expect("the system counts a thread's time")
        .into()
}
