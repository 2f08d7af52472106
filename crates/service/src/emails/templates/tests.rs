//! Every template in every language, and that nothing gets out of the text it stands in.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::*;
use crate::emails::content::{OperatorInvitation, ReportReady};
use crate::emails::{TEXTS_OF_PEOPLE, TEXTS_WITH_IDS};

const HOSTILE: &str = r#"<script>alert(1)</script> "quoted" 'single' & </mj-text><mj-raw><img src=x onerror=alert(1)></mj-raw> {{ 7*7 }}"#;

fn frame(locale: EmailLocale) -> Frame<'static> {
    Frame {
        locale,
        public_url: "https://go.example.org",
        unsubscribe_url: Some("https://go.example.org/u/token-of-the-message"),
    }
}

fn each() -> impl Iterator<Item = (Mail, EmailLocale)> {
    let kinds = EmailKind::ALL.iter().copied();
    kinds.flat_map(|kind| {
        let mail = samples::sample(kind, "https://go.example.org");
        let locales = EmailLocale::ALL.iter();
        locales.map(move |locale| (mail.clone(), *locale))
    })
}

#[test]
fn every_template_is_there_in_every_language_in_both_forms() {
    for (mail, locale) in each() {
        let rendered = render(&mail, &frame(locale)).expect("a message");
        let subject = subject_line(&mail, locale);
        let html = &rendered.html;
        assert!(
            html.to_lowercase().starts_with("<!doctype html>"),
            "{subject}: {html}"
        );
        assert!(
            html.contains(&format!("lang=\"{}\"", locale.as_str())),
            "{subject}"
        );
        for form in [html, &rendered.text] {
            assert!(form.contains(&subject), "{subject}: {form}");
            assert!(
                form.contains("https://go.example.org/u/token-of-the-message"),
                "{subject}: {form}"
            );
        }
        assert!(!html.contains("<mj-"), "{subject} was not compiled");
        assert!(
            rendered.text.lines().all(|line| !line.contains('<')),
            "{subject}"
        );
    }
}

#[test]
fn no_message_makes_its_reader_fetch_anything() {
    for (mail, locale) in each() {
        let html = render(&mail, &frame(locale)).expect("a message").html;
        for fetched in ["<link", "@import", "src=", "fonts.googleapis", "url("] {
            assert!(!html.contains(fetched), "{fetched} in {html}");
        }
    }
}

#[test]
fn a_message_that_one_can_not_unsubscribe_from_has_no_such_link() {
    let mail = samples::sample(EmailKind::TestMessage, "https://go.example.org");
    let frame = Frame {
        unsubscribe_url: None,
        ..frame(EmailLocale::En)
    };
    let rendered = render(&mail, &frame).expect("a message");
    assert!(!rendered.html.contains("Unsubscribe") && !rendered.text.contains("Unsubscribe"));
}

#[test]
fn whatever_is_said_stays_text() {
    let Mail::ReportReady(report) = samples::sample(EmailKind::ReportReady, "") else {
        panic!("another kind");
    };
    let mail = Mail::ReportReady(ReportReady {
        insights: vec![HOSTILE.to_owned()],
        recommendations: vec![HOSTILE.to_owned()],
        ..report
    });
    let rendered = render(&mail, &frame(EmailLocale::En)).expect("a message");
    assert!(!rendered.html.contains("<script"), "{}", rendered.html);
    assert!(!rendered.html.contains("<img"));
    assert!(rendered.html.contains("&#60;script&#62;") || rendered.html.contains("&lt;script&gt;"));
    assert!(rendered.html.contains("{{ 7*7 }}"));
    assert_eq!(
        rendered.text.matches(HOSTILE).count(),
        2,
        "plain text needs no escapes"
    );
}

#[test]
fn an_address_can_not_break_out_of_its_link() {
    let Mail::OperatorInvitation(invitation) = samples::sample(EmailKind::OperatorInvitation, "")
    else {
        panic!("another kind");
    };
    let mail = Mail::OperatorInvitation(OperatorInvitation {
        setup_url: "https://go.example.org/setup#a\"onmouseover=\"alert(1)".to_owned(),
        ..invitation
    });
    let html = render(&mail, &frame(EmailLocale::En))
        .expect("a message")
        .html;
    assert!(!html.contains("\"onmouseover"), "{html}");
}

