//! The words around a number that say what it is.
//!
//! Ten digits by themselves may be anything. After "call me at" they are a phone number, after
//! "order" they are not. The nearest telling word decides; words that tell nothing are passed over.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::lookalikes::plain;
use super::text::Text;

/// How far to look, in characters.
const REACH_BEFORE: usize = 48;
const REACH_AFTER: usize = 24;

/// What the number beside a word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Context {
    Phone,
    Ssn,
    Card,
    /// A number of no person: an order, a version, an amount.
    Other,
    /// Just "number".
    Number,
}

/// What a telling word does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Telling {
    /// Names a number that is before or after it.
    Noun(Context),
    /// Announces a number that comes after it.
    Verb(Context),
    /// "number": of a phone after "my", "her" and the like.
    Number,
}

const PHONE_NOUNS: &str = "phone phones phonenumber telephone telephones tel telno telefon telefonnummer telefono \
     telefone telephonenumber handy handynummer mobil mobile mobiles mobilnummer mob cell cellphone cellular celular \
     cel movil portable fax whatsapp viber hotline landline voicemail pager msisdn телефон тел мобильный факс \
     电话 手机 電話 携帯";
const PHONE_VERBS: &str = "call calling dial ring text texting sms reach contact callback ph llama llamame llamar \
     appelle appelez chiama ruf anrufen bel звоните";
const SSN_NOUNS: &str = "ssn ssns social security ss# socialsecurity";
const CARD_NOUNS: &str = "card cards credit debit creditcard visa mastercard amex discover maestro cc kreditkarte \
     tarjeta carte carta";
const OTHER_NOUNS: &str = "account acct invoice order orders id ids identifier ref reference tracking serial isbn \
     issn doi iban bic swift zip zipcode postal postcode code pin case ticket policy license licence passport \
     member membership customer client routing sku model version release room page pages chapter year years \
     price total amount sum cost paid balance vin build item product part article lot batch confirmation \
     booking flight hash dollars euros pounds people users times bytes timestamp epoch latitude longitude score points level";
const POSSESSIVES: [&str; 10] = [
    "my", "your", "his", "her", "our", "their", "whose", "s", "mom", "dad",
];

static WORDS: LazyLock<HashMap<String, Telling>> = LazyLock::new(|| {
    let lists = [
        (PHONE_NOUNS, Telling::Noun(Context::Phone)),
        (PHONE_VERBS, Telling::Verb(Context::Phone)),
        (SSN_NOUNS, Telling::Noun(Context::Ssn)),
        (CARD_NOUNS, Telling::Noun(Context::Card)),
        (OTHER_NOUNS, Telling::Noun(Context::Other)),
        ("number numbers numero nummer num", Telling::Number),
    ];
    let words = lists
        .into_iter()
        .flat_map(|(list, telling)| list.split_whitespace().map(move |word| (word, telling)));
    words
        .flat_map(|(word, telling)| as_read(word).map(|read| (read, telling)))
        .collect()
});

/// A word as the normalised text has it: letters that look like Latin ones are Latin there, and
/// which letters do depends on the case (`Т` does, `т` does not).
fn as_read(word: &str) -> [String; 3] {
    let capital: String = word
        .chars()
        .take(1)
        .flat_map(char::to_uppercase)
        .chain(word.chars().skip(1))
        .collect();
    [word.to_owned(), capital, word.to_uppercase()].map(|written| {
        written
            .chars()
            .map(plain)
            .collect::<String>()
            .to_lowercase()
    })
}

/// What the words around `start..end` say, the nearest before it first.
pub(super) fn context_of(text: &Text, start: usize, end: usize) -> Option<Context> {
    before(text, start).or_else(|| after(text, end))
}

