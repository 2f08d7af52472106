//! Whether an ordinary word stands where a name would: "named Grace", "Grace's", "I saw Grace today",
//! but not "in May", "the Rose" or "Will you come?".
//!
//! Asked only for words that are a word of the known name and of the language.

use super::super::lexicon::Classes;
use super::super::page::Page;
use super::super::words::{Case, Word};

const SEASONS: [&str; 5] = ["spring", "summer", "autumn", "fall", "winter"];
/// Whom "may" and "will" are asked of.
const SOMEBODY: [&str; 8] = ["i", "you", "we", "he", "she", "it", "they", "the"];
/// Where people have pages under their names.
const PROFILE_PATHS: [&str; 8] = [
    "/u/",
    "/user/",
    "/users/",
    "/profile/",
    "/in/",
    "/add/",
    "/people/",
    "/@",
];

pub(super) fn is_name_position(page: &Page<'_>, index: usize) -> bool {
    let place = Place::of(page, index);
    place.is_introduced()
        || place.is_possessive()
        || place.is_handle()
        || place.is_whole_text()
        || (place.word.is_capitalised()
            && (place.is_addressed() || place.is_inside_sentence() || place.acts()))
}

struct Place<'p, 'a> {
    page: &'p Page<'a>,
    index: usize,
    word: &'p Word,
    /// The word before it, unless something else than a few signs is between them.
    before: Option<&'p Word>,
    after: Option<&'p Word>,
}

impl<'p, 'a> Place<'p, 'a> {
    fn of(page: &'p Page<'a>, index: usize) -> Self {
        let joined = |first: usize| page.gap_after::<3>(first).is_some();
        let before = index.checked_sub(1).filter(|before| joined(*before));
        let after = joined(index).then_some(index + 1);
        Self {
            page,
            index,
            word: &page.words[index],
            before: before.and_then(|before| page.words.get(before)),
            after: after.and_then(|after| page.words.get(after)),
        }
    }

    fn follows(&self, classes: Classes) -> bool {
        self.before.is_some_and(|word| word.is(classes))
    }

    fn is_written(&self, word: &Word, written: &str) -> bool {
        self.page.is_written(word, written)
    }

    /// `named Grace`, `her name is grace`, `Mrs. Young`, `I'm Grace`, `my friend Grace`.
    fn is_introduced(&self) -> bool {
        let Some(before) = self.before else {
            return false;
        };
        let second = self
            .index
            .checked_sub(2)
            .and_then(|second| self.page.words.get(second));
        let is_second = |classes: Classes| second.is_some_and(|word| word.is(classes));
        let is_capitalised = self.word.is_capitalised();
        let is_grammar = self.word.is(Classes::GRAMMAR);
        if before.is(Classes::NAMED) {
            return is_capitalised || !is_grammar;
        }
        let is_verb = ["is", "s", "ist"]
            .iter()
            .any(|verb| self.is_written(before, verb));
        if is_verb && is_second(Classes::NAMED) {
            return true;
        }
        if before.is(Classes::TITLE) {
            let is_abbreviated = before.len() <= 3
                || self.is_written(before, "aunt")
                || self.is_written(before, "uncle");
            return is_capitalised || (is_abbreviated && !is_grammar);
        }
        let says_i_am = self.is_written(before, "m") || self.is_written(before, "am");
        let is_this = self.is_written(before, "is")
            && second.is_some_and(|word| self.is_written(word, "this"));
        is_capitalised && (says_i_am || is_this || (before.is(Classes::RELATION) && !is_grammar))
    }

    /// `Grace's`; `the summer's` is not.
    fn is_possessive(&self) -> bool {
        let end = self.word.range().end;
        let text = self.page.text;
        let is_possessive =
            text.has_word_at(end, "'s") && !text.at(end + 2).is_some_and(char::is_alphabetic);
        let before = &self.page.words[self.index.saturating_sub(3)..self.index];
        let is_common = if self.word.is_capitalised() {
            self.follows(Classes::ARTICLE.or(Classes::POSSESSIVE))
        } else {
            // `the use case's`, `in may's`
            before
                .iter()
                .any(|word| word.is(Classes::ARTICLE.or(Classes::POSSESSIVE)))
                || self.is_calendar()
        };
        is_possessive && !is_common
    }

