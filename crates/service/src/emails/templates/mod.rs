//! Messages in words: templates in MJML and plain text, in each language.
//!
//! askama fills the MJML and escapes every value; mrml then compiles it to HTML, in the process and without a network.
//! Filling first means that what the compiler reads has no markup but ours.

mod consent_words;
mod format;
mod recap;
mod recap_words;
mod samples;
mod views;
mod words;

use askama::Template;
use mrml::prelude::parser::ParserOptions;
use mrml::prelude::render::RenderOptions;
use viral_engine_api_types::emails::{
    EmailKind, EmailLocale, EmailPreview, EmailTemplate, EmailTemplateList,
};
use viral_engine_domain::emails::Purpose;

use super::content::{Mail, purpose};
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
pub(super) use consent_words::kind as consent_kind;
pub(crate) use recap::{ChildView, child_views};
pub(crate) use recap_words::{RecapWords, recap_words};
use views::{
    alert_digest, consent_view, data_link, operator_invitation, report_ready, test_message,
    webhook_disabled,
};
pub(crate) use words::subject_line;

/// What every message has around it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame<'a> {
    /// Language.
    pub locale: EmailLocale,
    /// Where people reach the engine, without a trailing slash.
    pub public_url: &'a str,
    /// Link that unsubscribes, where one can.
    pub unsubscribe_url: Option<&'a str>,
}

/// Both forms of a message.
#[derive(Clone, Debug)]
pub(super) struct Rendered {
    pub html: String,
    pub text: String,
}

/// Puts a message into words.
///
/// # Errors
/// When a template can not be filled or compiled, a fault of ours that a test would have shown.
pub(super) fn render(mail: &Mail, frame: &Frame<'_>) -> ServiceResult<Rendered> {
    let (mjml, text) = match mail {
        Mail::ReportReady(report) => filled(report_ready(report, mail, frame))?,
        Mail::AlertDigest(digest) => filled(alert_digest(digest, mail, frame))?,
        Mail::OperatorInvitation(invitation) => {
            filled(operator_invitation(invitation, mail, frame))?
        }
        Mail::TestMessage(message) => filled(test_message(message, mail, frame))?,
        Mail::WebhookDisabled(webhook) => filled(webhook_disabled(webhook, mail, frame))?,
        Mail::WeeklyRecap(recap) => return recap::render(recap, mail, frame),
        Mail::Consent(consent) => filled(consent_view(consent, mail, frame))?,
        Mail::DataLink(link) => filled(data_link(link, mail, frame))?,
    };
    Ok(Rendered {
        html: compiled(&mjml)?,
        text,
    })
}

/// Both forms of a view.
fn filled((mjml, text): (impl Template, impl Template)) -> ServiceResult<(String, String)> {
    Ok((fill(mjml)?, fill(text)?))
}

/// A filled template.
fn fill(template: impl Template) -> ServiceResult<String> {
    let filled = template.render();
    filled.map_err(|error| ServiceError::Internal(format!("template of an email: {error}")))
}

fn compiled(mjml: &str) -> ServiceResult<String> {
    let fault = |error: &dyn std::fmt::Display| {
        ServiceError::Internal(format!("MJML of an email: {error}"))
    };
    let parsed =
        mrml::parse_with_options(mjml, &ParserOptions::default()).map_err(|error| fault(&error))?;
    let options = RenderOptions {
        // The default fonts would be fetched by whoever reads the message.
        fonts: Default::default(),
        ..RenderOptions::default()
    };
    parsed
        .element
        .render(&options)
        .map_err(|error| fault(&error))
}

/// Every template, with the languages it is there in.
pub fn list_email_templates() -> EmailTemplateList {
    let items = EmailKind::ALL.iter().map(|kind| EmailTemplate {
        kind: *kind,
        locales: EmailLocale::ALL.to_vec(),
        can_unsubscribe: purpose(*kind) == Purpose::Subscription,
    });
    EmailTemplateList {
        items: items.collect(),
    }
}

/// A template filled with made-up data.
///
/// # Errors
/// As of sending one, faults of ours.
pub fn preview_email_template(
    context: &Context,
    kind: EmailKind,
    locale: EmailLocale,
) -> ServiceResult<EmailPreview> {
    let frame = Frame {
        locale,
        public_url: &context.config.public_url,
        unsubscribe_url: (purpose(kind) == Purpose::Subscription).then_some("#"),
    };
    let mail = samples::sample(kind, frame.public_url);
    let rendered = render(&mail, &frame)?;
    Ok(EmailPreview {
        subject_line: subject_line(&mail, locale),
        html: rendered.html,
        text: rendered.text,
    })
}

#[cfg(test)]
mod tests;
