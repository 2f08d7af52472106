//! Streets that German names by where they are: `Am Markt 5`, `An der Alster 12`, `Unter den Linden 7`.
//!
//! `Am Montag 5` is written alike. So the noun has to be something that streets lie at, or a postal
//! code and a place, or somebody who lives there, has to stand beside.

use super::lexicon::Classes;
use super::numbers::Group;
use super::page::Page;
use super::words::Word;

/// A house there has at most so many digits.
const MAX_DIGITS: usize = 3;
/// Adjectives and the noun: `Alten Neuen Markt`.
const MAX_NAMES: usize = 3;
/// Words between "wohne" and the street.
const REACH: usize = 3;
/// Shorter nouns end too many other words.
const SHORTEST_ENDING: usize = 4;

/// With an article in them, and those before one.
const CONTRACTED: [&str; 6] = ["am", "im", "zum", "zur", "beim", "vorm"];
const PREPOSITIONS: [&str; 10] = [
    "an", "auf", "in", "bei", "vor", "hinter", "unter", "neben", "ob", "zu",
];
const ARTICLES: [&str; 3] = ["der", "den", "dem"];

/// What streets lie at, as normalised, and what the names of such things end with.
const LANDMARKS: &str = "anger au aue bach bahnhof berg brucke bruecke brunnen burg busch damm deich \
     dom dorf eck eiche eichen fluss forst fort furt garten gasse graben grund hafen hag hain halde \
     hang heide heim hoehe hof hohe holz horn huegel hugel insel kamp kanal kirche kirchhof kloster \
     krankenhaus kreuz lehen linde linden mark markt mauer moor moos muehle muhle park pfad platz \
     quelle rain rathaus ried ring rosen schloss schloß see seen siedlung sportplatz steg steig \
     stein strand tal teich turm ufer wald wall wasser weg wehr weide weiher weinberg werft wiese \
     wiesen winkel zaun zoll";
/// Rivers and lakes.
const WATERS: &str = "aller alster bille dahme donau eder eider elbe elster ems enns fulda havel \
     iller ilm inn isar jade kinzig lahn lech leine lippe main mosel mulde murg naab neckar nidda \
     oder oker panke pegnitz regnitz rhein ruhr saale saar salzach sieg spree tauber trave ulster \
     unstrut volme werra weser wien wupper wurm";
/// What is counted or told in this way, and no place, whatever stands beside it.
const NO_PLACES: &str = "abend absatz abschnitt alter anfang artikel aufgabe band beispiel blatt \
     buch durchschnitt ende fach fall frage freitag gruppe herbst jahr kapitel klasse kurs lektion \
     level mittag mittwoch moment monat montag morgen nachmittag nummer platz punkt quartal raum \
     runde samstag satz schnitt seite semester sommer sonntag spiel stufe stunde tag teil test thema \
     tisch turnier vormittag winter woche zeile zimmer";
/// Who lives there, and what an address is called.
const DWELLING: [&str; 12] = [
    "wohne",
    "wohnt",
    "wohnen",
    "wohnte",
    "wohnhaft",
    "wohnst",
    "lebe",
    "lebt",
    "leben",
    "adresse",
    "anschrift",
    "zuhause",
];

/// What goes on after an address within a sentence.
const FOLLOWING: [&str; 6] = ["in", "und", "oder", "wohnt", "wohne", "ist"];

/// Where the street starts whose name ends with `noun` and has this number after it.
pub(super) fn preposition_street(page: &Page<'_>, noun: &Word, number: &Group) -> Option<usize> {
    if number.range().len() > MAX_DIGITS || !noun.is_capitalised() {
        return None;
    }
    let last = page.word_from(noun.range().start);
    let first = preposition_before(page, last)?;
    if is_no_place(page, noun) {
        return None;
    }
    let is_capitalised = page.words[first].is_capitalised();
    let is_street = || is_capitalised && is_landmark(page, noun) && ends_phrase(page, number);
    let is_home = || is_lived_at(page, first) && !counts(page, number);
    let is_placed = || has_postal_code(page, number) || is_home();
    (is_street() || is_placed()).then(|| page.words[first].range().start)
}

/// The preposition before up to [`MAX_NAMES`] capitalised words, of which `last` is the last.
fn preposition_before(page: &Page<'_>, last: usize) -> Option<usize> {
    let is_joined = |index: &usize| {
        page.gap_after::<1>(*index)
            .is_some_and(|gap| gap.is_blank())
    };
    let mut first = last;
    for _ in 0..=MAX_NAMES {
        first = first.checked_sub(1).filter(is_joined)?;
        let word = &page.words[first];
        let is_one_of = |list: &[&str]| list.iter().any(|known| page.is_written(word, known));
        if is_one_of(&ARTICLES) {
            first = first.checked_sub(1).filter(is_joined)?;
            let before = &page.words[first];
            let is_preposition = PREPOSITIONS
                .iter()
                .any(|known| page.is_written(before, known));
            return is_preposition.then_some(first);
        }
        if is_one_of(&CONTRACTED) {
            return Some(first);
        }
        if !word.is_capitalised() {
            return None;
        }
    }
    None
}

