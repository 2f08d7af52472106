//! Spellings of known names, and words that only look like some.

use viral_engine_domain::pii::Subject;

use crate::common::Seeded;
use crate::common::prose::{ORDINARY_NAMES, over_redacted, repository_prose};
use crate::common::variants::{PEOPLE, left_of};
use crate::{Met, line};

const VARIANTS: usize = 1_000_000;
/// Share of the ordinary uses of a word that may be taken for a name.
const OVER: f64 = 0.005;

pub fn run(variants: Option<&str>) -> Met {
    let variants = variants
        .and_then(|count| count.parse().ok())
        .unwrap_or(VARIANTS);
    let left = variants_left(variants);
    line(&format!(
        "\n{left} of {variants} variants of {} known subjects left something",
        PEOPLE.len()
    ));
    let share = over_redaction();
    left == 0 && share <= OVER
}

fn variants_left(variants: usize) -> usize {
    let mut random = Seeded(11);
    let subjects: Vec<_> = PEOPLE
        .iter()
        .filter_map(|person| Some((person, Subject::new(&person.known()).ok()?)))
        .collect();
    let mut left = 0;
    for _ in 0..variants {
        let (person, subject) = &subjects[random.below(subjects.len())];
        let variant = person.variant(&mut random);
        let (text, range) = variant.in_sentence(&mut random);
        left += usize::from(!left_of(subject, &text, &range).is_empty());
    }
    left
}

fn over_redaction() -> f64 {
    let prose = repository_prose();
    let (mut ordinary, mut redacted, mut words) = (0, 0, 0);
    for name in ORDINARY_NAMES {
        let over = over_redacted(name, &prose);
        ordinary += over.ordinary;
        redacted += over.redacted;
        words += over.words;
    }
    let share = redacted as f64 / ordinary.max(1) as f64;
    line(&format!(
        "{redacted} of {ordinary} ordinary uses of names that are words were redacted ({:.2} %), of {words} words in all ({:.4} %)",
        share * 100.0,
        redacted as f64 / words.max(1) as f64 * 100.0
    ));
    share
}
