//! Ordinary English: the documentation of this repository, and how much of it is taken for names when
//! the known child's name is an ordinary word.

use std::path::{Path, PathBuf};

use viral_engine_domain::pii::{EntityKind, Kinds, Known, Scanner, Subject};

/// Names that are words of the language, most of them frequent in prose.
pub const ORDINARY_NAMES: [&str; 16] = [
    "Will Page",
    "May Day",
    "Grace Young",
    "Mark Short",
    "Hope Long",
    "Rose Field",
    "Summer Hill",
    "Art Price",
    "Bill Case",
    "Grant Power",
    "Chase Link",
    "Drew Best",
    "Faith Major",
    "Joy Key",
    "Page Turner",
    "Frank Open",
];

/// Ordinary uses of a name's words, and how many of them were redacted.
#[derive(Debug, Default, Clone, Copy)]
pub struct OverRedaction {
    /// Words of the prose that are a word of the name.
    pub ordinary: usize,
    pub redacted: usize,
    /// All words of the prose.
    pub words: usize,
}

/// The paragraphs of the documentation: Markdown files, and the comments of the crates.
#[must_use]
pub fn repository_prose() -> Vec<String> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut paragraphs = Vec::new();
    for file in files(&root.join("docs"), "md")
        .into_iter()
        .chain([root.join("README.md"), root.join("CHANGELOG.md")])
    {
        let text = std::fs::read_to_string(&file).unwrap_or_default();
        paragraphs.extend(
            text.split("\n\n")
                .map(|paragraph| paragraph.replace('\n', " ")),
        );
    }
    for file in files(&root.join("crates"), "rs") {
        let text = std::fs::read_to_string(&file).unwrap_or_default();
        let comments = text.split("\n\n").map(|part| {
            let lines = part.lines().filter_map(|line| {
                let line = line.trim();
                line.strip_prefix("//! ")
                    .or_else(|| line.strip_prefix("/// "))
            });
            lines.collect::<Vec<_>>().join(" ")
        });
        // Examples in the comments of the scanner are names.
        if !file.to_string_lossy().contains("src/pii/") {
            paragraphs.extend(comments);
        }
    }
    paragraphs.retain(|paragraph| !paragraph.trim().is_empty());
    paragraphs
}

/// What a scan for a child of that name redacts in prose where nobody is meant.
#[must_use]
pub fn over_redacted(name: &str, prose: &[String]) -> OverRedaction {
    let known = Known {
        names: vec![name.to_owned()],
        ..Known::default()
    };
    let Ok(subject) = Subject::new(&known) else {
        return OverRedaction::default();
    };
    let scanner = Scanner::new(Kinds::NONE).knowing(&subject);
    let words: Vec<String> = name.split(' ').map(str::to_lowercase).collect();
    let mut over = OverRedaction::default();
    for paragraph in prose {
        let lower = paragraph.to_lowercase();
        let split = lower
            .split(|char: char| !char.is_alphabetic())
            .filter(|word| !word.is_empty());
        for word in split {
            over.words += 1;
            over.ordinary += usize::from(words.iter().any(|of_name| of_name == word));
        }
        let findings = scanner.scan(paragraph);
        over.redacted += findings
            .iter()
            .filter(|finding| finding.kind == EntityKind::Name)
            .count();
    }
    over
}

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
