//! The weekly recap in words. A hundred thousand are made in a night, so its MJML is compiled once a language, with
//! slots for what differs; a message only fills these. What fills them is escaped by askama, or here.

use std::sync::OnceLock;

use askama::Template;
use viral_engine_api_types::emails::EmailLocale;

use super::format::number;
use super::recap_words::{RecapWords, recap_words};
use super::views::{Shell, recap_shell};
use super::words::subject_line;
use super::{Frame, Rendered, compiled, fill};
use crate::emails::content::{ChildWeek, Mail, WeeklyRecap};
use crate::error::ServiceResult;

/// Shortest streak that is worth telling, in days.
const TOLD_STREAK: i32 = 2;

/// A child's week in words.
#[derive(Clone, Debug)]
pub(crate) struct ChildView {
    /// First name, or what stands for it.
    pub name: String,
    /// Figures.
    pub facts: Vec<Fact>,
    /// What there is of each, in lists.
    pub lists: Vec<List>,
}

/// A figure.
#[derive(Clone, Debug)]
pub(crate) struct Fact {
    /// What it measures.
    pub label: &'static str,
    /// Its value.
    pub value: String,
}

/// A list that is not empty.
#[derive(Clone, Debug)]
pub(crate) struct List {
    /// What is listed.
    pub label: &'static str,
    /// The items.
    pub items: Vec<String>,
}

/// Children's weeks in words.
pub(crate) fn child_views(children: &[ChildWeek], locale: EmailLocale) -> Vec<ChildView> {
    let words = recap_words(locale);
    let views = children.iter().enumerate().map(|(index, child)| ChildView {
        name: match &child.name {
            Some(name) => name.clone(),
            None if children.len() == 1 => words.child.to_owned(),
            None => format!("{} {}", words.child, index + 1),
        },
        facts: facts(child, words, locale),
        lists: lists(child, words),
    });
    views.collect()
}

fn facts(child: &ChildWeek, words: &RecapWords, locale: EmailLocale) -> Vec<Fact> {
    let shown = |value: f64| number(value, locale);
    let rating = child
        .average_rating
        .map(|rating| format!("{} {} 5", shown(rating), words.of));
    let improvement = child.improvement.map(|points| {
        let sign = if points > 0.0 { "+" } else { "" };
        format!("{sign}{} {}", shown(points), words.points)
    });
    let streak =
        (child.streak_days >= TOLD_STREAK).then(|| format!("{} {}", child.streak_days, words.days));
    let facts = [
        (words.sessions, Some(shown(f64::from(child.sessions)))),
        (words.minutes, Some(shown(f64::from(child.minutes)))),
        (words.rating, rating),
        (words.improvement, improvement),
        (words.streak, streak),
    ];
    let known = facts
        .into_iter()
        .filter_map(|(label, value)| value.map(|value| Fact { label, value }));
    known.collect()
}

fn lists(child: &ChildWeek, words: &RecapWords) -> Vec<List> {
    let lists = [
        (words.subjects, &child.subjects),
        (words.skills, &child.skills),
        (words.achievements, &child.achievements),
        (words.highlights, &child.highlights),
        (words.next_steps, &child.next_steps),
    ];
    let told = lists.into_iter().filter(|(_, items)| !items.is_empty());
    told.map(|(label, items)| List {
        label,
        items: items.clone(),
    })
    .collect()
}

#[derive(Template)]
#[template(path = "email/weekly_recap.mjml", escape = "html")]
struct SheetMjml<'a> {
    shell: Shell<'a>,
    words: &'static RecapWords,
}

#[derive(Template)]
#[template(path = "email/weekly_recap_children.html", escape = "html")]
struct ChildrenHtml<'a> {
    children: &'a [ChildView],
}

#[derive(Template)]
#[template(path = "email/weekly_recap.txt", escape = "none")]
struct RecapText<'a> {
    shell: Shell<'a>,
    words: &'static RecapWords,
    children: &'a [ChildView],
    url: &'a str,
    consents_url: Option<&'a str>,
}

#[derive(Template)]
#[template(
    source = r#"<a href="{{ url }}" style="color:#1d4ed8">{{ words.consents }}</a>"#,
    ext = "html"
)]
struct ConsentsLink<'a> {
    words: &'static RecapWords,
    url: &'a str,
}

