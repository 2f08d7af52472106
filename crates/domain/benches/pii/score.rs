//! Recall, precision and leaks on labelled texts.

use std::path::Path;

use viral_engine_domain::pii::Scanner;

use crate::common::labelled::{Score, public_set, read, score};
use crate::{Met, line};

const BAR: f64 = 0.97;
const LEAKING: f64 = 0.04;

pub fn run(file: Option<&str>) -> Met {
    let texts = match file {
        Some(file) => read(Path::new(file)),
        None => public_set(),
    };
    let Some(texts) = texts else {
        eprintln!("There are no labelled texts to score on.");
        return file.is_none();
    };
    let scores = score(&Scanner::EVERYTHING, &texts);
    line("\n| label | labelled | found | recall | precision |\n|---|---|---|---|---|");
    for (label, of_kind) in &scores.kinds {
        row(label, of_kind);
    }
    row("all", &scores.all);
    line(&format!(
        "\nleaking texts {} of {} ({:.1} %), flagged of texts without a label {} of {}",
        scores.leaking_texts,
        scores.labelled_texts,
        scores.leaking_share() * 100.0,
        scores.flagged_clean_texts,
        scores.clean_texts
    ));
    scores.all.recall() >= BAR && scores.all.precision() >= BAR && scores.leaking_share() <= LEAKING
}

fn row(label: &str, score: &Score) {
    line(&format!(
        "| {label} | {} | {} | {:.3} | {:.3} |",
        score.labelled,
        score.found,
        score.recall(),
        score.precision()
    ));
}
