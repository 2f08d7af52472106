//! German schools: named in one word (`Goetheschule`), after where they are (`Grundschule am Park`), or by
//! what follows their kind (`Gymnasium Nordstadt`).
//!
//! Kinds of schools are written alike (`Fahrschule`, `Hochschule`), and any noun may follow one. So the first
//! part of a word must be no kind, and what follows must be a place or no word that stands there.

use std::ops::Range;

use super::lexicon::{Classes, lower_of};
use super::page::Page;
use super::preposition_street::{is_landmark, is_no_place};
use super::subject::is_ordinary;
use super::words::{Case, Word};

/// What a word ends with that is a school.
const ENDINGS: [&str; 2] = ["schule", "gymnasium"];
/// Kinds of schools by what is taught, to whom and how: before "schule" or "gymnasium".
const KINDS: &str = "abend ausbildungs ballett baum berufs berufsfach billard bio bundes computer eis elementar elite eliten europa \
     fach fachhoch fachober fahr fecht flug foerder forder förder fortbildungs frei fussball fußball ganztags garten gehorlosen \
     gemeinde gemeinschafts gesamt gesangs gewerbe gitarren grund halbtags handels haupt heim hilfs hoch hotel hunde \
     ingenieur internats judo jugend jungen kampfsport karate kinder kletter kloster koch kosmetik krankenpflege kreis kunst \
     land landwirtschafts lehr lern lieblings madchen mal medien meister militar mittel modell mode montessori musik \
     musikhoch nachbar nachhilfe naturwissenschafts neusprachen ober online orientierungs padagogik partner pflege polizei primar \
     privat projekt pub real reform regel regional reit ritter samba schauspiel schi schwimm segel sekundar sing sonder \
     sonntags spiel sport sprach sprachen staats stadt stadtteil steuer surf tages tanz tauch technik techniker tennis ubungs unter volks \
     volkshoch vor vorschul wald waldorf wander welpen werkreal wind windsurf winter wirtschafts wunsch yoga zauber zirkus zwerg klipp ski \
     sommer fern fernhoch filmhoch kunsthoch wirtschaftshoch dorf nach alt neu";
/// Kinds that a name may stand before in one word: `Schillergrundschule`.
const INNER_KINDS: [&str; 9] = [
    "grund",
    "haupt",
    "real",
    "gesamt",
    "mittel",
    "ober",
    "forder",
    "sekundar",
    "gemeinschafts",
];
/// Others that have names.
const STATE_KINDS: [&str; 7] = [
    "berufs",
    "ganztags",
    "montessori",
    "stadtteil",
    "volks",
    "vor",
    "waldorf",
];
/// The shortest name before "schule".
const SHORTEST: usize = 4;
/// Before where a school is.
const AT: [&str; 6] = [
    "am ",
    "an der ",
    "an den ",
    "auf dem ",
    "auf der ",
    "unter den ",
];
/// Adjectives and the noun: `am Alten Markt`.
const MAX_WORDS: usize = 3;

/// Whether a word is a school in German, of any kind. Reads the end of the word alone.
pub(super) fn is_school_word(written: &[char]) -> bool {
    ENDINGS.iter().any(|ending| {
        let mut end = written.iter().rev().zip(ending.chars().rev());
        written.len() >= ending.len() && end.all(|(char, letter)| lower_of(*char) == letter)
    })
}

/// The German school whose name begins with this word.
pub(super) fn german_school(page: &Page<'_>, index: usize, reached: usize) -> Option<Range<usize>> {
    let word = &page.words[index];
    if !word.is(Classes::SCHOOL_WORD) || word.range().start < reached {
        return None;
    }
    let placed = || place_after(page, index).or_else(|| name_after(page, index));
    let placed = is_of_state(page, index).then(placed).flatten();
    let is_named = || is_named(page, index);
    let end = placed.or_else(|| is_named().then(|| word.range().end))?;
    Some(word.range().start..end)
}

/// `Grundschule`, `Gymnasium`, `Goetheschule`: what children have to go to, not `Fahrschule`.
fn is_of_state(page: &Page<'_>, index: usize) -> bool {
    let written = lower(page, &page.words[index]);
    let first = ENDINGS
        .iter()
        .find_map(|ending| written.strip_suffix(ending));
    let is_kind = |first: &str| {
        first.is_empty() || STATE_KINDS.contains(&first) || INNER_KINDS.contains(&first)
    };
    first.is_some_and(is_kind) || is_named(page, index)
}

/// `Goetheschule`; `goetheschule` after an article; neither `Fahrschule` nor `Volkshochschule`.
fn is_named(page: &Page<'_>, index: usize) -> bool {
    let word = &page.words[index];
    let written = lower(page, word);
    let Some(first) = ENDINGS
        .iter()
        .find_map(|ending| written.strip_suffix(ending))
    else {
        return false;
    };
    let inner = INNER_KINDS.iter().find_map(|kind| first.strip_suffix(kind));
    let name = inner.filter(|name| name.len() >= SHORTEST).unwrap_or(first);
    let is_kind = |part: &str| KINDS.split_ascii_whitespace().any(|kind| kind == part);
    let is_general = is_kind(first) || is_kind(name) || name.ends_with("hoch");
    let follows_article = || {
        let before = index.checked_sub(1).map(|before| &page.words[before]);
        let is_article = |word: &Word| {
            ["die", "der", "zur", "das", "dem", "zum", "am"]
                .iter()
                .any(|article| page.is_written(word, article))
        };
        before.is_some_and(is_article)
    };
    !is_general && name.len() >= SHORTEST && (word.is_capitalised() || follows_article())
}

