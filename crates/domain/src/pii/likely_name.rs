//! Whether capitalised words by themselves are more likely the name of a person than what a team, a
//! firm or a place is called: `Emma Lee`, not `Blue Dragons` or `Khan Academy`.
//!
//! There is no list of names. First names are seldom words of the language, the last words of teams
//! mostly are, in the plural; and what groups are called says so.

use super::page::Page;
use super::subject::is_ordinary;

/// First names that are words of the language too; no months and no seasons.
const FIRST_NAMES: &str = "amber angel art bill bob brook carter chase christian clay cliff cooper daisy dawn dean \
     drew duke earl eve faith frank gene ginger grace grant guy harmony harry hazel heather holly hope hunter iris \
     ivy jack jade jasmine jay jean joy lily mark mason max may melody miles olive parker pat patience pearl peg \
     penny poppy ray river rob robin rose rosemary rowan ruby rusty sage sally sandy sky sue tom tony trinity \
     tyler victor violet wade ward will";
/// Surnames that are words of the language in the plural.
const PLURAL_SURNAMES: &str = "banks bridges brooks brothers fields gates hills knights mills parks rivers sands \
     stones summers waters wells winters woods";
/// What groups are called, and the places that they are called after.
const OF_GROUPS: &str = "academy ag adler airlines airport alpha angeles app apps arena arsenal asse association athletic atlanta \
     austria baltimore bank barcelona bavaria bayern beach berlin betis bk borussia boston boys bravo bremen \
     buffalo calgary camp celtic celtics center centre chicago cincinnati city class classroom cleveland \
     club co college company corp county crew denver detroit digital dortmund dynamo edmonton edu \
     education england entertainment everton fc foundation fuchse france frankfurt fulham games galaxy germany girls \
     gmbh group gruppe guild helden hamburg highschool hospital hotel house hub inc indiana institute inter island klasse italia italy \
     jersey juventus kids koln lab labs lake lakers league learning leeds leicester leipzig library lisbon liverpool llc \
     lyon london lowen ltd lyceum madrid magic magazine manchester mannschaft marseille media memphis miami milano milwaukee \
     minnesota montreal munchen munich museum napoli nashville network newcastle news oakland ocean oklahoma \
     online orchestra orlando ottawa paris philadelphia pictures pittsburgh plus porto portland premium press pro \
     publishing racing radio rangers real records restaurant river roma rotterdam sacramento saints salzburg schalke \
     school schule science sc seattle service services seville sevilla society software solutions spa spain \
     sporting sports squad state stadium station stiftung stuttgart studio studios sv systems tampa team tech \
     technologies technology tennessee texas torino toronto tottenham town toys trust tsv tv ultra united university \
     utah valencia valley vancouver verein verlag vfb vfl villa warriors washington watford werder winnipeg wolfsburg \
     wolverhampton world york zoo zurich";

/// Places that are called like people, and what places begin with.
const PLACES: [&str; 24] = [
    "abu dhabi",
    "addis ababa",
    "buenos aires",
    "burkina faso",
    "cape ",
    "costa rica",
    "el salvador",
    "fort ",
    "hong kong",
    "kuala lumpur",
    "lake ",
    "machu picchu",
    "mont ",
    "monte carlo",
    "mount ",
    "notre dame",
    "port ",
    "puerto ",
    "rio ",
    "santa ",
    "saudi arabia",
    "sierra leone",
    "sri lanka",
    "tel aviv",
];
/// Endings of trades and of sons: words of the language that are surnames as well.
const SURNAMES: [&str; 4] = ["er", "man", "son", "smith"];

/// Whether the words of a name in small letters, without the dots of initials, are a person's.
pub(super) fn is_likely_person(words: &[String]) -> bool {
    let [first, .., last] = words else {
        return false;
    };
    let is_of_group = |word: &String| is_in(word, OF_GROUPS);
    !words.iter().any(is_of_group) && may_be_first(first) && may_be_last(last)
}

/// Whether a word in small letters is none of the language, or one that people are called by.
pub(super) fn may_be_first(word: &str) -> bool {
    let is_letter = word.is_ascii() && word.len() == 1;
    !is_letter && (!is_ordinary(word) || is_in(word, FIRST_NAMES))
}

/// Whether a last word is none of the language, or one that is a surname too after a first word that is none.
pub(super) fn is_surname_after(first: &str, last: &str) -> bool {
    let ends_so = || SURNAMES.iter().any(|ending| last.ends_with(ending));
    !is_ordinary(last) || (!is_ordinary(first) && ends_so())
}

/// Whether a place that is called like a person begins here.
pub(super) fn is_place(page: &Page<'_>, start: usize) -> bool {
    let mut places = PLACES.iter();
    places.any(|place| page.text.has_word_at(start, place))
}

/// An initial, or no word of the language in the plural.
fn may_be_last(word: &str) -> bool {
    let is_plural =
        word.len() > 3 && word.ends_with('s') && !word.ends_with("ss") && is_ordinary(word);
    !is_plural || is_in(word, PLURAL_SURNAMES)
}

fn is_in(word: &str, list: &str) -> bool {
    list.split_ascii_whitespace().any(|known| known == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_likely(name: &str) -> bool {
        let words: Vec<_> = name.split(' ').map(str::to_owned).collect();
        is_likely_person(&words)
    }

    #[test]
    fn first_and_last_names_are_people() {
        for name in [
            "emma lee",
            "noah becker",
            "lena fuchs",
            "ada l",
            "grace young",
            "mark baker",
            "ana de la cruz",
            "tom brooks",
            "zoé weiß",
            "李 小龍",
        ] {
            assert!(is_likely(name), "{name}");
        }
    }

    #[test]
    fn what_groups_are_called_is_none() {
        for name in [
            "blue dragons",
            "khan academy",
            "chicago bulls",
            "real madrid",
            "miami heat",
            "bayern munich",
            "team rocket",
            "red hot peppers",
            "emma",
            "a lee",
            "duolingo plus",
            "class b",
            "golden eagles",
        ] {
            assert!(!is_likely(name), "{name}");
        }
    }
}
