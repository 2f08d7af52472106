//! Schools by name, with the grade where it stands beside: `5th grade at Lincoln Elementary School`.
//!
//! A kind of school is none ("high school", "my driving school"): there has to be a name before or
//! after it.

use std::ops::Range;

use super::confidence::Confidence;
use super::entity::EntityKind;
use super::german_class::german_class;
use super::german_school::german_school;
use super::lexicon::Classes;
use super::page::Page;
use super::scan::Candidate;
use super::school_initials::school_by_initials;
use super::words::{Case, Word};

/// A school's name has at most so many words before its kind.
const MAX_NAME_WORDS: usize = 4;
/// Between a grade and a school there are at most so many characters.
const GRADE_REACH: usize = 30;

pub(super) fn find(page: &Page<'_>, found: &mut Vec<Candidate>) {
    let tells = Classes::SCHOOL
        .or(Classes::SCHOOL_LEVEL)
        .or(Classes::SCHOOL_WORD)
        .or(Classes::SCHOOL_INITIALS);
    let has_class = page.features.digits
        && page
            .features
            .classes
            .any(Classes::ATTENDS.or(Classes::GRADE));
    if !page.features.classes.any(tells) && !has_class {
        return;
    }
    let mut reached = 0;
    let mut index = 0;
    while index < page.words.len() {
        let school = named_before(page, index, reached)
            .or_else(|| named_after(page, index, reached))
            .or_else(|| german_school(page, index, reached))
            .or_else(|| school_by_initials(page, index, reached))
            .map(|range| with_grade(page, range, reached))
            .or_else(|| german_class(page, index, reached).map(|class| with_school(page, class)));
        match school {
            Some(range) => {
                reached = range.end;
                index = page.word_from(range.end);
                found.push(Candidate::new(
                    EntityKind::School,
                    range,
                    Confidence::LIKELY,
                ));
            }
            None => index += 1,
        }
    }
}

/// `Lincoln Elementary School`, `Springfield High`, `lincoln middle school`.
fn named_before(page: &Page<'_>, kind: usize, reached: usize) -> Option<Range<usize>> {
    let last = kind_end(page, kind)?;
    let start = name_start(page, kind, last, reached)?;
    let end = of_place(page, last).unwrap_or(page.words[last].range().end);
    Some(start..end)
}

/// The last word of `elementary school`, `junior high`, `academy` that begins at this word.
fn kind_end(page: &Page<'_>, first: usize) -> Option<usize> {
    let is_kind = |word: &Word| word.is(Classes::SCHOOL.or(Classes::SCHOOL_LEVEL));
    if !is_kind(&page.words[first]) || page.words[first].is(Classes::GRADE) {
        return None;
    }
    let mut last = first;
    for _ in 0..3 {
        let Some(gap) = page.gap_after::<1>(last) else {
            break;
        };
        if !gap.is_blank() || !is_kind(&page.words[last + 1]) {
            break;
        }
        last += 1;
    }
    Some(last)
}

fn name_start(page: &Page<'_>, kind: usize, last: usize, reached: usize) -> Option<usize> {
    let names = names_before(page, kind, reached);
    let first = *names.last()?;
    if is_well_known(page, &page.words[first], &page.words[kind]) {
        return None;
    }
    let is_school = page.words[kind..=last]
        .iter()
        .any(|word| word.is(Classes::SCHOOL));
    let is_capitalised = page.words[first].is_capitalised();
    let follows_place = first
        .checked_sub(1)
        .is_some_and(|before| page.words[before].is(Classes::PLACE));
    let is_named = if is_capitalised {
        // `Lincoln High`, `Lincoln Elementary`; `Lincoln Middle` and others only at a place.
        let is_level =
            page.words[kind].is_capitalised() && !is_ambiguous_level(page, &page.words[kind]);
        let is_title = page.words[last].is_capitalised() || names.len() <= 2;
        (is_school && is_title) || is_level || (follows_place && page.words[kind].is_capitalised())
    } else {
        is_school && kind < last && follows_place && names.len() <= 2
    };
    is_named.then(|| page.words[first].range().start)
}

