//! Names of people, where the words around them show that they are names: "my name is …", "I'm …",
//! a title, `Emma Johnson, 12`; phrases such as "ich heiße …" are in [`super::introduction`], "my friend …"
//! is in [`super::relation`], two
//! people with a verb between them are in [`super::rivals`].
//!
//! There is no list of names: what is a name in one language is a word in another. A text that says
//! nothing about a capitalised word leaves it.

use std::ops::Range;

use super::confidence::Confidence;
use super::description::describes;
use super::entity::EntityKind;
use super::introduction::after_phrase;
use super::lexicon::Classes;
use super::page::{Gap, Page};
use super::relation::{ANY_RELATION, related};
use super::relatives::relatives;
use super::rivals::{is_person, rivals};
use super::scan::Candidate;
use super::small_name::{small_name, with_surname};
use super::titles::{joins_name, name_after_title, name_or_titled};
use super::words::{Case, Word};

/// A name has at most so many words.
const MAX_WORDS: usize = 6;
/// What a name is called: of somebody, or with a sign before it.
const LABELS: [&str; 8] = [
    "name",
    "vorname",
    "nachname",
    "familienname",
    "surname",
    "firstname",
    "lastname",
    "forename",
];
/// Between what a name is called and the name, the longest first.
const SIGNS: [&str; 6] = [" : ", " = ", ": ", "= ", ":", "="];
/// What is sold, shown or told of under a title and a name.
const WELL_KNOWN: [(&str, &str); 24] = [
    ("aunt", "jemima"),
    ("captain", "america"),
    ("captain", "crunch"),
    ("captain", "hook"),
    ("captain", "marvel"),
    ("captain", "underpants"),
    ("dr", "bronner"),
    ("dr", "martens"),
    ("dr", "oetker"),
    ("dr", "pepper"),
    ("dr", "scholl"),
    ("dr", "seuss"),
    ("father", "time"),
    ("lady", "gaga"),
    ("lady", "liberty"),
    ("miss", "piggy"),
    ("miss", "universe"),
    ("mother", "nature"),
    ("mr", "clean"),
    ("mr", "coffee"),
    ("mr", "kipling"),
    ("mr", "muscle"),
    ("mr", "potato"),
    ("mrs", "butterworth"),
];

pub(super) fn find(page: &Page<'_>, found: &mut Vec<Candidate>) {
    let first = found.len();
    let mut reached = 0;
    for index in 0..page.words.len() {
        let word = &page.words[index];
        if word.range().start < reached {
            continue;
        }
        if let Some((one, other)) = two_people(page, index) {
            reached = other.end;
            let both = [one, other];
            found.extend(
                both.map(|range| Candidate::new(EntityKind::Name, range, Confidence::POSSIBLE)),
            );
            continue;
        }
        if let Some((range, confidence)) = name_near(page, index) {
            reached = range.end;
            found.push(Candidate::new(EntityKind::Name, range, confidence));
        }
    }
    found[first..].sort_by_key(|candidate| candidate.range.start);
}

/// The names on both sides of this word.
fn two_people(page: &Page<'_>, between: usize) -> Option<(Range<usize>, Range<usize>)> {
    if page.words[between].is(Classes::TOWARDS)
        && let Some(both) = rivals(page, between)
    {
        return Some(both);
    }
    relatives(page, between)
}

/// The name that this word is about or begins.
fn name_near(page: &Page<'_>, index: usize) -> Option<(Range<usize>, Confidence)> {
    let word = &page.words[index];
    if word.is(Classes::INTRODUCES) {
        // `Ben, aged 9`
        return after_phrase(page, index).or_else(|| aged(page, index));
    }
    if word.is(Classes::NAMED) {
        return introduced(page, index).map(|range| (range, Confidence::CERTAIN));
    }
    if word.is(Classes::TITLE)
        && let Some(range) = titled(page, index)
    {
        return Some((range, Confidence::LIKELY));
    }
    if word.is(ANY_RELATION) {
        return related(page, index).map(|range| (range, Confidence::LIKELY));
    }
    if is_i_am(page, index) {
        return self_introduced(page, index).map(|range| (range, Confidence::LIKELY));
    }
    aged(page, index)
}

fn aged(page: &Page<'_>, index: usize) -> Option<(Range<usize>, Confidence)> {
    let may_be = page.features.digits && page.words[index].is_capitalised();
    let range = may_be.then(|| with_age(page, index)).flatten()?;
    Some((range, Confidence::POSSIBLE))
}

/// What follows a word that says that a name does.
fn introduced(page: &Page<'_>, index: usize) -> Option<Range<usize>> {
    let word = &page.words[index];
    if LABELS.iter().any(|label| page.is_written(word, label)) {
        said(page, index).or_else(|| labelled(page, index))
    } else {
        called(page, word.range().end)
    }
}

/// `my name is emma`, `her name's Emma`, `my name: emma`.
fn said(page: &Page<'_>, label: usize) -> Option<Range<usize>> {
    let verbs = [" is ", "'s ", " was "];
    let first = after(page, label, &verbs).or_else(|| after(page, label, &SIGNS))?;
    let named = || small_name(page, first).or_else(|| capital_name(page, first));
    is_own(page, label).then(named).flatten()
}

