//! What templates are filled with: texts in the message's language, ready to be shown.

use askama::Template;
use viral_engine_api_types::emails::EmailLocale;

use super::Frame;
use super::format::{minute, number, percent};
use super::words::{self, Words, footer, subject_line, words};
use crate::emails::content::{
    AlertOpened, Figure, FigureName, Mail, OperatorInvitation, ReportReady, TestMessage,
};

/// What is around every message.
#[derive(Clone, Debug)]
pub(super) struct Shell<'a> {
    lang: &'static str,
    title: String,
    footer: &'static str,
    words: &'static Words,
    unsubscribe_url: Option<&'a str>,
}

fn shell<'a>(mail: &Mail, frame: &Frame<'a>) -> Shell<'a> {
    Shell {
        lang: frame.locale.as_str(),
        title: subject_line(mail, frame.locale),
        footer: footer(mail.kind(), frame.locale),
        words: words(frame.locale),
        unsubscribe_url: frame.unsubscribe_url,
    }
}

/// A line of a table.
#[derive(Clone, Debug)]
pub(super) struct Line {
    label: &'static str,
    value: String,
    note: String,
}

fn line(label: &'static str, value: String) -> Line {
    Line {
        label,
        value,
        note: String::new(),
    }
}

/// Declares the two forms of a view, with the same fields.
macro_rules! view {
    ($(#[$doc:meta])* $mjml:ident $mjml_path:literal, $text:ident $text_path:literal { $($field:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Template)]
        #[template(path = $mjml_path, escape = "html")]
        pub(super) struct $mjml<'a> {
            shell: Shell<'a>,
            $($field: $type,)*
        }

        $(#[$doc])*
        #[derive(Clone, Debug, Template)]
        #[template(path = $text_path, escape = "none")]
        pub(super) struct $text<'a> {
            shell: Shell<'a>,
            $($field: $type,)*
        }

        impl<'a> $mjml<'a> {
            fn with_text(self) -> (Self, $text<'a>) {
                let text = $text { shell: self.shell.clone(), $($field: self.$field.clone(),)* };
                (self, text)
            }
        }
    };
}

view! {
    /// A report.
    ReportMjml "email/report_ready.mjml", ReportText "email/report_ready.txt" {
        lines: Vec<Line>,
        insights: Vec<String>,
        recommendations: Vec<String>,
        url: String,
    }
}

view! {
    /// An alert.
    AlertMjml "email/alert_opened.mjml", AlertText "email/alert_opened.txt" {
        message: String,
        lines: Vec<Line>,
        url: String,
    }
}

view! {
    /// An invitation.
    InvitationMjml "email/operator_invitation.mjml", InvitationText "email/operator_invitation.txt" {
        role: &'static str,
        url: String,
        ends: String,
    }
}

view! {
    /// A message that only has to arrive.
    TestMjml "email/test_message.mjml", TestText "email/test_message.txt" {
        asked_at: String,
    }
}

/// The view of a report.
pub(super) fn report_ready<'a>(
    report: &ReportReady,
    mail: &Mail,
    frame: &Frame<'a>,
) -> (ReportMjml<'a>, ReportText<'a>) {
    let figures = report.figures.iter();
    let view = ReportMjml {
        shell: shell(mail, frame),
        lines: figures
            .map(|figure| figure_line(figure, frame.locale))
            .collect(),
        insights: report.insights.clone(),
        recommendations: report.recommendations.clone(),
        url: format!("{}/reports/{}", frame.public_url, report.report),
    };
    view.with_text()
}

fn figure_line(figure: &Figure, locale: EmailLocale) -> Line {
    let is_rate = matches!(
        figure.name,
        FigureName::ConversionRate | FigureName::ClickThroughRate | FigureName::ComplianceRate
    );
    let value = match is_rate {
        true => percent(figure.value, locale),
        false => number(figure.value, locale),
    };
    let note = figure.change_pct.map(|change| {
        let sign = if change > 0.0 { "+" } else { "" };
        let change = percent(change, locale);
        format!("{sign}{change} {}", words(locale).against_before)
    });
    Line {
        label: words::figure(figure.name, locale),
        value,
        note: note.unwrap_or_default(),
    }
}

/// The view of an alert.
pub(super) fn alert_opened<'a>(
    alert: &AlertOpened,
    mail: &Mail,
    frame: &Frame<'a>,
) -> (AlertMjml<'a>, AlertText<'a>) {
    let locale = frame.locale;
    let words = words(locale);
    let view = AlertMjml {
        shell: shell(mail, frame),
        message: alert.message.clone(),
        lines: vec![
            line(words.measured, number(alert.value, locale)),
            line(words.threshold, number(alert.threshold, locale)),
            line(words.opened, minute(alert.opened_at, locale)),
            line(words.due, minute(alert.due_at, locale)),
        ],
        url: format!("{}/alerts/{}", frame.public_url, alert.alert),
    };
    view.with_text()
}

/// The view of an invitation.
pub(super) fn operator_invitation<'a>(
    invitation: &OperatorInvitation,
    mail: &Mail,
    frame: &Frame<'a>,
) -> (InvitationMjml<'a>, InvitationText<'a>) {
    let view = InvitationMjml {
        shell: shell(mail, frame),
        role: words::role(invitation.role, frame.locale),
        url: invitation.setup_url.clone(),
        ends: minute(invitation.expires_at, frame.locale),
    };
    view.with_text()
}

/// The view of a message that only has to arrive.
pub(super) fn test_message<'a>(
    message: &TestMessage,
    mail: &Mail,
    frame: &Frame<'a>,
) -> (TestMjml<'a>, TestText<'a>) {
    let view = TestMjml {
        shell: shell(mail, frame),
        asked_at: minute(message.asked_at, frame.locale),
    };
    view.with_text()
}