/// The words of a name before a kind of school, the nearest first.
fn names_before(page: &Page<'_>, kind: usize, reached: usize) -> Vec<usize> {
    let mut names: Vec<usize> = Vec::new();
    let mut index = kind;
    while names.len() < MAX_NAME_WORDS {
        let Some(before) = index.checked_sub(1) else {
            break;
        };
        let Some(gap) = page.gap_after::<3>(before) else {
            break;
        };
        let word = &page.words[before];
        let mut named = names.iter().filter(|name| page.words[**name].len() > 1);
        let nearest = named.next().copied();
        let joins = gap.is_blank()
            || matches!(
                gap.as_slice(),
                ['.', ' '] | ['\''] | ['-'] | ['\'', 's', ' ']
            );
        let is_possessive = word.len() == 1
            && word.case == Case::Lower
            && page.text.before(word.range().start) == Some('\'');
        let is_name = is_possessive || is_of_name(page, before, nearest);
        if !joins || !is_name || word.range().start < reached {
            break;
        }
        names.push(before);
        index = before;
    }
    // `St. Mary's`: the `s` is no name by itself.
    while names
        .last()
        .is_some_and(|last| page.words[*last].len() == 1 && page.words[*last].case == Case::Lower)
    {
        names.pop();
    }
    names
}

fn is_of_name(page: &Page<'_>, index: usize, nearest: Option<usize>) -> bool {
    let word = &page.words[index];
    let is_general = word.is(Classes::GRAMMAR
        .or(Classes::COVERED)
        .or(Classes::SCHOOL)
        .or(Classes::SCHOOL_LEVEL)
        .or(Classes::OTHER_POSSESSIVE))
        || is_school_kind(word)
        || is_german_article(page, word);
    let fits =
        nearest.is_none_or(|nearest| page.words[nearest].is_capitalised() == word.is_capitalised());
    !is_general && fits
}

/// `Die Grundschule`, `Auf der Realschule`
fn is_german_article(page: &Page<'_>, word: &Word) -> bool {
    const ARTICLES: [&str; 13] = [
        "die", "der", "das", "dem", "den", "ein", "eine", "einer", "auf", "zur", "zum", "diese",
        "jede",
    ];
    ARTICLES
        .iter()
        .any(|article| page.is_written(word, article))
}

/// What is sold, shown or used under such a name.
fn is_well_known(page: &Page<'_>, name: &Word, kind: &Word) -> bool {
    const KNOWN: [(&str, &str); 3] = [
        ("khan", "academy"),
        ("umbrella", "academy"),
        ("police", "academy"),
    ];
    KNOWN
        .iter()
        .any(|(of_name, of_kind)| page.is_written(name, of_name) && page.is_written(kind, of_kind))
}

fn is_school_kind(word: &Word) -> bool {
    word.is(Classes::SCHOOL_KIND)
}

/// `Lincoln High` is a school, `Emma Middle` may be anything.
fn is_ambiguous_level(page: &Page<'_>, word: &Word) -> bool {
    !["elementary", "high", "montessori", "preparatory"]
        .iter()
        .any(|level| word.len() == level.len() && page.text.has_word_at(word.range().start, level))
        || page.words.is_empty()
}

/// `School of Economics`, `Gymnasium Neustadt`.
fn of_place(page: &Page<'_>, last: usize) -> Option<usize> {
    let text = page.text;
    let end = page.words[last].range().end;
    let of = text.has_word_at(end, " of ");
    let next = if of { end + 4 } else { return None };
    let word = page.word_at(next)?;
    word.is_capitalised().then_some(word.range().end)
}

/// `my school is Lincoln`, `school: Lincoln High`, `Gymnasium Neustadt`.
fn named_after(page: &Page<'_>, school: usize, reached: usize) -> Option<Range<usize>> {
    let word = &page.words[school];
    if !word.is(Classes::SCHOOL) || word.range().start < reached {
        return None;
    }
    let text = page.text;
    let end = word.range().end;
    let introduced = [
        " is called ",
        " is named ",
        " name is ",
        "'s name is ",
        ": ",
        " heisst ",
        " heißt ",
        " called ",
        " named ",
        " is ",
    ]
    .into_iter()
    .find(|introduction| text.has_word_at(end, introduction))?;
    let is_own = school
        .checked_sub(1)
        .is_some_and(|before| page.words[before].is(Classes::POSSESSIVE));
    let length = introduced.chars().count();
    if introduced == " is " && !is_own {
        return None;
    }
    let first = page.word_at(end + length)?;
    let index = page.word_from(first.range().start);
    let mut name_end = None;
    for at in index..(index + MAX_NAME_WORDS).min(page.words.len()) {
        let word = &page.words[at];
        if !word.is_capitalised() || word.is(Classes::GRAMMAR) {
            break;
        }
        name_end = Some(word.range().end);
        if !page.gap_after::<1>(at).is_some_and(|gap| gap.is_blank()) {
            break;
        }
    }
    name_end.map(|end| first.range().start..end)
}

