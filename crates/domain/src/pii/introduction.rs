//! Words that introduce or sign with a name: "ich heiße …", "call me …", "this is …", "signed, …".
//!
//! A phrase that means nothing else takes any word after it; one that does needs a capital, and "this
//! is", said of everything, needs what nearly only names have.

use std::ops::Range;

use super::confidence::Confidence;
use super::description::describes;
use super::lexicon::Classes;
use super::likely_name::{is_place, is_surname_after};
use super::names::name_from;
use super::other_description::describes_anywhere;
use super::page::{Gap, Page};
use super::relation::{follows_relation, who_relation_is};
use super::small_name::{small_name, with_surname};
use super::subject::is_ordinary;
use super::words::{Case, Word};

/// Mean nothing else, as normalised: a name in small letters follows too.
const OF_ONESELF: [&str; 25] = [
    "ich heisse",
    "ich heiße",
    "mein name ist",
    "mein vorname ist",
    "mein nachname ist",
    "je m'appelle",
    "je m appelle",
    "je me nomme",
    "mon nom est",
    "mon prenom est",
    "me llamo",
    "mi nombre es",
    "mi apellido es",
    "mi chiamo",
    "il mio nome e",
    "me chamo",
    "o meu nome e",
    "meu nome e",
    "ik heet",
    "mijn naam is",
    "jag heter",
    "jeg heter",
    "jeg hedder",
    "nazywam sie",
    "mam na imie",
];
/// Say who, or what, somebody is.
const OF_BEING: [&str; 11] = [
    "ich bin", "je suis", "j'suis", "yo soy", "soy", "io sono", "eu sou", "ik ben", "jag ar",
    "jeg er", "jestem",
];
/// End with what somebody is called, after whose friend or brother it is: "meine Freundin heißt".
const CALLED: [&str; 9] = [
    "heisst", "heißt", "appelle", "llama", "chiama", "chama", "heet", "heter", "hedder",
];
/// Name others, or may mean something else: a capital has to follow.
const OF_OTHERS: [&str; 18] = [
    "call me",
    "calls me",
    "er heisst",
    "er heißt",
    "sie heisst",
    "sie heißt",
    "sein name ist",
    "ihr name ist",
    "il s'appelle",
    "elle s'appelle",
    "j'appelle",
    "son nom est",
    "son prenom est",
    "se llama",
    "su nombre es",
    "si chiama",
    "se chama",
    "hij heet",
];
/// What the end of a letter says before the name.
const CLOSINGS: [&str; 14] = [
    "signed",
    "sincerely",
    "regards",
    "yours",
    "truly",
    "love",
    "xoxo",
    "gruße",
    "grußen",
    "grusse",
    "gruesse",
    "saludos",
    "cordialement",
    "groetjes",
];
/// Who speaks says so after the name.
const SPEAKING: [&str; 4] = ["speaking", "calling", "here", "from"];
/// The name after a phrase that ends with this word.
pub(super) fn after_phrase(page: &Page<'_>, last: usize) -> Option<(Range<usize>, Confidence)> {
    if is_phrase(page, last, &OF_ONESELF) {
        return own_name(page, last).map(|range| (range, Confidence::CERTAIN));
    }
    let range = if is_phrase(page, last, &OF_OTHERS) || calls_relation(page, last) {
        name_of_somebody(page, last)
    } else if is_phrase(page, last, &OF_BEING) {
        own_name_if_any(page, last)
    } else if is_phrase(page, last, &["this is"]) {
        speaker(page, last)
    } else {
        who_relation_is(page, last).or_else(|| signer(page, last))
    };
    range.map(|range| (range, Confidence::LIKELY))
}

/// Whether one of these phrases ends with this word.
fn is_phrase(page: &Page<'_>, last: usize, phrases: &[&str]) -> bool {
    let end = page.words[last].range().end;
    let ends_here = |phrase: &&str| {
        let start = end.checked_sub(phrase.chars().count());
        start.is_some_and(|start| {
            page.text.has_word_at(start, phrase)
                && !page.text.before(start).is_some_and(char::is_alphanumeric)
        })
    };
    phrases.iter().any(ends_here)
}

