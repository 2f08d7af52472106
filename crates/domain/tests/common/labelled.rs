//! Labelled texts, and how well a scanner finds what they label.
//!
//! Scored by overlap: a label is recalled when a finding of its kind overlaps it, a finding is right
//! when it overlaps a label of its kind, and a text leaks when a letter or digit of a label is left
//! uncovered by every finding. Prints counts, never a text.

use std::path::{Path, PathBuf};

use serde_json::Value;
use viral_engine_domain::pii::{EntityKind, Finding, Scanner};

/// The labels that are scored, and the kind of each.
pub const KINDS: [(&str, EntityKind); 6] = [
    ("EMAIL_ADDRESS", EntityKind::Email),
    ("PHONE_NUMBER", EntityKind::Phone),
    ("US_SSN", EntityKind::Ssn),
    ("CREDIT_CARD", EntityKind::Card),
    ("IP_ADDRESS", EntityKind::Ip),
    ("DOMAIN_NAME", EntityKind::Url),
];

/// Counts of one kind, or of all.
#[derive(Debug, Default, Clone, Copy)]
pub struct Score {
    pub labelled: usize,
    /// Labelled and overlapped by a finding of the kind.
    pub recalled: usize,
    pub found: usize,
    /// Found and overlapping a label of the kind.
    pub right: usize,
}

impl Score {
    #[must_use]
    pub fn recall(&self) -> f64 {
        self.recalled as f64 / self.labelled.max(1) as f64
    }

    #[must_use]
    pub fn precision(&self) -> f64 {
        self.right as f64 / self.found.max(1) as f64
    }

    fn add(&mut self, other: Self) {
        self.labelled += other.labelled;
        self.recalled += other.recalled;
        self.found += other.found;
        self.right += other.right;
    }
}

/// What a set of texts scores.
#[derive(Debug, Default)]
pub struct Scores {
    pub kinds: Vec<(&'static str, Score)>,
    pub all: Score,
    /// Texts with a label that is scored.
    pub labelled_texts: usize,
    /// Those of them with a letter or digit left.
    pub leaking_texts: usize,
    /// Texts without any label, of any kind.
    pub clean_texts: usize,
    /// Those of them with a finding, of any kind.
    pub flagged_clean_texts: usize,
}

impl Scores {
    #[must_use]
    pub fn leaking_share(&self) -> f64 {
        self.leaking_texts as f64 / self.labelled_texts.max(1) as f64
    }
}

/// The public set, or nothing where the data folder is not beside the repository.
#[must_use]
pub fn public_set() -> Option<Vec<Value>> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = std::env::var_os("VIRAL_ENGINE_TEST_DATA").map_or(beside, PathBuf::from);
    let file = folder.join("pii/synth_dataset_v2.json");
    let texts = read(&file);
    if texts.is_none() {
        eprintln!(
            "SKIPPED: {} is missing. Set VIRAL_ENGINE_TEST_DATA to the folder with the test data to score the scanner.",
            file.display()
        );
    }
    texts
}

/// Labelled texts in the format of presidio-research: a list of `full_text` and `spans`.
#[must_use]
pub fn read(file: &Path) -> Option<Vec<Value>> {
    let text = std::fs::read_to_string(file).ok()?;
    serde_json::from_str(&text).ok()
}

/// Scores a scanner on labelled texts.
#[must_use]
pub fn score(scanner: &Scanner<'_>, texts: &[Value]) -> Scores {
    let mut scores = Scores {
        kinds: KINDS.map(|(label, _)| (label, Score::default())).to_vec(),
        ..Scores::default()
    };
    for text in texts {
        score_text(scanner, text, &mut scores);
    }
    for (_, score) in &scores.kinds {
        scores.all.add(*score);
    }
    scores
}

fn score_text(scanner: &Scanner<'_>, text: &Value, scores: &mut Scores) {
    let written = text["full_text"].as_str().unwrap_or_default();
    let spans: Vec<Span<'_>> = text["spans"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Span::read)
        .collect();
    let findings = scanner.scan(written);
    if spans.is_empty() {
        scores.clean_texts += 1;
        scores.flagged_clean_texts += usize::from(!findings.is_empty());
    }
    let mut is_labelled = false;
    let mut leaks = false;
    let chars: Vec<char> = written.chars().collect();
    for ((label, kind), (_, score)) in KINDS.into_iter().zip(&mut scores.kinds) {
        let labels: Vec<&Span<'_>> = spans.iter().filter(|span| span.label == label).collect();
        let of_kind: Vec<&Finding> = findings
            .iter()
            .filter(|finding| finding.kind == kind)
            .collect();
        is_labelled |= !labels.is_empty();
        leaks |= labels.iter().any(|label| label.leaks(&chars, &findings));
        score.add(Score {
            labelled: labels.len(),
            recalled: labels
                .iter()
                .filter(|label| of_kind.iter().any(|finding| label.overlaps(finding)))
                .count(),
            found: of_kind.len(),
            right: of_kind
                .iter()
                .filter(|finding| labels.iter().any(|label| label.overlaps(finding)))
                .count(),
        });
    }
    scores.labelled_texts += usize::from(is_labelled);
    scores.leaking_texts += usize::from(leaks);
}

struct Span<'t> {
    label: &'t str,
    start: usize,
    end: usize,
}

impl<'t> Span<'t> {
    fn read(span: &'t Value) -> Option<Self> {
        let position = |key: &str| usize::try_from(span[key].as_u64()?).ok();
        Some(Self {
            label: span["entity_type"].as_str()?,
            start: position("start_position")?,
            end: position("end_position")?,
        })
    }

    fn overlaps(&self, finding: &Finding) -> bool {
        finding.start < self.end && self.start < finding.end
    }

    fn leaks(&self, chars: &[char], findings: &[Finding]) -> bool {
        let is_covered = |index: usize| {
            findings
                .iter()
                .any(|finding| (finding.start..finding.end).contains(&index))
        };
        (self.start..self.end.min(chars.len()))
            .any(|index| chars[index].is_alphanumeric() && !is_covered(index))
    }
}