/// The end of `Grundschule am Park`, `Gymnasium an der Alten Elbe`. Of "Schule" in general only without an
/// article: `nach der Schule am Bahnhof`.
pub(super) fn place_after(page: &Page<'_>, index: usize) -> Option<usize> {
    let word = &page.words[index];
    let text = page.text;
    let start = word.range().end + 1;
    let is_alone = index == 0 || page.begins_sentence(index);
    let is_general = page.is_written(word, "schule") && !is_alone;
    let at = AT.iter().find(|at| text.has_word_at(start, at));
    let at = at.filter(|_| {
        word.is_capitalised() && !is_general && text.at(word.range().end) == Some(' ')
    })?;
    let first = page.word_from(start + at.len());
    let last = last_of_name(page, first, |_| true)?;
    let noun = &page.words[last];
    (is_landmark(page, noun) && !is_no_place(page, noun)).then(|| noun.range().end)
}

/// The end of `Gymnasium Nordstadt`, `Realschule Berlin-Mitte`, `IGS Nordstadt`; not `Gymnasium Latein`, `Schule Montag`.
pub(super) fn name_after(page: &Page<'_>, index: usize) -> Option<usize> {
    let word = &page.words[index];
    let is_kind = word.is_capitalised() && !page.is_written(word, "schule");
    page.gap_after::<1>(index)
        .filter(|gap| is_kind && gap.is_blank())?;
    let last = last_of_name(page, index + 1, |word| may_be_name(page, word))?;
    Some(page.words[last].range().end)
}

/// The last of up to three capitalised words from this one on.
fn last_of_name(page: &Page<'_>, first: usize, may_be: impl Fn(&Word) -> bool) -> Option<usize> {
    let is_of_name = |index: &usize| {
        page.words.get(*index).is_some_and(|word| {
            word.case == Case::Capital && !word.is(Classes::COVERED) && may_be(word)
        })
    };
    let joins = |index: usize| {
        let gap = page.gap_after::<1>(index);
        gap.is_some_and(|gap| gap.is_blank() || gap.as_slice() == ['-'])
    };
    let names = (first..first + MAX_WORDS)
        .take_while(|index| is_of_name(index) && (*index == first || joins(*index - 1)));
    names.last()
}

fn may_be_name(page: &Page<'_>, word: &Word) -> bool {
    let general = Classes::GRAMMAR
        .or(Classes::OTHER_GRAMMAR)
        .or(Classes::OTHER_NO_NAME)
        .or(Classes::OTHER_POSSESSIVE)
        .or(Classes::MONTH)
        .or(Classes::SCHOOL)
        .or(Classes::GRADE);
    // Names no person, but a school.
    let is_city = page.is_written(word, "berlin");
    let is_word = || is_ordinary(&lower(page, word)) || is_no_place(page, word);
    word.len() > 2 && !word.is(general) && (is_city || is_landmark(page, word) || !is_word())
}

fn lower(page: &Page<'_>, word: &Word) -> String {
    let written = page.text.all_of(&word.range()).iter().take(40);
    written.flat_map(|char| char.to_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use crate::pii::tests::{found, nothing_in};

    #[test]
    fn schools_are_found_by_name_and_by_place() {
        for school in [
            "Goetheschule",
            "Schillergrundschule",
            "Goethegymnasium",
            "Goethe-Gymnasium",
            "Astrid-Lindgren-Grundschule",
            "Grundschule am Park",
            "Grundschule an der Elbe",
            "Gymnasium am Alten Markt",
            "Gymnasium Nordstadt",
            "Realschule Berlin-Mitte",
        ] {
            for (before, after) in [
                ("", ""),
                ("ich gehe auf die ", " und du?"),
                ("An der ", "."),
            ] {
                let text = format!("{before}{school}{after}");
                assert_eq!(found(&text), [format!("school:{school}")], "{text}");
            }
        }
        assert_eq!(
            found("ich geh auf die goetheschule"),
            ["school:goetheschule"]
        );
        assert_eq!(found("Schule am Park"), ["school:Schule am Park"]);
    }

    #[test]
    fn kinds_of_schools_are_none() {
        for text in [
            "in der Grundschule",
            "Hochschule",
            "Fahrschule",
            "Ich mag die Volkshochschule und die Musikschule.",
            "Die Grundschule ist toll",
            "auf dem Gymnasium Latein lernen",
            "in der Grundschule Freunde finden",
            "im Gymnasium am Montag",
            "in der Grundschule am Computer",
            "nach der Schule am Bahnhof",
            "Meine Schule ist toll",
            "Unsere Grundschule hat gewonnen",
            "In der Schule Angst haben",
            "the Gymnasium Floor",
            "die Fahrschule Nordstadt",
            "die Baumschule, die Tanzschule und das Abendgymnasium",
        ] {
            nothing_in(text);
        }
    }
}