/// The words after "ich heiße": one in small letters, or a name.
fn own_name(page: &Page<'_>, last: usize) -> Option<Range<usize>> {
    let word = word_after(page, last)?;
    let range = if word.case == Case::Lower {
        let is_other = word.is(Classes::OTHER_GRAMMAR.or(Classes::PARTICLE));
        return small_name(page, last + 1).filter(|_| !is_other);
    } else {
        capital_name(page, last)?
    };
    Some(if range == word.range() {
        with_surname(page, last + 1, range)
    } else {
        range
    })
}

/// `Ich bin Emma`; not `Ich bin Schüler`, `brown Soy Lecithin`.
fn own_name_if_any(page: &Page<'_>, last: usize) -> Option<Range<usize>> {
    let word = word_after(page, last)?;
    let range = capital_name(page, last)?;
    let is_soy = is_phrase(page, last, &["soy"]) && !is_phrase(page, last, &["yo soy"]);
    let may_be_sauce = is_soy && (is_ordinary(&page.lower(word)) || !opens(page, last));
    let is_what = is_shouted(word) || describes_anywhere(page, word);
    (!is_what && !may_be_sauce).then_some(range)
}

/// Whether a sentence begins with the word, or it follows a greeting or a comma.
fn opens(page: &Page<'_>, word: usize) -> bool {
    begins_clause(page, word) || follows_greeting(page, word)
}

/// `meine Freundin heißt`
fn calls_relation(page: &Page<'_>, last: usize) -> bool {
    let word = &page.words[last];
    CALLED.iter().any(|called| page.is_written(word, called)) && follows_relation(page, last)
}

fn name_of_somebody(page: &Page<'_>, last: usize) -> Option<Range<usize>> {
    let word = word_after(page, last)?;
    let range = capital_name(page, last)?;
    (!is_shouted(word) && !describes(page, word)).then_some(range)
}

/// The word after a phrase, if nothing but a blank or a colon is between them.
fn word_after<'p>(page: &'p Page<'_>, last: usize) -> Option<&'p Word> {
    let gap = page.gap_after::<2>(last)?;
    let joins = gap.is_blank() || gap.as_slice() == [':', ' '];
    page.words.get(last + 1).filter(|_| joins)
}

/// The capitalised name after a phrase. Of `Coach` and `Dr. Smith` the title is none.
fn capital_name(page: &Page<'_>, last: usize) -> Option<Range<usize>> {
    let word = word_after(page, last).filter(|word| !word.is(Classes::OTHER_GRAMMAR))?;
    let range = name_from(page, last + 1)?;
    let is_title = word.is(Classes::TITLE.or(Classes::RELATION)) && range == word.range();
    (!is_title).then_some(range)
}

fn is_shouted(word: &Word) -> bool {
    word.case == Case::Upper && word.len() > 1
}

/// `Hi, this is Emma`, `this is Emma speaking`, `This is Emma Watson`.
fn speaker(page: &Page<'_>, last: usize) -> Option<Range<usize>> {
    let this = last.checked_sub(1)?;
    let is_greeted = follows_greeting(page, this);
    if !is_greeted && !page.begins_sentence(this) {
        return None;
    }
    let word = word_after(page, last)?;
    let range = capital_name(page, last)?;
    let names = words_in(page, last + 1, &range);
    let is_shouted = names.iter().all(is_shouted);
    let is_place = is_place(page, range.start);
    if is_shouted || is_place || describes(page, word) {
        return None;
    }
    let speaks = says_more(page, last + names.len());
    let is_full_name = || names.len() > 1 && is_surname(page, word, names.last());
    (is_greeted || speaks || is_full_name()).then_some(range)
}

/// `Hi, this`, `hello this`
fn follows_greeting(page: &Page<'_>, word: usize) -> bool {
    let Some(before) = word.checked_sub(1) else {
        return false;
    };
    let gap = page.gap_after::<2>(before);
    let joins = gap.is_some_and(|gap| gap.is_blank() || gap.as_slice() == [',', ' ']);
    joins && page.words[before].is(Classes::GREETING)
}

