//! The words around a number that say what it is.
//!
//! Ten digits by themselves may be anything. After "call me at" they are a phone number, after
//! "order" they are not. The nearest telling word decides; words that tell nothing are passed over.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::entity::EntityKind;
use super::lookalikes::plain;
use super::numbers::Group;
use super::text::{COVER, Text};

/// A word says something about numbers up to so many words after it.
const REACH_BEFORE: usize = 8;
/// How far to look after a number, in characters.
const REACH_AFTER: usize = 24;
/// Longer words tell nothing.
const MAX_WORD: usize = 24;

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

const PHONE_NOUNS: &str = "phone phones phonenumber telephone telephones tel telno telefon \
     telefonnummer telefono telefone telephonenumber handy handynummer mobil mobile mobiles \
     mobilnummer mob cell cellphone cellular celular cel movil portable fax whatsapp viber hotline \
     landline voicemail pager msisdn телефон тел мобильный факс 电话 手机 電話 携帯";
const PHONE_VERBS: &str = "call calling dial ring text texting sms reach contact callback ph \
     llama llamame llamar appelle appelez chiama ruf anrufen bel звоните";
const SSN_NOUNS: &str = "ssn ssns security socialsecurity";
const CARD_NOUNS: &str = "card cards credit debit creditcard visa mastercard amex discover \
     maestro cc kreditkarte tarjeta carte carta";
const OTHER_NOUNS: &str = "account acct invoice order orders id ids identifier ref reference \
     tracking serial isbn issn doi iban bic swift zip zipcode postal postcode code pin case ticket \
     policy license licence passport member membership customer client routing sku model version \
     release room page pages chapter year years price total amount sum cost paid balance vin build \
     item product part article lot batch confirmation booking flight hash dollars euros pounds \
     people users times bytes timestamp epoch latitude longitude score points level";
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

/// What the words before each group of digits say. One pass over the text.
pub(super) fn contexts_before(text: &Text, groups: &[Group]) -> Vec<Option<Context>> {
    let mut reader = Reader::default();
    let mut index = 0;
    let mut contexts = Vec::with_capacity(groups.len());
    for group in groups {
        while index < group.range.start {
            index = reader.read(text, index, group.range.start);
        }
        contexts.push(reader.context());
        index = group.range.end;
    }
    contexts
}

/// What the words after a number say, up to the end of the sentence, the next number, or a sign of
/// something else personal. Only nouns count: a verb announces the next number.
pub(super) fn context_after(text: &Text, end: usize) -> Option<Context> {
    let is_inside = |c: char| {
        !matches!(c, '.' | '!' | '?' | ';' | '\n' | '@' | '[' | COVER) && !c.is_ascii_digit()
    };
    let last = text.skip(end, REACH_AFTER, is_inside);
    let mut index = end;
    while index < last {
        let word_end = text.skip(index, last - index, char::is_alphabetic);
        // A word that goes on after the reach is not read.
        let is_whole = !text.at(word_end).is_some_and(char::is_alphabetic);
        if let Some(Telling::Noun(context)) = telling(text, index, word_end).filter(|_| is_whole) {
            return Some(context);
        }
        index = word_end.max(index) + 1;
    }
    None
}

fn telling(text: &Text, start: usize, end: usize) -> Option<Telling> {
    WORDS.get(word(text, start, end)?.as_str()).copied()
}

/// A word in lower case, unless it is too long to tell anything.
fn word(text: &Text, start: usize, end: usize) -> Option<String> {
    let is_short = (1..=MAX_WORD).contains(&(end - start));
    is_short.then(|| {
        (start..end)
            .filter_map(|at| text.at(at))
            .flat_map(char::to_lowercase)
            .collect()
    })
}

/// Remembers the last words that told something, and how many words ago that was.
#[derive(Default)]
struct Reader {
    telling: Option<(Context, usize)>,
    number: Option<usize>,
    follows_possessive: bool,
}

impl Reader {
    /// Reads the word at `index`, or passes over one other character. Answers where to go on.
    fn read(&mut self, text: &Text, index: usize, limit: usize) -> usize {
        let end = text.skip(index, limit - index, char::is_alphabetic);
        if end == index {
            if text.at(index) == Some(COVER) {
                *self = Self::default();
            }
            return index + 1;
        }
        if is_placeholder(text, index, end) {
            *self = Self::default();
        } else {
            self.hear(word(text, index, end).as_deref());
        }
        end
    }

    fn hear(&mut self, word: Option<&str>) {
        let age = |age: usize| Some(age + 1).filter(|age| *age < REACH_BEFORE);
        self.telling = self
            .telling
            .and_then(|(context, words)| Some((context, age(words)?)));
        self.number = self.number.and_then(age);
        match word.and_then(|word| WORDS.get(word)) {
            Some(Telling::Noun(context) | Telling::Verb(context)) => {
                self.telling = Some((*context, 0));
            }
            Some(Telling::Number) if self.follows_possessive => {
                self.telling = Some((Context::Phone, 0));
            }
            Some(Telling::Number) => self.number = Some(0),
            None => {}
        }
        self.follows_possessive = word.is_some_and(|word| POSSESSIVES.contains(&word));
    }

    fn context(&self) -> Option<Context> {
        self.telling
            .map(|(context, _)| context)
            .or(self.number.map(|_| Context::Number))
    }
}

/// `[PHONE]` stands for another number and for the words that were about it. So it says nothing
/// about the number after it, and redacting one thing never uncovers another.
fn is_placeholder(text: &Text, start: usize, end: usize) -> bool {
    let is_bracketed = text.before(start) == Some('[') && text.at(end) == Some(']');
    is_bracketed && {
        let written: String = (start - 1..=end).filter_map(|at| text.at(at)).collect();
        EntityKind::is_placeholder(&written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pii::numbers::find_groups;

    /// What the words around the zeros say.
    fn context(original: &str) -> Option<Context> {
        let text = Text::new(original);
        let groups = find_groups(&text);
        let end = groups.first()?.range.end;
        contexts_before(&text, &groups)[0].or_else(|| context_after(&text, end))
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
        assert_eq!(context(&format!("phone {} 000", "x ".repeat(8))), None);
        assert_eq!(
            context(&format!("phone {} 000", "x ".repeat(7))),
            Some(Context::Phone)
        );
        assert_eq!(context("saxophone 000"), None);
        assert_eq!(context(&format!("{}phone 000", "x".repeat(1_000))), None);
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