/// Both forms of a recap.
///
/// # Errors
/// As of every message, faults of ours.
pub(super) fn render(
    recap: &WeeklyRecap,
    mail: &Mail,
    frame: &Frame<'_>,
) -> ServiceResult<Rendered> {
    let children = child_views(&recap.children, frame.locale);
    let title = subject_line(mail, frame.locale);
    let text = fill(RecapText {
        shell: recap_shell(&title, frame.locale, frame.unsubscribe_url),
        words: recap_words(frame.locale),
        children: &children,
        url: &recap.page_url,
        consents_url: recap.consents_url.as_deref(),
    })?;
    let words = recap_words(frame.locale);
    let consents = recap.consents_url.as_deref();
    let consents = consents.map(|url| fill(ConsentsLink { words, url }));
    let filling = Filling {
        title: escaped(&title),
        children: fill(ChildrenHtml {
            children: &children,
        })?,
        page: escaped(&recap.page_url),
        consents: consents.transpose()?.unwrap_or_default(),
        unsubscribe: escaped(frame.unsubscribe_url.unwrap_or_default()),
    };
    let html = sheet(frame.locale)?.filled(&filling);
    Ok(Rendered { html, text })
}

/// Where something is put in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Slot {
    Title,
    Children,
    Page,
    Consents,
    Unsubscribe,
}

const MARK: &str = "ve-slot-";
const SLOTS: [(&str, Slot); 5] = [
    ("title", Slot::Title),
    ("children", Slot::Children),
    ("page", Slot::Page),
    ("consents", Slot::Consents),
    ("unsubscribe", Slot::Unsubscribe),
];

/// HTML for the slots.
struct Filling {
    title: String,
    children: String,
    page: String,
    consents: String,
    unsubscribe: String,
}

/// A compiled message with slots: pieces of HTML, each with the slot behind it.
struct Sheet(Vec<(String, Option<Slot>)>);

impl Sheet {
    fn split(html: &str) -> Self {
        let mut pieces = Vec::new();
        let mut rest = html;
        while let Some((before, after)) = rest.split_once(MARK) {
            let found = SLOTS
                .iter()
                .find_map(|(name, slot)| Some((after.strip_prefix(name)?, *slot)));
            let (behind, slot) = match found {
                Some((behind, slot)) => (behind, Some(slot)),
                None => (after, None),
            };
            pieces.push((before.to_owned(), slot));
            rest = behind;
        }
        pieces.push((rest.to_owned(), None));
        Self(pieces)
    }

    fn filled(&self, filling: &Filling) -> String {
        let mut html = String::new();
        for (piece, slot) in &self.0 {
            html.push_str(piece);
            html.push_str(match slot {
                Some(Slot::Title) => &filling.title,
                Some(Slot::Children) => &filling.children,
                Some(Slot::Page) => &filling.page,
                Some(Slot::Consents) => &filling.consents,
                Some(Slot::Unsubscribe) => &filling.unsubscribe,
                None => "",
            });
        }
        html
    }
}

/// The compiled message of a language.
fn sheet(locale: EmailLocale) -> ServiceResult<&'static Sheet> {
    static EN: OnceLock<Sheet> = OnceLock::new();
    static DE: OnceLock<Sheet> = OnceLock::new();
    let kept = match locale {
        EmailLocale::En => &EN,
        EmailLocale::De => &DE,
    };
    if let Some(sheet) = kept.get() {
        return Ok(sheet);
    }
    let mjml = fill(SheetMjml {
        shell: recap_shell("ve-slot-title", locale, Some("ve-slot-unsubscribe")),
        words: recap_words(locale),
    })?;
    let made = Sheet::split(&compiled(&mjml)?);
    Ok(kept.get_or_init(|| made))
}

/// A text as it may stand in HTML, also within the quotes of an attribute.
fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            other => html.push(other),
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_slot_of_the_compiled_message_is_filled_in_every_language() {
        for locale in EmailLocale::ALL {
            let sheet = sheet(*locale).unwrap();
            for (name, slot) in SLOTS {
                let places = sheet.0.iter().filter(|(_, found)| *found == Some(slot));
                assert!(places.count() > 0, "{name}");
            }
            let rest: String = sheet.0.iter().map(|(piece, _)| piece.as_str()).collect();
            assert!(!rest.contains(MARK), "{rest}");
        }
    }

    #[test]
    fn a_slot_that_somebody_writes_is_a_text() {
        let filling = Filling {
            title: "ve-slot-page".to_owned(),
            children: String::new(),
            page: "https://go.example.org".to_owned(),
            consents: String::new(),
            unsubscribe: String::new(),
        };
        let sheet = Sheet::split("<b>ve-slot-title</b> ve-slot-page");
        assert_eq!(
            sheet.filled(&filling),
            "<b>ve-slot-page</b> https://go.example.org"
        );
    }

    #[test]
    fn children_without_names_are_told_apart() {
        let names = |children: &[ChildWeek]| -> Vec<String> {
            let views = child_views(children, EmailLocale::De);
            views.into_iter().map(|view| view.name).collect()
        };
        let unknown = ChildWeek::default();
        let zoe = ChildWeek {
            name: Some("Zoë".to_owned()),
            ..ChildWeek::default()
        };
        assert_eq!(names(std::slice::from_ref(&unknown)), ["Ihr Kind"]);
        assert_eq!(names(&[zoe, unknown]), ["Zoë", "Ihr Kind 2"]);
    }
}