/// The school with a grade just before or after it: `in 5th grade at …`, `…, grade 5`.
fn with_grade(page: &Page<'_>, school: Range<usize>, reached: usize) -> Range<usize> {
    let next = page.word_from(school.start);
    let before = page.words[..next].iter().rev().take(4);
    let grade = before
        .take_while(|word| {
            school.start - word.range().end <= GRADE_REACH
                && word.range().start >= reached
                && !word.is(Classes::COVERED)
        })
        .find(|word| word.is(Classes::GRADE));
    let start = grade
        .and_then(|grade| grade_start(page, grade))
        .filter(|start| *start >= reached);
    let after = page.words[page.word_from(school.end)..].iter().take(3);
    let grade = after
        .take_while(|word| {
            word.range().start - school.end <= GRADE_REACH && !word.is(Classes::COVERED)
        })
        .find(|word| word.is(Classes::GRADE));
    let end = grade.and_then(|grade| grade_end(page, grade, school.end));
    start.unwrap_or(school.start)..end.unwrap_or(school.end)
}

/// A class with the school just after it: `4b der Goetheschule`.
fn with_school(page: &Page<'_>, class: Range<usize>) -> Range<usize> {
    let first = page.word_from(class.end);
    let words = page.words[first..].iter().take(MAX_NAME_WORDS + 2);
    let near = words.take_while(|word| {
        word.range().start - class.end <= GRADE_REACH && !word.is(Classes::COVERED)
    });
    let school = (first..first + near.count()).find_map(|index| {
        named_before(page, index, class.end)
            .or_else(|| german_school(page, index, class.end))
            .or_else(|| school_by_initials(page, index, class.end))
    });
    class.start..school.map_or(class.end, |school| school.end)
}

/// The start of `5th grade`, `fifth grade`, `grade 5`.
fn grade_start(page: &Page<'_>, grade: &Word) -> Option<usize> {
    let text = page.text;
    let after = text.skip(grade.range().end, 1, |char| char == ' ');
    if page
        .group_at(after)
        .is_some_and(|group| group.range().len() <= 2)
    {
        return Some(grade.range().start);
    }
    ordinal_before(page, grade)
}

fn grade_end(page: &Page<'_>, grade: &Word, school_end: usize) -> Option<usize> {
    let text = page.text;
    let after = text.skip(grade.range().end, 1, |char| char == ' ');
    if let Some(group) = page
        .group_at(after)
        .filter(|group| group.range().len() <= 2)
    {
        return Some(group.range().end);
    }
    ordinal_before(page, grade)
        .filter(|start| *start >= school_end)
        .map(|_| grade.range().end)
}

fn ordinal_before(page: &Page<'_>, grade: &Word) -> Option<usize> {
    let text = page.text;
    let end = text.skip_back(grade.range().start, 1, |char| matches!(char, ' ' | '-'));
    let ordinal = page.word_ending(end)?;
    if ordinal.is(Classes::ORDINAL) {
        return Some(ordinal.range().start);
    }
    let digits = text.skip_back(ordinal.range().start, 2, |char| char.is_ascii_digit());
    (ordinal.len() == 2 && digits < ordinal.range().start).then_some(digits)
}

#[cfg(test)]
mod tests {
    use crate::pii::tests::{found, nothing_in};

    #[test]
    fn schools_are_found_with_their_grade() {
        let table = [
            (
                "I go to Lincoln Elementary School.",
                "Lincoln Elementary School",
            ),
            ("at Springfield High tomorrow", "Springfield High"),
            ("St. Mary's Academy won", "St. Mary's Academy"),
            (
                "She is in 5th grade at Lincoln Middle School",
                "5th grade at Lincoln Middle School",
            ),
            (
                "a fifth grader at Oak Hill Primary School",
                "fifth grader at Oak Hill Primary School",
            ),
            (
                "in grade 5 at Lincoln Elementary",
                "grade 5 at Lincoln Elementary",
            ),
            (
                "Lincoln Elementary School, grade 5",
                "Lincoln Elementary School, grade 5",
            ),
            ("i go to lincoln middle school", "lincoln middle school"),
            ("my school is Jefferson", "Jefferson"),
            ("School: Jefferson High", "Jefferson High"),
            ("Meine Grundschule heißt Sonnenblume", "Sonnenblume"),
            (
                "Martin Luther King Jr. High School",
                "Martin Luther King Jr. High School",
            ),
        ];
        for (text, school) in table {
            assert_eq!(found(text), [format!("school:{school}")], "{text}");
        }
    }

    #[test]
    fn schools_in_general_and_grades_are_none() {
        for text in [
            "I love high school",
            "High School Musical",
            "My driving school is closed",
            "the middle school",
            "Sunday School starts",
            "after school",
            "Middle School",
            "Grade 5",
            "5th grade",
            "school is fun",
            "my school is great",
            "We went to a good high school",
            "Back To School",
            "primary color",
            "A Good School",
            "we use Khan Academy",
        ] {
            nothing_in(text);
        }
    }
}
