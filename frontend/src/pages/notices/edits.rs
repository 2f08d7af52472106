//! What somebody writes: the words in each language, and which version of the draft they began with.

use serde::{Deserialize, Serialize};
use viral_engine_api_types::emails::EmailLocale;
use viral_engine_api_types::notices::{BODY_MAX, Notice, NoticeTemplate, NoticeText, WriteNotice};

use super::{current_of, draft_of, words_of};

/// Begins what only the operator knows.
const GAP: &str = "[[";

/// What is written, saved or not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edits {
    /// Version of the draft that was read; none where there was none.
    pub base: Option<i64>,
    /// Whether consents to earlier versions do not cover it.
    pub is_material: bool,
    /// The words, in the order of the languages.
    pub words: Vec<String>,
}

/// What there is to begin with.
#[derive(Clone, Debug, PartialEq)]
pub struct Start {
    /// All versions, the newest first.
    pub versions: Vec<Notice>,
    /// Words where there is no version.
    pub template: NoticeTemplate,
}

impl Start {
    /// The draft as it is saved.
    pub fn draft(&self) -> Option<&Notice> {
        draft_of(&self.versions)
    }

    /// What guardians see now.
    pub fn current(&self) -> Option<&Notice> {
        current_of(&self.versions)
    }

    /// What somebody begins with who has written nothing: the draft, else what guardians see, else the template.
    pub fn edits(&self) -> Edits {
        match (self.draft(), self.current()) {
            (Some(draft), _) => Edits::of(draft),
            (None, Some(current)) => Edits {
                base: None,
                is_material: false,
                ..Edits::of(current)
            },
            (None, None) => Edits {
                words: in_order(|locale| {
                    let mut texts = self.template.texts.iter();
                    let text = texts.find(|text| text.locale == locale);
                    text.map(|text| text.body.clone())
                }),
                ..Edits::default()
            },
        }
    }
}

/// The words of each language.
fn in_order(words: impl Fn(EmailLocale) -> Option<String>) -> Vec<String> {
    let locales = EmailLocale::ALL.iter();
    locales
        .map(|locale| words(*locale).unwrap_or_default())
        .collect()
}

impl Edits {
    /// As a draft is saved.
    pub fn of(draft: &Notice) -> Self {
        Self {
            base: Some(draft.version),
            is_material: draft.is_material,
            words: in_order(|locale| words_of(draft, locale).map(|text| text.body.clone())),
        }
    }

    /// Whether it says what `other` says, whatever they began with.
    pub fn says_the_same(&self, other: &Self) -> bool {
        self.is_material == other.is_material && self.words == other.words
    }

    /// The words in a language.
    pub fn in_locale(&self, locale: EmailLocale) -> &str {
        let words = place_of(locale).and_then(|place| self.words.get(place));
        words.map_or("", String::as_str)
    }

    /// As the API takes it; languages without words are left out.
    pub fn whole(&self) -> WriteNotice {
        let written = |locale: &EmailLocale| {
            let body = self.in_locale(*locale);
            (!body.trim().is_empty()).then(|| NoticeText {
                locale: *locale,
                body: body.to_owned(),
            })
        };
        WriteNotice {
            is_material: self.is_material,
            texts: EmailLocale::ALL.iter().filter_map(written).collect(),
        }
    }

    /// Whether a language is longer than a notice may be.
    pub fn is_too_long(&self, locale: EmailLocale) -> bool {
        self.in_locale(locale).chars().count() > BODY_MAX
    }

    /// Whether every language has words.
    pub fn is_whole(&self) -> bool {
        self.whole().texts.len() == EmailLocale::ALL.len()
    }

    /// How many gaps are left in a language.
    pub fn gaps(&self, locale: EmailLocale) -> usize {
        self.in_locale(locale).matches(GAP).count()
    }
}

/// The place of a language among them all.
pub fn place_of(locale: EmailLocale) -> Option<usize> {
    EmailLocale::ALL.iter().position(|one| *one == locale)
}

/// Reads what was kept.
pub fn read(text: &str) -> Option<Option<Edits>> {
    let edits: Edits = serde_json::from_str(text).ok()?;
    (edits.words.len() == EmailLocale::ALL.len()).then_some(Some(edits))
}

/// Writes it to be kept.
pub fn write(edits: &Option<Edits>) -> String {
    // What is made of texts can always be written.
    serde_json::to_string(edits).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use viral_engine_api_types::notices::ShownNoticeText;

    use super::*;

    fn notice(number: i32, is_draft: bool, en: &str) -> Notice {
        let at = chrono::DateTime::UNIX_EPOCH;
        Notice {
            number,
            is_material: true,
            published_at: (!is_draft).then_some(at),
            texts: vec![ShownNoticeText {
                locale: EmailLocale::En,
                body: en.to_owned(),
                html: String::new(),
                sha256: String::new(),
            }],
            created_at: at,
            updated_at: at,
            version: 7,
        }
    }

    fn start(versions: Vec<Notice>) -> Start {
        let texts = [EmailLocale::En, EmailLocale::De].map(|locale| NoticeText {
            locale,
            body: "[[who]]".to_owned(),
        });
        Start {
            versions,
            template: NoticeTemplate {
                texts: texts.to_vec(),
            },
        }
    }

    #[test]
    fn a_draft_goes_before_what_is_published_and_that_before_the_template() {
        let fresh = start(Vec::new()).edits();
        assert_eq!((fresh.base, fresh.gaps(EmailLocale::De)), (None, 1));
        let next = start(vec![notice(1, false, "One")]).edits();
        assert_eq!((next.base, next.is_material), (None, false));
        assert_eq!(next.words, ["One", ""]);
        let draft = start(vec![notice(2, true, "Two"), notice(1, false, "One")]).edits();
        assert_eq!((draft.base, draft.is_material), (Some(7), true));
        assert_eq!(draft.in_locale(EmailLocale::En), "Two");
    }

    #[test]
    fn languages_without_words_are_not_sent() {
        let edits = Edits {
            words: vec!["Words".to_owned(), " \n".to_owned()],
            ..Edits::default()
        };
        assert_eq!(edits.whole().texts.len(), 1);
        assert!(!edits.is_whole());
    }

    #[test]
    fn what_was_kept_is_read_again() {
        let edits = start(Vec::new()).edits();
        assert_eq!(read(&write(&Some(edits.clone()))), Some(Some(edits)));
        assert_eq!(read("{\"words\":[]}"), None);
        assert_eq!(read("no"), None);
    }
}
