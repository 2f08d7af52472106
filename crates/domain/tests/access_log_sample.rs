//! A real server's log of 10,000 lines: what is read and what is refused, counted a second time by other means.

use std::collections::BTreeMap;
use std::path::PathBuf;

use viral_engine_domain::access_log::{RefusedLine, parse_line};
use viral_engine_domain::clicks::{AgentClassifier, AgentKind};

/// The log, or nothing when the test data is not on this machine, which is said aloud.
#[allow(clippy::print_stdout, reason = "a skipped test must say so")]
fn sample() -> Option<String> {
    let folder = std::env::var_os("VIRAL_ENGINE_TEST_DATA").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    let path = folder.join("traffic/access-10k.log");
    match std::fs::read(&path) {
        Ok(bytes) => Some(String::from_utf8_lossy(&bytes).into_owned()),
        Err(error) => {
            println!(
                "SKIPPED: {} can not be read ({error}); set VIRAL_ENGINE_TEST_DATA",
                path.display()
            );
            None
        }
    }
}

/// Counts a line by splitting it at its quotes, which is enough for a log without escaped ones.
fn counted_by_splitting(line: &str) -> &'static str {
    let parts: Vec<&str> = line.split('"').collect();
    match parts.as_slice() {
        [_, request, _, _, _, _, ""] if request.starts_with("GET ") => "read",
        [_, _, _, _, _, _, ""] => RefusedLine::NotGet.as_str(),
        _ => RefusedLine::BadFormat.as_str(),
    }
}

#[test]
fn the_lines_are_refused_for_the_reasons_that_splitting_finds() {
    let Some(log) = sample() else { return };
    let (mut found, mut expected) = (BTreeMap::new(), BTreeMap::new());
    for line in log.lines() {
        let outcome = parse_line(line).map_or_else(RefusedLine::as_str, |_| "read");
        *found.entry(outcome).or_insert(0) += 1;
        *expected.entry(counted_by_splitting(line)).or_insert(0) += 1;
    }
    assert_eq!(found, expected);
    assert_eq!(found.values().sum::<i32>(), 10_000);
}

#[test]
fn every_field_agrees_with_the_text_it_was_cut_from() {
    let Some(log) = sample() else { return };
    // Escapes are decoded, so lines with one do not stand in the log as they read; they have tests of their own.
    for line in log.lines().filter(|line| !line.contains('\\')) {
        let Ok(parsed) = parse_line(line) else {
            continue;
        };
        let parts: Vec<&str> = line.split('"').collect();
        let dashed =
            |field: &Option<std::borrow::Cow<'_, str>>| field.as_deref().unwrap_or("-").to_owned();
        assert!(line.starts_with(&format!("{} ", parsed.ip)));
        assert_eq!(
            parts[2].split(' ').nth(1),
            Some(parsed.status.to_string().as_str())
        );
        assert_eq!(
            (dashed(&parsed.referer), dashed(&parsed.user_agent)),
            (parts[3].to_owned(), parts[5].to_owned())
        );
        let query = parsed
            .query
            .map(|query| format!("?{query}"))
            .unwrap_or_default();
        assert_eq!(
            parts[1].split(' ').nth(1),
            Some(format!("{}{query}", parsed.path).as_str())
        );
        let written = parsed.time.format("%d/%b/%Y:%H:%M:%S +0000").to_string();
        assert!(line.contains(&written), "{written}");
    }
}

#[test]
fn people_and_programs_are_both_found_in_a_real_log() {
    let Some(log) = sample() else { return };
    let classifier = AgentClassifier::new().expect("the list");
    let mut kinds: BTreeMap<AgentKind, usize> = BTreeMap::new();
    for line in log.lines().filter_map(|line| parse_line(line).ok()) {
        let kind = classifier
            .classify(line.user_agent.as_deref().unwrap_or_default())
            .kind;
        *kinds.entry(kind).or_insert(0) += 1;
    }
    let share = |kind| kinds.get(&kind).copied().unwrap_or_default() as f64 / 10_000.0;
    assert!(share(AgentKind::Browser) > 0.5, "{kinds:?}");
    assert!(share(AgentKind::Crawler) > 0.05, "{kinds:?}");
    assert!(share(AgentKind::Missing) > 0.0, "{kinds:?}");
}