/// Whether who speaks says so after the last word of the name.
fn says_more(page: &Page<'_>, last: usize) -> bool {
    let gap = page.gap_after::<2>(last);
    let joins = gap.is_some_and(|gap| gap.is_blank() || gap.as_slice() == [',', ' ']);
    let next = page.words.get(last + 1).filter(|_| joins);
    next.is_some_and(|next| SPEAKING.iter().any(|word| page.is_written(next, word)))
}

/// Whether a last word is none of the language, or one that is a surname too after a first word that
/// is none.
fn is_surname(page: &Page<'_>, first: &Word, last: Option<&Word>) -> bool {
    last.is_some_and(|last| is_surname_after(&page.lower(first), &page.lower(last)))
}

/// `signed, Emma Watson`, `signed Emma`, `Regards,` and `Emma` on the next line.
fn signer(page: &Page<'_>, last: usize) -> Option<Range<usize>> {
    let closing = &page.words[last];
    if !CLOSINGS.iter().any(|word| page.is_written(closing, word)) {
        return None;
    }
    let gap = page.gap_after::<3>(last)?;
    let range = name_from(page, last + 1)?;
    let names = words_in(page, last + 1, &range);
    let first = names.first()?;
    let is_known = is_ordinary(&page.lower(names.last()?));
    let is_signed = page.is_written(closing, "signed");
    let fits = if parts(&gap) {
        ends_line(page, range.end) && (is_signed || !is_known)
    } else {
        let is_code =
            is_shouted(first) || page.text.at(range.end).is_some_and(char::is_alphanumeric);
        gap.is_blank() && is_signed && begins_clause(page, last) && !is_known && !is_code
    };
    let is_said_of = page.is_written(closing, "love") && !page.begins_sentence(last);
    (fits && !is_said_of && !describes(page, first)).then_some(range)
}

/// A comma, a colon or the end of the line, with blanks.
fn parts(gap: &Gap<3>) -> bool {
    let is_sign = |char: &char| matches!(char, ',' | ':' | '\n');
    let is_inside = |char: &char| is_sign(char) || matches!(char, ' ' | '\r');
    gap.as_slice().iter().any(is_sign) && gap.as_slice().iter().all(is_inside)
}

/// Whether nothing but punctuation follows on the line.
fn ends_line(page: &Page<'_>, end: usize) -> bool {
    let end = page.text.skip(end, 3, |char| {
        matches!(char, '.' | '!' | ' ' | ')' | '"' | '\'')
    });
    page.text
        .at(end)
        .is_none_or(|char| matches!(char, '\n' | '\r'))
}

/// Whether a sentence begins with the word, or what follows a comma or a dash and a blank.
fn begins_clause(page: &Page<'_>, word: usize) -> bool {
    let start = page.words[word].range().start;
    let before = page.text.skip_back(start, 2, |char| char == ' ');
    let follows_sign = matches!(page.text.before(before), Some(',' | '-' | '~'));
    page.begins_sentence(word) || (before < start && follows_sign)
}

/// The words of a range that begins with the word `first`.
fn words_in<'p>(page: &'p Page<'_>, first: usize, range: &Range<usize>) -> &'p [Word] {
    let words = page.words.get(first..).unwrap_or_default();
    let count = words
        .iter()
        .take_while(|word| word.range().end <= range.end)
        .count();
    &words[..count]
}

#[cfg(test)]
mod tests {
    use crate::pii::tests::{found, nothing_in};

    fn is_name(before: &str, name: &str, after: &str) {
        let text = format!("{before}{name}{after}");
        assert_eq!(found(&text), [format!("name:{name}")], "{text}");
    }

