//! Holds the text scanner to its bar on presidio-research's synth_dataset_v2 (MIT): 1,500 labelled
//! texts. The rules were written from how things are spelt, not from these texts, and other sets are
//! scored too. `cargo xtask bench pii score` prints the figures.

mod common;

use common::labelled::{public_set, score};
use viral_engine_domain::pii::{Kinds, Scanner};

#[test]
fn the_public_set_is_scanned_with_high_recall_and_precision_and_few_leaks() {
    let Some(texts) = public_set() else { return };
    let scores = score(&Scanner::new(Kinds::ALL), &texts);
    for (label, of_kind) in &scores.kinds {
        assert!(
            of_kind.recall() >= 0.97,
            "{label}: recall {:.3}",
            of_kind.recall()
        );
        assert!(
            of_kind.precision() >= 0.95,
            "{label}: precision {:.3}",
            of_kind.precision()
        );
    }
    assert!(
        scores.all.recall() >= 0.97,
        "recall {:.3}",
        scores.all.recall()
    );
    assert!(
        scores.all.precision() >= 0.97,
        "precision {:.3}",
        scores.all.precision()
    );
    assert!(
        scores.leaking_share() <= 0.04,
        "{:.3} of the texts leak",
        scores.leaking_share()
    );
}

#[test]
fn texts_without_any_label_are_left_alone() {
    let Some(texts) = public_set() else { return };
    let scores = score(&Scanner::new(Kinds::ALL), &texts);
    assert_eq!(scores.clean_texts, 113);
    assert!(scores.flagged_clean_texts <= 1);
}
