//! The words around a number that say what it is.
//!
//! Ten digits by themselves may be anything. After "call me at" they are a phone number, after
//! "order" they are not. The nearest telling word decides; words that tell nothing are passed over.

use super::lexicon::Classes;
use super::numbers::Group;
use super::text::{COVER, Text};
use super::words::Word;

/// A word says something about numbers up to so many words after it.
const REACH_BEFORE: usize = 8;
/// How far to look after a number, in characters.
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

impl Telling {
    /// Of a word that is in several lists, the one that a number of a person would have.
    fn of(classes: Classes) -> Option<Self> {
        let table = [
            (Classes::SSN_NOUN, Self::Noun(Context::Ssn)),
            (Classes::CARD_NOUN, Self::Noun(Context::Card)),
            (Classes::PHONE_NOUN, Self::Noun(Context::Phone)),
            (Classes::PHONE_VERB, Self::Verb(Context::Phone)),
            (Classes::OTHER_NOUN, Self::Noun(Context::Other)),
            (Classes::NUMBER, Self::Number),
        ];
        let telling = table.into_iter().find(|(class, _)| classes.any(*class));
        telling.map(|(_, telling)| telling)
    }
}

/// What any telling word is: without one there is no context.
pub(super) const TELLING: Classes = Classes::SSN_NOUN
    .or(Classes::CARD_NOUN)
    .or(Classes::PHONE_NOUN)
    .or(Classes::PHONE_VERB)
    .or(Classes::OTHER_NOUN)
    .or(Classes::NUMBER);

/// What the words before each group of digits say. One pass over words and groups.
pub(super) fn contexts_before(words: &[Word], groups: &[Group]) -> Vec<Option<Context>> {
    let mut reader = Reader::default();
    let mut words = words.iter().peekable();
    let before_group = |group: &Group| {
        while let Some(word) = words.next_if(|word| word.range().start < group.range().start) {
            reader.hear(word.classes);
        }
        reader.context()
    };
    groups.iter().map(before_group).collect()
}

/// What the words after a number say, up to the end of the sentence, the next number, or a sign of
/// something else personal. Only nouns count: a verb announces the next number.
pub(super) fn context_after(text: &Text, words: &[Word], end: usize) -> Option<Context> {
    let is_inside = |c: char| {
        !matches!(c, '.' | '!' | '?' | ';' | '\n' | '@' | '[' | COVER) && !c.is_ascii_digit()
    };
    let last = text.skip(end, REACH_AFTER, is_inside);
    let first = words.partition_point(|word| word.range().start < end);
    // A word that goes on after the reach is not read.
    let within = words[first..]
        .iter()
        .take_while(|word| word.range().end <= last);
    let mut told = within.map(|word| Telling::of(word.classes));
    told.find_map(|telling| match telling {
        Some(Telling::Noun(context)) => Some(context),
        _ => None,
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
    fn hear(&mut self, word: Classes) {
        if word.any(Classes::COVERED) {
            // What was found took the words that were about it with it.
            *self = Self::default();
            return;
        }
        let age = |age: usize| Some(age + 1).filter(|age| *age < REACH_BEFORE);
        self.telling = self
            .telling
            .and_then(|(context, words)| Some((context, age(words)?)));
        self.number = self.number.and_then(age);
        match Telling::of(word) {
            Some(Telling::Noun(context) | Telling::Verb(context)) => {
                self.telling = Some((context, 0));
            }
            Some(Telling::Number) if self.follows_possessive => {
                self.telling = Some((Context::Phone, 0));
            }
            Some(Telling::Number) => self.number = Some(0),
            None => {}
        }
        self.follows_possessive = word.any(Classes::POSSESSIVE.or(Classes::OTHER_POSSESSIVE));
    }

    fn context(&self) -> Option<Context> {
        self.telling
            .map(|(context, _)| context)
            .or(self.number.map(|_| Context::Number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pii::numbers::find_groups;
    use crate::pii::words::survey;

    /// What the words around the zeros say.
    fn context(original: &str) -> Option<Context> {
        let text = Text::new(original);
        let groups = find_groups(&text);
        let end = groups.first()?.range().end;
        let (words, _) = survey(&text);
        contexts_before(&words, &groups)[0].or_else(|| context_after(&text, &words, end))
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
        assert_eq!(context("meine Nummer ist 000"), Some(Context::Phone));
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