    #[test]
    fn introductions_in_other_languages_are_found() {
        for (phrase, name) in [
            ("Ich heiße", "Zoe Adler"),
            ("ich heisse", "zoe"),
            ("Mein Name ist", "Jonas Weber"),
            ("mein name ist", "jonas"),
            ("Sie heißt", "Mia"),
            ("Je m'appelle", "Zoé"),
            ("je m’appelle", "zoé"),
            ("Mon prénom est", "Chloé"),
            ("Elle s'appelle", "Inès"),
            ("Me llamo", "Ana de la Cruz"),
            ("me llamo", "ana"),
            ("Mi nombre es", "Lucía"),
            ("Mi chiamo", "Giulia"),
            ("O meu nome é", "João"),
            ("Ik heet", "Sanne"),
        ] {
            is_name(&format!("{phrase} "), name, "!");
            is_name(&format!("Hallo, {phrase} "), name, ", 9");
        }
        is_name("ICH HEISSE ", "ZOE", "!");
    }

    #[test]
    fn who_somebody_is_is_found_in_other_languages() {
        for phrase in [
            "Ich bin", "ich bin", "je suis", "soy", "Yo soy", "io sono", "Ik ben", "eu sou",
            "Jestem",
        ] {
            is_name(&format!("{phrase} "), "Emma", "");
            is_name(&format!("Hola, {phrase} "), "Emma Lee", "!");
        }
        is_name("Hallo, ich bin Dr. ", "Weber", "");
        is_name("Hola soy ", "Lucía", " y tengo 9");
        is_name("", "Ben", " is 12 years old");
    }

    #[test]
    fn other_words_after_them_are_none() {
        for text in [
            "Ich heiße nicht so",
            "ich heisse Sie willkommen",
            "Eine heiße Schokolade und eine heisse Suppe",
            "Mein Name ist egal",
            "Das heißt Frühling",
            "je m'appelle comme toi",
            "me llamo la atencion",
            "me llamó mi amiga",
            "Elle s'appelle comment",
        ] {
            nothing_in(text);
        }
    }

    #[test]
    fn a_name_to_be_called_by_has_a_capital() {
        is_name("call me ", "Zoe", "");
        is_name("Everybody calls me ", "Grace", ".");
        is_name("just call me ", "Emma Lee", " please");
        for text in [
            "call me now",
            "Call Me Maybe",
            "call me Tomorrow",
            "call me ASAP",
            "call me Crazy",
            "call me Coach",
            "Call me Monday",
            "call me stupid",
        ] {
            nothing_in(text);
        }
    }

    #[test]
    fn who_speaks_is_found() {
        is_name("this is ", "Emma Watson", "");
        is_name("This is ", "Tom Miller", ", can you help?");
        is_name("This is ", "Emma Smith", " again.");
        is_name("Bye. This is ", "Jack Weber", "");
        is_name("Hi, this is ", "Emma", ".");
        is_name("hello this is ", "Grace", " and I am lost");
        is_name("This is ", "Emma", " speaking");
        is_name("This is ", "Emma", " from room four");
        is_name("Hello, this is Mr. ", "Tom Miller", ".");
        is_name("Ich heiße Dr. ", "Zoe Adler", "");
    }

    #[test]
    fn what_else_this_is_is_none() {
        for text in [
            "this is Great Britain",
            "This is Spanish",
            "This is Costa Rica",
            "This is Mount Everest.",
            "This is New York",
            "This is World History",
            "This is Halloween",
            "THIS IS SPARTA",
            "I think this is Zelda",
            "This is Python Programming",
            "This is Northern Ireland",
            "hi, this is Awesome",
        ] {
            nothing_in(text);
        }
    }

    #[test]
    fn who_signs_is_found() {
        is_name("signed, ", "Emma Watson", "");
        is_name("signed ", "Emma", "");
        is_name("See you soon, signed ", "Emma", " the fox");
        is_name("Signed: ", "Grace", "");
        is_name("Thank you!\nBest regards,\n", "Emma Watson", "\n");
        is_name("Love, ", "Emma", "!");
        is_name("Viele Grüße\r\n", "Zoe", "");
    }

    #[test]
    fn what_else_is_signed_is_none() {
        for text in [
            "signed and sent",
            "Signed Copies of it",
            "Signed, Sealed, Delivered",
            "we signed Friday",
            "Kind regards, Team",
            "I love, Love and love",
            "Sincerely, The Staff",
            "a self-signed Rcgen key",
            "# signed LEB128",
        ] {
            nothing_in(text);
        }
    }
}
