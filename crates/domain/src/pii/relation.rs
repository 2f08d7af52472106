//! Names after somebody of a family or circle: "my friend Emma", "meine Freundin Emma", "ma copine
//! s'appelle Emma".

use std::ops::Range;

use super::lexicon::Classes;
use super::likely_name::may_be_first;
use super::other_description::describes_anywhere;
use super::page::Page;
use super::rivals::is_person;
use super::titles::name_or_titled;
use super::words::{Case, Word};

/// Words between whose somebody is and who: `mein bester Freund`.
const REACH: usize = 2;

pub(super) const ANY_RELATION: Classes = Classes::RELATION.or(Classes::OTHER_RELATION);
const ANY_POSSESSIVE: Classes = Classes::POSSESSIVE.or(Classes::OTHER_POSSESSIVE);

/// `my friend Emma`, `her brother Tom Lee`, `mein Freund Noah`.
pub(super) fn related(page: &Page<'_>, relation: usize) -> Option<Range<usize>> {
    let gap = page.gap_after::<2>(relation)?;
    let joins = gap.is_blank() || matches!(gap.as_slice(), [',', ' ']);
    if !joins || !is_somebodys(page, relation) {
        return None;
    }
    let range = name_or_titled(page, relation + 1)?;
    let is_english = page.words[relation].is(Classes::RELATION)
        && has_before(page, relation, Classes::POSSESSIVE);
    (is_english || may_be_name(page, &page.words[relation + 1])).then_some(range)
}

/// `my mum is Karen Smith`, `Mein Papa ist Tom Fuchs`, from "is" on. What somebody is stands there too: `My dad is Great`;
/// in German with a capital always, so that one word is not enough.
pub(super) fn who_relation_is(page: &Page<'_>, verb: usize) -> Option<Range<usize>> {
    let word = &page.words[verb];
    let is_english = page.is_written(word, "is");
    let is_german = page.is_written(word, "ist");
    let relation = verb.checked_sub(1)?;
    let is_blank = |index| page.gap_after::<1>(index).is_some_and(|gap| gap.is_blank());
    let is_said = (is_english || is_german)
        && page.words[relation].is(ANY_RELATION)
        && is_somebodys(page, relation)
        && is_blank(relation)
        && is_blank(verb);
    if !is_said {
        return None;
    }
    let range = name_or_titled(page, verb + 1)?;
    let first = page.word_from(range.start);
    let words = first..page.word_from(range.end);
    let is_name = if words.len() > 1 {
        is_person(page, words)
    } else {
        is_english && may_be_first(&page.lower(&page.words[first]))
    };
    (is_name && may_be_name(page, &page.words[first])).then_some(range)
}

/// Whether a relation of somebody ends just before `word`: `meine Freundin heißt`, `su amigo se llama`.
pub(super) fn follows_relation(page: &Page<'_>, word: usize) -> bool {
    let before = word.saturating_sub(REACH)..word;
    before
        .into_iter()
        .any(|index| page.words[index].is(ANY_RELATION) && is_somebodys(page, index))
}

fn is_somebodys(page: &Page<'_>, relation: usize) -> bool {
    has_before(page, relation, ANY_POSSESSIVE)
}

fn has_before(page: &Page<'_>, relation: usize, classes: Classes) -> bool {
    let before = page.words[..relation].iter().rev().take(REACH);
    before.into_iter().any(|word| word.is(classes))
}

/// `mein Bruder Noah`; not `mein Bruder Angst hat`, `MEIN BRUDER KOMMT`.
fn may_be_name(page: &Page<'_>, word: &Word) -> bool {
    let is_shouted = word.case == Case::Upper && word.len() > 1;
    !is_shouted && !describes_anywhere(page, word)
}

#[cfg(test)]
mod tests {
    use crate::pii::tests::{found, nothing_in};

    fn is_name(before: &str, name: &str, after: &str) {
        let text = format!("{before}{name}{after}");
        assert_eq!(found(&text), [format!("name:{name}")], "{text}");
    }

    #[test]
    fn relations_in_other_languages_are_found() {
        for before in [
            "meine Freundin ",
            "Das ist mein Freund ",
            "mit meiner besten Freundin ",
            "unser Lehrer ",
            "unser Lehrer Herr ",
            "mein Buddy ",
            "mon ami ",
            "ma copine ",
            "avec ma grande sœur ",
            "mi amiga ",
            "su hermano ",
            "la mia amica ",
            "mijn vriendin ",
        ] {
            is_name(before, "Emma", " war da");
            is_name(before, "Noah Becker", ".");
        }
        is_name("mit meinem Bruder, ", "Noah", ", gespielt");
        is_name("Meine Freundin heißt ", "Emma", "!");
        is_name("ma meilleure amie s'appelle ", "Inès", "");
        is_name("mi mejor amigo se llama ", "Hugo", "");
    }

    #[test]
    fn who_somebody_of_a_family_is_is_found() {
        is_name("My mum is ", "Karen Smith", "");
        is_name("my best friend is ", "Emma", "!");
        is_name("his teacher is Mrs. ", "Weber", " now");
        is_name("My sister is ", "Grace", ".");
        is_name("meine Mama heißt ", "Karin Schmidt", "");
        is_name("meine Mama ist ", "Karin Schmidt", ".");
        for text in [
            "My dad is Great",
            "My mum is Happy",
            "My mum is English",
            "my teacher is Awesome",
            "my brother is Team Captain",
            "my friend is Minecraft crazy",
            "My mum is not Karen",
            "Mein Papa ist Lehrer",
            "Mein Papa ist Pilot",
            "MY DAD IS GREAT",
        ] {
            nothing_in(text);
        }
    }

    #[test]
    fn what_else_follows_a_relation_is_none() {
        for text in [
            "weil mein Bruder Angst hat",
            "Ich habe meiner Mutter Blumen geschenkt",
            "wenn mein Freund Geburtstag hat",
            "dass mein Vater Polizist ist",
            "mein Freund und ich",
            "MEIN FREUND KOMMT",
            "meine Freundin Montag getroffen",
            "mon ami est ici",
            "mi amiga es de Madrid",
            "Mein Hund heißt so",
        ] {
            nothing_in(text);
        }
    }
}