#[test]
fn a_link_that_works_once_is_not_shown_to_others() {
    let secret = "https://go.example.org/setup#hT7Yx2";
    let Mail::OperatorInvitation(invitation) = samples::sample(EmailKind::OperatorInvitation, "")
    else {
        panic!("another kind");
    };
    let mail = Mail::OperatorInvitation(OperatorInvitation {
        setup_url: secret.to_owned(),
        ..invitation
    });
    assert!(!format!("{mail:?}").contains("hT7Yx2"));
    let shown = mail.without_secrets("https://go.example.org");
    let rendered = render(&shown, &frame(EmailLocale::En)).expect("a message");
    assert!(!rendered.html.contains("hT7Yx2") && !rendered.text.contains("hT7Yx2"));
}

#[test]
fn subject_lines_say_what_the_message_is() {
    let subject = |kind, locale| subject_line(&samples::sample(kind, ""), locale);
    assert_eq!(
        subject(EmailKind::ReportReady, EmailLocale::En),
        "Weekly report: 2026-03-09 to 2026-03-15"
    );
    assert_eq!(
        subject(EmailKind::ReportReady, EmailLocale::De),
        "Wochenbericht: 09.03.2026 bis 15.03.2026"
    );
    assert_eq!(
        subject(EmailKind::AlertDigest, EmailLocale::De),
        "1 neuer Alarm (hoch), 1 Alarm behoben"
    );
    assert_eq!(
        subject(EmailKind::AlertDigest, EmailLocale::En),
        "1 new alert (high), 1 alert resolved"
    );
}

/// Texts of messages that tell of nobody: words, ids and times of ours, scopes, links.
const OURS: [&str; 27] = [
    "/mail/alerts/*/alert",
    "/mail/alerts/*/due_at",
    "/mail/alerts/*/message",
    "/mail/alerts/*/news",
    "/mail/alerts/*/opened_at",
    "/mail/alerts/*/resolved_at",
    "/mail/alerts/*/severity",
    "/mail/asked",
    "/mail/asked_at",
    "/mail/consents_url",
    "/mail/expires_at",
    "/mail/failing_since",
    "/mail/figures/*/name",
    "/mail/from",
    "/mail/kind",
    "/mail/page_url",
    "/mail/period",
    "/mail/recommendations/*",
    "/mail/report",
    "/mail/role",
    "/mail/scopes/*",
    "/mail/setup_url",
    "/mail/stage",
    "/mail/to",
    "/mail/until",
    "/mail/webhook",
    "/mail/insights/*",
];

/// Where the texts of a document are, by pointers in which `*` is each entry of a list.
fn texts(document: &Value, pointer: &str) -> BTreeSet<String> {
    match document {
        Value::String(_) => BTreeSet::from([pointer.to_owned()]),
        Value::Array(items) => {
            let below = items
                .iter()
                .flat_map(|item| texts(item, &format!("{pointer}/*")));
            below.collect()
        }
        Value::Object(members) => {
            let members = members.iter();
            let below = members.flat_map(|(key, value)| texts(value, &format!("{pointer}/{key}")));
            below.collect()
        }
        _ => BTreeSet::new(),
    }
}

#[test]
fn every_text_of_a_message_is_declared_to_be_about_people_or_ours() {
    let all = each().flat_map(|(mail, _)| texts(&json!({ "name": "Ada", "mail": mail }), ""));
    let all: BTreeSet<String> = all.collect();
    let is_of_people = |text: &&String| {
        let declared = TEXTS_OF_PEOPLE.iter();
        declared
            .into_iter()
            .any(|one| text.strip_suffix("/*").unwrap_or(text) == *one)
    };
    let ours: BTreeSet<&str> = all
        .iter()
        .filter(|text| !is_of_people(text))
        .map(String::as_str)
        .collect();
    assert_eq!(ours, BTreeSet::from(OURS));
    for pointer in TEXTS_OF_PEOPLE.iter().chain(TEXTS_WITH_IDS) {
        assert!(
            all.iter()
                .any(|text| text.strip_suffix("/*").unwrap_or(text) == *pointer),
            "no message has {pointer}"
        );
    }
}
