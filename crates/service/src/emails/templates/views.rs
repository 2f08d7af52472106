//! What templates are filled with: texts in the message's language, ready to be shown.

use askama::Template;
use viral_engine_api_types::emails::{EmailKind, EmailLocale};

use super::format::{minute, number, percent, thousandths};
use super::words::{self, Words, footer, subject_line, words};
use super::{Frame, consent_words};
use crate::consents::scope_label;
use crate::data_requests::{Asked, asked_words};
use crate::emails::content::{
    AlertDigest, AlertNews, ConsentMail, DataLink, DigestAlert, Figure, FigureName, Mail,
    OperatorInvitation, ReportReady, TestMessage, WebhookDisabled,
};

/// What is around every message.
#[derive(Clone, Debug)]
pub(super) struct Shell<'a> {
    pub(super) lang: &'static str,
    pub(super) title: String,
    pub(super) footer: &'static str,
    pub(super) words: &'static Words,
    pub(super) unsubscribe_url: Option<&'a str>,
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

/// What is around a recap, given its title.
pub(super) fn recap_shell<'a>(
    title: &str,
    locale: EmailLocale,
    unsubscribe_url: Option<&'a str>,
) -> Shell<'a> {
    Shell {
        lang: locale.as_str(),
        title: title.to_owned(),
        footer: footer(EmailKind::WeeklyRecap, locale),
        words: words(locale),
        unsubscribe_url,
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

/// An alert of a digest.
#[derive(Clone, Debug)]
pub(super) struct AlertBlock {
    news: String,
    message: String,
    lines: Vec<Line>,
    url: String,
}

view! {
    /// What became of alerts.
    DigestMjml "email/alert_digest.mjml", DigestText "email/alert_digest.txt" {
        alerts: Vec<AlertBlock>,
    }
}

view! {
    /// A receiver of webhooks that was disabled.
    WebhookMjml "email/webhook_disabled.mjml", WebhookText "email/webhook_disabled.txt" {
        why: &'static str,
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
    /// A guardian's consent.
    ConsentMjml "email/consent.mjml", ConsentText "email/consent.txt" {
        intro: String,
        labels: Vec<String>,
        url: String,
        button: &'static str,
        note: String,
    }
}

/// The view of a guardian's consent.
pub(super) fn consent_view<'a>(
    consent: &ConsentMail,
    mail: &Mail,
    frame: &Frame<'a>,
) -> (ConsentMjml<'a>, ConsentText<'a>) {
    let words = consent_words::words(consent, frame.locale);
    let labels = consent.scopes.iter();
    let view = ConsentMjml {
        shell: shell(mail, frame),
        intro: words.intro,
        labels: labels
            .map(|scope| scope_label(scope, frame.locale))
            .collect(),
        url: consent.page_url.clone(),
        button: words.button,
        note: words.note,
    };
    view.with_text()
}

/// The view of a guardian's link to what is held on a child: it looks like the messages about consents.
pub(super) fn data_link<'a>(
    link: &DataLink,
    mail: &Mail,
    frame: &Frame<'a>,
) -> (ConsentMjml<'a>, ConsentText<'a>) {
    let words = consent_words::data_link(link, frame.locale);
    let view = ConsentMjml {
        shell: shell(mail, frame),
        intro: words.intro,
        labels: Asked::parse(&link.asked)
            .map(|asked| asked_words(asked, frame.locale).to_owned())
            .into_iter()
            .collect(),
        url: link.page_url.clone(),
        button: words.button,
        note: words.note,
    };
    view.with_text()
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
    let value = match figure.name {
        FigureName::KFactor => thousandths(figure.value, locale),
        _ if is_rate => percent(figure.value, locale),
        _ => number(figure.value, locale),
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

/// The view of what became of alerts.
pub(super) fn alert_digest<'a>(
    digest: &AlertDigest,
    mail: &Mail,
    frame: &Frame<'a>,
) -> (DigestMjml<'a>, DigestText<'a>) {
    let alerts = digest.alerts.iter();
    let view = DigestMjml {
        shell: shell(mail, frame),
        alerts: alerts.map(|alert| alert_block(alert, frame)).collect(),
    };
    view.with_text()
}

fn alert_block(alert: &DigestAlert, frame: &Frame<'_>) -> AlertBlock {
    let locale = frame.locale;
    let words = words(locale);
    let mut lines = vec![
        line(words.measured, number(alert.value, locale)),
        line(words.threshold, number(alert.threshold, locale)),
        line(words.opened, minute(alert.opened_at, locale)),
    ];
    match alert.resolved_at {
        Some(at) => lines.push(line(words.resolved, minute(at, locale))),
        None => lines.push(line(words.due, minute(alert.due_at, locale))),
    }
    let news = match alert.news {
        AlertNews::Opened => words.alert_opened,
        AlertNews::Escalated => words.alert_escalated,
        AlertNews::Resolved => words.alert_resolved,
    };
    AlertBlock {
        news: format!("{news} ({})", words::severity(&alert.severity, locale)),
        message: alert.message.clone(),
        lines,
        url: format!("{}/alerts/{}", frame.public_url, alert.alert),
    }
}

/// The view of a receiver of webhooks that was disabled.
pub(super) fn webhook_disabled<'a>(
    webhook: &WebhookDisabled,
    mail: &Mail,
    frame: &Frame<'a>,
) -> (WebhookMjml<'a>, WebhookText<'a>) {
    let locale = frame.locale;
    let words = words(locale);
    let mut lines = Vec::new();
    if !webhook.description.is_empty() {
        lines.push(line(words.webhook, webhook.description.clone()));
    }
    let skipped = u32::try_from(webhook.skipped).unwrap_or(u32::MAX);
    lines.push(line(
        words.failing_since,
        minute(webhook.failing_since, locale),
    ));
    lines.push(line(words.not_sent, number(skipped.into(), locale)));
    let view = WebhookMjml {
        shell: shell(mail, frame),
        why: if webhook.is_gone {
            words.webhook_gone
        } else {
            words.webhook_failing
        },
        lines,
        url: format!("{}/webhooks/{}", frame.public_url, webhook.webhook),
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