    /// `@grace`, `/u/grace`, `grace99`.
    fn is_handle(&self) -> bool {
        let text = self.page.text;
        let start = self.word.range().start;
        if text.before(start) == Some('@') {
            return true;
        }
        let is_profile = |path: &&str| {
            start
                .checked_sub(path.len())
                .is_some_and(|at| text.has_word_at(at, path))
        };
        if PROFILE_PATHS.iter().any(is_profile) {
            return true;
        }
        let end = self.word.range().end;
        let sign = text.skip(end, 1, |char| char == '_');
        let digits = text.skip(sign, 4, |char| char.is_ascii_digit()) - sign;
        let is_year = digits == 4 && self.word.is(Classes::MONTH);
        digits >= 2 && !is_year
    }

    /// The text is the name and nothing else.
    fn is_whole_text(&self) -> bool {
        self.page.words.len() == 1 && self.page.groups.is_empty() && self.word.is_capitalised()
    }

    /// `Dear Grace,`, `Thanks Grace!`
    fn is_addressed(&self) -> bool {
        let ends = self
            .page
            .text
            .at(self.word.range().end)
            .is_none_or(|char| matches!(char, ',' | '!' | '.' | '\n' | '?'));
        self.follows(Classes::GREETING) && ends
    }

    /// Capitalised where no sentence begins.
    fn is_inside_sentence(&self) -> bool {
        let is_loud = self.word.case == Case::Upper
            && (self.word.is(Classes::GRAMMAR)
                || [self.before, self.after]
                    .into_iter()
                    .flatten()
                    .any(|word| word.case == Case::Upper && word.len() > 1));
        // `then May I`, `Hi Hope you are well`
        let is_asked = (self.word.is(Classes::GRAMMAR) || self.follows(Classes::GREETING))
            && self
                .after
                .is_some_and(|word| SOMEBODY.iter().any(|known| self.is_written(word, known)));
        let is_common = self.follows(Classes::ARTICLE) || self.is_calendar() || is_asked;
        !is_loud
            && !is_common
            && !self.is_of_code()
            && !self.is_heading()
            && !self.page.begins_sentence(self.index)
    }

    /// `$KEY`, `KEY=1`, `Idempotency-Key`
    fn is_of_code(&self) -> bool {
        let text = self.page.text;
        let before = text.before(self.word.range().start);
        let after = text.at(self.word.range().end);
        matches!(before, Some('$' | '{' | '-' | '_' | '`' | '='))
            || matches!(after, Some('=' | '`' | '_' | '}'))
    }

    /// `How to Mark Your Work`: its neighbours are capitalised too.
    fn is_heading(&self) -> bool {
        let is_raised = |word: Option<&Word>| {
            word.is_some_and(|word| {
                word.is_capitalised() && word.len() > 1 && !word.is(Classes::TITLE)
            })
        };
        // Nobody writes "For" inside a sentence.
        let is_small = self.after.is_some_and(|word| word.is(Classes::GRAMMAR));
        is_raised(self.after) && (is_small || is_raised(self.before))
    }

    /// `Grace said`, at the start of a sentence.
    fn acts(&self) -> bool {
        let text = self.page.text;
        let is_next = text.at(self.word.range().end) == Some(' ');
        is_next
            && self
                .after
                .is_some_and(|word| word.is(Classes::DOING) && word.case == Case::Lower)
    }

    /// `in May`, `May 5`, `this Summer`.
    fn is_calendar(&self) -> bool {
        let is_season = SEASONS
            .iter()
            .any(|season| self.is_written(self.word, season));
        let is_month = self.word.is(Classes::MONTH);
        if !is_month && !is_season {
            return false;
        }
        let text = self.page.text;
        let is_digit = |char: Option<char>| char.is_some_and(|char| char.is_ascii_digit());
        let before = text.skip_back(self.word.range().start, 3, |char| {
            matches!(char, ' ' | ',' | '-' | '/' | '.')
        });
        let after = text.skip(self.word.range().end, 3, |char| {
            matches!(char, ' ' | ',' | '-' | '/' | '.')
        });
        let has_number = is_digit(text.before(before))
            || is_digit(text.at(after))
            || self.follows(Classes::ORDINAL);
        let has_month = [self.before, self.after]
            .into_iter()
            .flatten()
            .any(|word| word.is(Classes::MONTH));
        self.follows(Classes::TIME.or(Classes::ARTICLE)) || has_number || has_month
    }
}
