//! Whatever a child's name, handle, school, parent's address or number is spelt like, nothing of it is
//! left; and words that happen to be a name are. `cargo xtask bench pii subject` does it a million
//! times.

mod common;

use common::Seeded;
use common::prose::{ORDINARY_NAMES, over_redacted, repository_prose};
use common::variants::{PEOPLE, left_of};
use viral_engine_domain::pii::Subject;

const VARIANTS: usize = 20_000;

#[test]
fn nothing_is_left_of_any_variant() {
    let mut random = Seeded(7);
    let each = VARIANTS / PEOPLE.len();
    for person in &PEOPLE {
        let subject = Subject::new(&person.known()).expect("compiles");
        for _ in 0..each {
            let variant = person.variant(&mut random);
            let (text, range) = variant.in_sentence(&mut random);
            assert_eq!(left_of(&subject, &text, &range), "", "in {text:?}");
        }
    }
}

#[test]
fn ordinary_words_stay_though_they_are_names() {
    let prose = repository_prose();
    assert!(
        prose.len() > 1_000,
        "the documentation has {} paragraphs",
        prose.len()
    );
    let mut words = 0;
    let mut redacted = 0;
    for name in ORDINARY_NAMES {
        let over = over_redacted(name, &prose);
        words += over.ordinary;
        redacted += over.redacted;
    }
    let share = redacted as f64 / words as f64;
    assert!(words > 1_000, "{words} words of the prose are names");
    assert!(share <= 0.005, "{redacted} of {words} were taken for names");
}