/// Whether streets and schools lie at it: `Markt`, `Stadtpark`, `Elbe`.
pub(super) fn is_landmark(page: &Page<'_>, noun: &Word) -> bool {
    let written = lower(page, noun);
    let ends_so = |landmark: &str| {
        landmark.len() >= SHORTEST_ENDING
            && written
                .strip_suffix(landmark)
                .is_some_and(|stem| stem.len() >= 3)
    };
    is_in(page, noun, LANDMARKS)
        || is_in(page, noun, WATERS)
        || LANDMARKS.split_ascii_whitespace().any(ends_so)
}

/// `Am Montag`, `Am Ende`
pub(super) fn is_no_place(page: &Page<'_>, noun: &Word) -> bool {
    is_in(page, noun, NO_PLACES)
}

fn is_in(page: &Page<'_>, noun: &Word, list: &str) -> bool {
    let written = lower(page, noun);
    let mut known = list.split_ascii_whitespace();
    known.any(|word| word == written)
}

fn lower(page: &Page<'_>, word: &Word) -> String {
    let written = page.text.all_of(&word.range()).iter().take(40);
    written.flat_map(|char| char.to_lowercase()).collect()
}

/// Whether the number is of the noun after it: `5 Tage`.
fn counts(page: &Page<'_>, number: &Group) -> bool {
    let end = number.range().end;
    let next = page.text.skip(end, 1, |char| char == ' ');
    next > end && page.word_at(next).is_some_and(Word::is_capitalised)
}

/// Whether the number counts nothing and is the start of no other: not `Am See 5 Enten`, `Am See 5,50 €`.
fn ends_phrase(page: &Page<'_>, number: &Group) -> bool {
    let text = page.text;
    let end = text.skip(number.range().end, 1, char::is_alphabetic);
    let is_digit = |char: Option<char>| char.is_some_and(|char| char.is_ascii_digit());
    let goes_on = matches!(text.at(end), Some('.' | ',' | ':')) && is_digit(text.at(end + 1));
    let next = text.skip(end, 1, |char| char == ' ');
    let is_amount = matches!(text.at(next), Some('%' | '€' | '$' | '°'));
    let may_follow = |word: &Word| FOLLOWING.iter().any(|known| page.is_written(word, known));
    let is_followed_well = next == end || page.word_at(next).is_none_or(may_follow);
    !goes_on && !is_amount && is_followed_well
}

/// `, 10115 Berlin`: four or five digits and a capital after the number.
fn has_postal_code(page: &Page<'_>, number: &Group) -> bool {
    let text = page.text;
    let letter = text.skip(number.range().end, 1, char::is_alphabetic);
    let start = text.skip(letter, 3, |char| matches!(char, ' ' | ',' | '\n' | '\r'));
    let code = page.group_at(start).filter(|_| start > letter);
    code.is_some_and(|code| {
        let place = code.range().end + 1;
        let is_place = page.word_at(place).is_some_and(Word::is_capitalised);
        matches!(code.range().len(), 4 | 5) && text.at(place - 1) == Some(' ') && is_place
    })
}

/// `Ich wohne Am Krautacker 5`
fn is_lived_at(page: &Page<'_>, first: usize) -> bool {
    let start = page.words[first].range().start;
    let before = page.words[..first].iter().rev().take(REACH);
    let mut near =
        before.take_while(|word| start - word.range().end <= 24 && !word.is(Classes::COVERED));
    near.any(|word| DWELLING.iter().any(|known| page.is_written(word, known)))
}

#[cfg(test)]
mod tests {
    use crate::pii::tests::{found, nothing_in};

    #[test]
    fn streets_named_by_where_they_are_are_found() {
        for text in [
            "Am Markt 5",
            "Am Markt 5, 10115 Berlin",
            "An der Alster 12",
            "Am Alten Markt 5b",
            "Unter den Linden 7",
            "Auf der Höhe 3",
            "Im Wiesengrund 8",
            "Am Stadtpark 21",
            "Zur Alten Mühle 4",
            "An der Universität 9, 8010 Graz",
            "Am Krautacker 9\n10115 Berlin",
        ] {
            assert_eq!(found(text), [format!("address:{text}")]);
            assert_eq!(
                found(&format!("Wir treffen uns: {text}!")),
                [format!("address:{text}")]
            );
        }
        assert_eq!(
            found("Ich wohne Am Krautacker 9 mit Mama"),
            ["address:Am Krautacker 9"]
        );
        assert_eq!(found("Sie ist Am Markt 5 in Bonn"), ["address:Am Markt 5"]);
    }

    #[test]
    fn times_and_counts_after_such_words_are_none() {
        for text in [
            "Am Montag 5 Aufgaben",
            "Am Ende 5",
            "Am Ende 5, 12345 Punkte",
            "Im Jahr 201",
            "Im Kapitel 12, 1000 Fragen",
            "In der Klasse 5",
            "Auf der Seite 12",
            "Am See 5 Enten",
            "Am Markt 5 Euro bezahlt",
            "Im Garten 20% mehr",
            "Am Markt 5,50 bezahlt",
            "Am Markt 5 € bezahlt",
            "Am Bahnhof 10:30",
            "Am Platz 5",
            "am markt 5 stehen wir",
            "wir gehen am Bach 3 mal",
            "wir wohnen im Hotel 5 Tage",
            "Im Test 3",
            "Zum Beispiel 7",
            "In an Hour 5",
        ] {
            nothing_in(text);
        }
    }
}
