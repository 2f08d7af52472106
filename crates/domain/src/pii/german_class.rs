//! A class of a German school by its number and letter: `Klasse 4b`, `ich gehe in die 4b`.
//!
//! Exercises are numbered alike (`Aufgabe 4b`), so that somebody has to go there, or be in it.

use std::ops::Range;

use super::lexicon::Classes;
use super::page::Page;
use super::words::Word;

/// Between who goes and where: `gehe jetzt in die`.
const REACH: usize = 4;
const HIGHEST: usize = 13;

/// The class whose letter is this word.
pub(super) fn german_class(page: &Page<'_>, letter: usize, reached: usize) -> Option<Range<usize>> {
    let word = &page.words[letter];
    let text = page.text;
    let is_letter =
        word.len() == 1 && matches!(text.at(word.range().start), Some('a'..='h' | 'A'..='H'));
    if !is_letter || text.at(word.range().end).is_some_and(char::is_alphanumeric) {
        return None;
    }
    let start = text.skip_back(word.range().start, 3, |char| char.is_ascii_digit());
    let digits: String = text.all_of(&(start..word.range().start)).iter().collect();
    let is_grade = digits
        .parse()
        .is_ok_and(|grade: usize| (1..=HIGHEST).contains(&grade));
    let before = page.words[..letter].last()?;
    if !is_grade
        || start < reached
        || text.before(start) != Some(' ')
        || before.range().end + 1 != start
    {
        return None;
    }
    let range = start..word.range().end;
    if page.is_written(before, "klasse") && before.range().start >= reached {
        return Some(before.range().start..range.end);
    }
    is_gone_to(page, letter - 1).then_some(range)
}

/// `gehe in die`, `bin in der`
fn is_gone_to(page: &Page<'_>, article: usize) -> bool {
    let is_written = |index: usize, written: &[&str]| {
        let word = &page.words[index];
        written.iter().any(|known| page.is_written(word, known))
    };
    let Some(preposition) = article.checked_sub(1) else {
        return false;
    };
    let attends = |word: &Word| word.is(Classes::ATTENDS);
    let near = page.words[..preposition].iter().rev().take(REACH);
    let start = page.words[article].range().start;
    let mut near =
        near.take_while(|word| start - word.range().end <= 32 && !word.is(Classes::COVERED));
    // `Schülerin der 9a`
    let is_of =
        || is_written(article, &["der"]) && is_written(preposition, &["schuler", "schulerin"]);
    if is_of() {
        return true;
    }
    is_written(article, &["die", "der"])
        && is_written(preposition, &["in", "aus"])
        && near.any(attends)
}

#[cfg(test)]
mod tests {
    use crate::pii::tests::{found, nothing_in};

    #[test]
    fn classes_are_found_with_their_letter() {
        for (text, class) in [
            ("ich gehe in die 4b", "4b"),
            ("Ich bin jetzt in der 10a!", "10a"),
            ("mein Bruder kommt in die 5C.", "5C"),
            ("Schülerin der 9a", "9a"),
            ("Wir sind die Klasse 4b", "Klasse 4b"),
            ("Klasse 4b der Goetheschule", "Klasse 4b der Goetheschule"),
            (
                "Ich bin in der 4b an der Astrid-Lindgren-Schule",
                "4b an der Astrid-Lindgren-Schule",
            ),
        ] {
            assert_eq!(found(text), [format!("school:{class}")], "{text}");
        }
    }

    #[test]
    fn exercises_and_grades_are_none() {
        for text in [
            "Was ist Aufgabe 4b?",
            "in der 4b steht ein Fehler",
            "Seite 4b",
            "ich gehe in die 4. Klasse",
            "ich gehe in die 44b",
            "Klasse 4",
            "ich gehe in die 4bc",
        ] {
            nothing_in(text);
        }
    }
}
