//! What somebody may be said to be in German, where every noun has a capital, and in French, Spanish and
//! their like: `Ich bin Schüler`, `Ich bin Berlinerin`. No name, though it stands where one would.

use super::description::describes;
use super::lexicon::Classes;
use super::page::Page;
use super::words::Word;

/// Endings of trades, origins, games and moods, each with the fewest letters before it.
const ENDINGS: [(&str, usize); 19] = [
    ("schuler", 2),
    ("lehrer", 2),
    ("sprecher", 2),
    ("spieler", 2),
    ("meister", 2),
    ("kind", 3),
    ("erin", 4),
    ("istin", 3),
    ("entin", 3),
    ("antin", 4),
    ("arztin", 2),
    ("arzt", 3),
    ("ist", 4),
    ("iker", 3),
    ("ling", 4),
    ("fan", 5),
    ("er", 4),
    ("ig", 3),
    ("lich", 3),
];
/// People are called so too.
const NAMES_TOO: &str = "alexander archer baxter carter casper chester christopher cooper dexter didier \
     dieter easter elmer esther fletcher gardner gauthier ginger gunter gunther harper heather hedwig hester holger \
     hunter jasper javier jennifer jesper juniper kasper kester kristopher lester ludwig luther olivier oliver parker \
     pieter rainer reiner sander silvester skyler spencer sterling sylvester tanner turner valter volker walter \
     webster werner wouter xander xavier";

/// Whether a word of any of these languages says what somebody is, not who.
pub(super) fn describes_anywhere(page: &Page<'_>, word: &Word) -> bool {
    if word.is(Classes::OTHER_NO_NAME.or(Classes::OTHER_GRAMMAR)) || describes(page, word) {
        return true;
    }
    let written = page.text.all_of(&word.range());
    let written: String = written
        .iter()
        .flat_map(|char| char.to_lowercase())
        .collect();
    let ends_so = |(ending, least): &(&str, usize)| {
        written
            .strip_suffix(ending)
            .is_some_and(|stem| stem.chars().count() >= *least)
    };
    let is_name_too = || {
        NAMES_TOO
            .split_ascii_whitespace()
            .any(|name| name == written)
    };
    ENDINGS.iter().any(ends_so) && !is_name_too()
}

#[cfg(test)]
mod tests {
    use crate::pii::tests::{found, nothing_in};

    #[test]
    fn what_somebody_is_is_no_name() {
        for text in [
            "Ich bin müde",
            "Ich bin Müde",
            "Ich bin Traurig",
            "ich bin Krank heute",
            "Ich bin Glücklich",
            "Ich bin Deutscher",
            "Ich bin Schüler",
            "ich bin Schülerin und mag Mathe",
            "Ich bin Berliner",
            "Ich bin Vegetarierin",
            "Ich bin Klassensprecher",
            "Ich bin Einzelkind",
            "Ich bin Fan von Bayern",
            "Ich bin Zwilling",
            "Ich bin Polizist",
            "Ich bin Anfänger",
            "Ich bin nicht da",
            "ICH BIN MÜDE",
            "je suis fatigué",
            "je suis Français",
            "Je suis élève",
            "soy de Madrid",
            "Soy Mexicana",
            "soy sauce and Soy Milk",
            "Ik ben Nederlander",
        ] {
            nothing_in(text);
        }
    }

    #[test]
    fn names_that_end_like_it_are_names() {
        for name in [
            "Emma",
            "Peter",
            "Oliver",
            "Jennifer",
            "Alexander",
            "Robin",
            "Ludwig",
            "Ulrich",
            "Katharina",
            "Martin",
            "Hermann",
            "Stefan",
            "Kristin",
            "Finn",
        ] {
            assert_eq!(found(&format!("Ich bin {name}.")), [format!("name:{name}")]);
        }
    }
}