fn before(text: &Text, start: usize) -> Option<Context> {
    let words = words_backwards(text, start);
    let mut words = words.iter().peekable();
    let mut is_number = false;
    while let Some(word) = words.next() {
        match WORDS.get(word.as_str()) {
            Some(Telling::Noun(context) | Telling::Verb(context)) => return Some(*context),
            Some(Telling::Number) if words.peek().is_some_and(|owner| is_possessive(owner)) => {
                return Some(Context::Phone);
            }
            Some(Telling::Number) => is_number = true,
            None => {}
        }
    }
    is_number.then_some(Context::Number)
}

/// Only nouns: a verb after a number announces the next one.
fn after(text: &Text, end: usize) -> Option<Context> {
    words_forwards(text, end)
        .iter()
        .find_map(|word| match WORDS.get(word.as_str()) {
            Some(Telling::Noun(context)) => Some(*context),
            _ => None,
        })
}

fn is_possessive(word: &str) -> bool {
    POSSESSIVES.contains(&word)
}

/// The words before `start`, nearest first, in lower case. A placeholder such as `[PHONE]` is no
/// word: it stands for another number.
fn words_backwards(text: &Text, start: usize) -> Vec<String> {
    let first = start.saturating_sub(REACH_BEFORE);
    let mut words = words_in(text, first, start);
    words.reverse();
    words
}

/// The words after `end` in the same line and sentence.
fn words_forwards(text: &Text, end: usize) -> Vec<String> {
    let last = text.skip(end, REACH_AFTER, |c| {
        !matches!(c, '.' | '!' | '?' | ';' | '\n') && !c.is_ascii_digit()
    });
    words_in(text, end, last)
}

fn words_in(text: &Text, start: usize, end: usize) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    // A word that is cut by the start is none.
    let mut is_cut = text.before(start).is_some_and(char::is_alphabetic);
    for index in start..=end {
        match text
            .at(index)
            .filter(|char| index < end && char.is_alphabetic())
        {
            Some(letter) if !is_cut => word.extend(letter.to_lowercase()),
            Some(_) => {}
            None => {
                is_cut = false;
                let is_placeholder = text.at(index) == Some(']');
                if !word.is_empty() && !is_placeholder {
                    words.push(std::mem::take(&mut word));
                }
                word.clear();
            }
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn context(original: &str) -> Option<Context> {
        let start = original.find('0').unwrap();
        let end = original.rfind('0').unwrap() + 1;
        context_of(&Text::new(original), start, end)
    }

    #[test]
    fn the_nearest_word_before_decides() {
        assert_eq!(context("phone: 000"), Some(Context::Phone));
        assert_eq!(context("Call me about order 000"), Some(Context::Other));
        assert_eq!(
            context("About your order, call us at 000"),
            Some(Context::Phone)
        );
        assert_eq!(
            context("my social security number is 000"),
            Some(Context::Ssn)
        );
        assert_eq!(context("here is 000"), None);
    }

    #[test]
    fn a_noun_after_it_tells_too_but_a_verb_does_not() {
        assert_eq!(context("000 is my cell"), Some(Context::Phone));
        assert_eq!(context("000 (mobile)"), Some(Context::Phone));
        assert_eq!(context("000 then call"), None);
        assert_eq!(context("000. My phone broke"), None);
    }

    #[test]
    fn a_number_of_somebody_is_a_phone_number() {
        assert_eq!(context("Mom's number is 000"), Some(Context::Phone));
        assert_eq!(context("the number is 000"), Some(Context::Number));
        assert_eq!(context("her account number is 000"), Some(Context::Other));
    }

    #[test]
    fn only_whole_words_within_reach_count() {
        assert_eq!(context(&format!("phone {} 000", "x ".repeat(30))), None);
        assert_eq!(context("saxophone 000"), None);
        assert_eq!(context("[PHONE] 000"), None);
    }

    #[test]
    fn words_of_other_scripts_and_in_disguise_are_read() {
        for word in ["телефон", "Телефон", "ТЕЛЕФОН"] {
            assert_eq!(context(&format!("{word}: 000")), Some(Context::Phone));
        }
        assert_eq!(context("Téléphone 000"), Some(Context::Phone));
        assert_eq!(context("ｐｈｏｎｅ 000"), Some(Context::Phone));
    }
}