/// `Name: Emma`, `name=Emma Lee`; not `name=Main`.
fn labelled(page: &Page<'_>, label: usize) -> Option<Range<usize>> {
    let first = after(page, label, &SIGNS)?;
    let range = name_or_titled(page, first)?;
    let is_sure = after(page, label, &[": "]).is_some();
    (is_sure || is_person(page, first..page.word_from(range.end))).then_some(range)
}

/// `a girl named Emma`, but for what "called is" may go on with.
fn called(page: &Page<'_>, end: usize) -> Option<Range<usize>> {
    let text = page.text;
    let says = [" is ", "'s ", ": ", " = ", " was "];
    if says.into_iter().any(|says| text.has_word_at(end, says)) {
        return None;
    }
    let start = text.skip(end, 1, |char| char == ' ');
    name_or_titled(page, page.word_at_index(start)?)
}

/// The word after a label and the first of these that follows it.
fn after(page: &Page<'_>, label: usize, between: &[&str]) -> Option<usize> {
    let end = page.words[label].range().end;
    let follows = |sign: &&&str| page.text.has_word_at(end, sign);
    let length = between.iter().find(follows)?.chars().count();
    page.word_at_index(end + length)
}

/// `My name is Emma lee`
fn capital_name(page: &Page<'_>, first: usize) -> Option<Range<usize>> {
    let range = name_or_titled(page, first)?;
    let is_single = range == page.words[first].range();
    Some(if is_single {
        with_surname(page, first, range)
    } else {
        range
    })
}

/// `my name`, `her first name`, `Tom's full name`
fn is_own(page: &Page<'_>, name: usize) -> bool {
    const WHICH: [&str; 7] = ["first", "last", "full", "real", "middle", "family", "given"];
    let is_possessive =
        |index: Option<usize>| index.is_some_and(|index| page.words[index].is(Classes::POSSESSIVE));
    let before = name.checked_sub(1);
    let says_which = |index: usize| {
        WHICH
            .iter()
            .any(|which| page.is_written(&page.words[index], which))
    };
    is_possessive(before) || before.is_some_and(says_which) && is_possessive(name.checked_sub(2))
}

/// `Mr. Smith`, `Aunt May`, `coach Lee`: the name and its title.
fn titled(page: &Page<'_>, index: usize) -> Option<Range<usize>> {
    let title = &page.words[index];
    // `Miss You`, `Sir bot`: the word after it has to be a name; a small title, a role.
    let is_role = title.case == Case::Lower && title.len() <= 3;
    if !joins_name(page, index) || is_role || is_well_known(page, title, &page.words[index + 1]) {
        return None;
    }
    name_after_title(page, index)
}

/// `Dr. Pepper`
fn is_well_known(page: &Page<'_>, title: &Word, name: &Word) -> bool {
    let mut known = WELL_KNOWN.iter();
    known.any(|(of_title, of_name)| {
        page.is_written(title, of_title) && page.is_written(name, of_name)
    })
}

/// `I'm`, `I am`: the index of its last word.
fn is_i_am(page: &Page<'_>, index: usize) -> bool {
    let text = page.text;
    let Some(before) = index.checked_sub(1) else {
        return false;
    };
    let (subject, verb) = (&page.words[before], &page.words[index]);
    let gap = Gap::<1>::of(text, subject.range().end, verb.range().start);
    let joins = |sign: char| gap.as_ref().is_some_and(|gap| gap.as_slice() == [sign]);
    page.is_written(subject, "i")
        && ((joins('\'') && page.is_written(verb, "m"))
            || (joins(' ') && page.is_written(verb, "am")))
}

fn self_introduced(page: &Page<'_>, index: usize) -> Option<Range<usize>> {
    page.gap_after::<1>(index).filter(Gap::is_blank)?;
    let next = page.words.get(index + 1)?;
    // `I'M HAPPY`
    let shouts = next.case == Case::Upper;
    if shouts || describes(page, next) {
        return None;
    }
    let range = name_or_titled(page, index + 1)?;
    // `I'm New York's biggest fan`
    let is_possessive = page.text.has_word_at(range.end, "'s");
    (!is_possessive).then_some(range)
}

/// `Emma Johnson, 12`, `Emma (12)`, `Emma is 12 years old`, `Emma, aged 12`.
fn with_age(page: &Page<'_>, index: usize) -> Option<Range<usize>> {
    let is_start = index.checked_sub(1).is_none_or(|before| {
        !(page.words[before].is_capitalised()
            && page
                .gap_after::<1>(before)
                .is_some_and(|gap| gap.is_blank()))
    });
    if !is_start {
        return None;
    }
    let range = name_from(page, index)?;
    let text = page.text;
    let has_surname = text.all_of(&range).contains(&' ');
    let spelt = [" is ", ", aged ", ", age ", " (aged ", " (age "]
        .into_iter()
        .find(|between| text.has_word_at(range.end, between));
    if let Some(between) = spelt {
        let age_end = age_at(page, range.end + between.len())?;
        let is_years = between != " is " || text.has_word_at(age_end, " years old");
        return is_years.then_some(range);
    }
    let between = [", ", " ("]
        .into_iter()
        .find(|between| text.has_word_at(range.end, between))?;
    let age_end = age_at(page, range.end + between.len())?;
    let ends = match between {
        " (" => text.at(age_end) == Some(')'),
        _ => {
            text.at(age_end)
                .is_none_or(|char| matches!(char, ',' | '.' | '!' | '\n' | ')'))
                && !text
                    .at(age_end + 1)
                    .is_some_and(|char| char.is_ascii_digit())
        }
    };
    (has_surname && ends).then_some(range)
}

