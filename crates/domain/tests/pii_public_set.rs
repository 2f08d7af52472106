//! Scores the text scanner on presidio-research's synth_dataset_v2 (MIT): 1,500 labelled texts.
//!
//! The floors are what the rules reach; they were written from how addresses and numbers are spelt,
//! not from these texts, and other sets are scored too. Prints counts, never a text.

use std::path::PathBuf;

use serde_json::Value;
use viral_engine_domain::pii::{EntityKind, Finding, scan_text};

const KINDS: [(&str, EntityKind); 4] = [
    ("EMAIL_ADDRESS", EntityKind::Email),
    ("PHONE_NUMBER", EntityKind::Phone),
    ("US_SSN", EntityKind::Ssn),
    ("CREDIT_CARD", EntityKind::Card),
];

#[derive(Debug, Default, Clone, Copy)]
struct Score {
    labelled: usize,
    /// Labelled and overlapped by a finding of the kind.
    recalled: usize,
    found: usize,
    /// Found and overlapping a label of the kind.
    confirmed: usize,
    /// Labelled, with a letter or digit that no finding covers.
    leaking: usize,
}

impl Score {
    fn plus(self, other: Self) -> Self {
        Self {
            labelled: self.labelled + other.labelled,
            recalled: self.recalled + other.recalled,
            found: self.found + other.found,
            confirmed: self.confirmed + other.confirmed,
            leaking: self.leaking + other.leaking,
        }
    }

    fn recall(&self) -> f64 {
        self.recalled as f64 / self.labelled as f64
    }

    fn precision(&self) -> f64 {
        self.confirmed as f64 / self.found as f64
    }
}

/// The labelled texts, or nothing where the data folder is not beside the repository.
fn data_set() -> Option<Vec<Value>> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = std::env::var_os("VIRAL_ENGINE_TEST_DATA").map_or(beside, PathBuf::from);
    let file = folder.join("pii/synth_dataset_v2.json");
    let Ok(text) = std::fs::read_to_string(&file) else {
        eprintln!(
            "SKIPPED: {} is missing. Set VIRAL_ENGINE_TEST_DATA to the folder with the test data to score the scanner.",
            file.display()
        );
        return None;
    };
    Some(serde_json::from_str(&text).expect("the data set is JSON"))
}

fn labels(text: &Value, name: &str) -> Vec<(usize, usize)> {
    let spans = text["spans"].as_array().expect("every text has spans");
    let position =
        |span: &Value, key: &str| span[key].as_u64().expect("spans have positions") as usize;
    spans
        .iter()
        .filter(|span| span["entity_type"] == name)
        .map(|span| {
            (
                position(span, "start_position"),
                position(span, "end_position"),
            )
        })
        .collect()
}

fn overlaps(finding: &Finding, (start, end): (usize, usize)) -> bool {
    finding.start < end && start < finding.end
}

fn leaks(chars: &[char], (start, end): (usize, usize), findings: &[Finding]) -> bool {
    let is_covered = |index: usize| {
        findings
            .iter()
            .any(|finding| (finding.start..finding.end).contains(&index))
    };
    (start..end).any(|index| chars[index].is_alphanumeric() && !is_covered(index))
}

fn score(text: &Value, name: &str, kind: EntityKind) -> Score {
    let full_text = text["full_text"].as_str().expect("every entry has a text");
    let chars: Vec<char> = full_text.chars().collect();
    let findings = scan_text(full_text);
    let labels = labels(text, name);
    let of_kind: Vec<_> = findings
        .iter()
        .filter(|finding| finding.kind == kind)
        .collect();
    let is_recalled =
        |label: &&(usize, usize)| of_kind.iter().any(|finding| overlaps(finding, **label));
    let is_confirmed = |finding: &&&Finding| labels.iter().any(|label| overlaps(finding, *label));
    Score {
        labelled: labels.len(),
        recalled: labels.iter().filter(is_recalled).count(),
        found: of_kind.len(),
        confirmed: of_kind.iter().filter(is_confirmed).count(),
        leaking: labels
            .iter()
            .filter(|label| leaks(&chars, **label, &findings))
            .count(),
    }
}

#[test]
fn the_public_set_is_scanned_with_high_recall_and_precision() {
    let Some(texts) = data_set() else { return };
    let mut total = Score::default();
    for (name, kind) in KINDS {
        let of_kind = texts
            .iter()
            .map(|text| score(text, name, kind))
            .fold(Score::default(), Score::plus);
        eprintln!(
            "{name}: recall {:.3}, precision {:.3}, {of_kind:?}",
            of_kind.recall(),
            of_kind.precision()
        );
        assert!(of_kind.recall() >= 0.95, "{name}");
        assert!(of_kind.precision() >= 0.97, "{name}");
        total = total.plus(of_kind);
    }
    eprintln!(
        "all: recall {:.3}, precision {:.3}, {total:?}",
        total.recall(),
        total.precision()
    );
    assert!(total.recall() >= 0.98);
    assert!(total.precision() >= 0.99);
    assert!(total.leaking <= 6);
}

#[test]
fn texts_without_any_label_are_left_alone() {
    let Some(texts) = data_set() else { return };
    let clean = texts
        .iter()
        .filter(|text| text["spans"].as_array().is_some_and(Vec::is_empty));
    let flagged =
        clean.filter(|text| !scan_text(text["full_text"].as_str().unwrap_or_default()).is_empty());
    assert!(flagged.count() <= 1);
}