/// The end of an age of a child.
fn age_at(page: &Page<'_>, at: usize) -> Option<usize> {
    let group = page
        .group_at(at)
        .filter(|group| !group.touches_word_after)?;
    let age: String = page.text.all_of(&group.range()).iter().take(3).collect();
    matches!(age.parse(), Ok(3..=19)).then_some(group.range().end)
}

/// The name that begins with this word: capitalised words, particles and initials.
pub(super) fn name_from(page: &Page<'_>, first: usize) -> Option<Range<usize>> {
    let is_name = |word: &Word| {
        word.is_capitalised()
            && !word.is(Classes::GRAMMAR
                .or(Classes::NO_NAME)
                .or(Classes::COVERED)
                .or(Classes::STREET))
    };
    let word = page
        .words
        .get(first)
        .filter(|word| is_name(word) && !is_bare_initial(page, word))?;
    let mut end = word.range().end;
    let mut index = first;
    let mut words = 1;
    while words < MAX_WORDS {
        let Some(gap) = page.gap_after::<2>(index) else {
            break;
        };
        let is_after_initial = page.words[index].len() == 1;
        let joins = gap.is_blank()
            || matches!(gap.as_slice(), ['-' | '\''])
            || (is_after_initial && matches!(gap.as_slice(), ['.'] | ['.', ' ']));
        let next = &page.words[index + 1];
        if !joins
            || !(is_name(next) || next.is(Classes::PARTICLE))
            || gap.as_slice() == ['\''] && next.len() == 1
        {
            break;
        }
        if is_name(next) {
            end = next.range().end;
        }
        index += 1;
        words += 1;
    }
    Some(word.range().start..end)
}

/// `A` alone, without the dot of an initial.
fn is_bare_initial(page: &Page<'_>, word: &Word) -> bool {
    word.len() == 1
        && word.range().end < page.text.len()
        && page.text.at(word.range().end) != Some('.')
}

#[cfg(test)]
mod tests {
    use crate::pii::tests::{found, nothing_in};

    #[test]
    fn names_are_found_in_the_position_of_one() {
        let table = [
            ("My name is Emma Lee and", vec!["Emma Lee"]),
            ("my name is emma", vec!["emma"]),
            ("her name's Zoë", vec!["Zoë"]),
            ("Name: Emma Lee", vec!["Emma Lee"]),
            ("name=Lena Fuchs", vec!["Lena Fuchs"]),
            ("Name : Emma Lee", vec!["Emma Lee"]),
            ("my name: emma lee", vec!["emma lee"]),
            ("Vorname: Emma, Nachname: Lee", vec!["Emma", "Lee"]),
            ("my first name is emma", vec!["emma"]),
            ("Her last name is Becker", vec!["Becker"]),
            ("a girl named Emma", vec!["Emma"]),
            ("Hi, I'm Emma!", vec!["Emma"]),
            ("I am Jean-Luc de la Cruz", vec!["Jean-Luc de la Cruz"]),
            ("ask Mrs. Smith", vec!["Smith"]),
            ("Dr Ada B. Lovelace said", vec!["Ada B. Lovelace"]),
            ("my friend Emma and my brother Tom", vec!["Emma", "Tom"]),
            ("Emma Johnson, 12, won", vec!["Emma Johnson"]),
            ("Emma is 9 years old", vec!["Emma"]),
            ("Emma, aged 9", vec!["Emma"]),
        ];
        for (text, names) in table {
            let names: Vec<_> = names
                .into_iter()
                .map(|name| format!("name:{name}"))
                .collect();
            assert_eq!(found(text), names, "{text}");
        }
    }

    #[test]
    fn other_capitalised_words_are_none() {
        for text in [
            "I'm Happy to be here".to_lowercase().as_str(),
            "I am German and I'm Christian",
            "Excuse me, Sir bot",
            "I Miss You",
            "My name is not important",
            "the file is called Readme".to_lowercase().as_str(),
            "Capitalized words like Wisdom and Discipline",
            "On Monday, 12 people came",
            "my friend and I",
            "World History, Chapter 12",
            "I'M DONE",
            "name=Main Window",
            "name=Readme",
            "name = Readme",
            "the file name is Readme",
            "Vorname Nachname",
            "a can of Dr. Pepper, a Dr Pepper Zero and Mr. Clean",
        ] {
            nothing_in(text);
        }
    }
}
