//! Text messages to guardians, by the gateway that is configured: a form with basic authentication, as the common gateways
//! take it. A job sends each; after a crash between the gateway's answer and our noting it, a guardian may get one twice.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use diesel_async::AsyncPgConnection;
use serde::{Deserialize, Serialize};
use url::Url;
use url::form_urlencoded::Serializer;
use uuid::Uuid;
use viral_engine_api_types::emails::EmailLocale;
use viral_engine_db::consents::{self as db, RequestRow, TextRow};
use viral_engine_domain::consents::{Gate, TextNumber};
use zeroize::Zeroizing;

use super::answer::locale;
use super::mail::{awaits_answer, door_of, is_given, page_url, sealed_contact};
use super::row::unknown;
use super::verification::is_reference;
use crate::context::Context;
use crate::emails::ConsentStage;
use crate::error::{ServiceError, ServiceResult};
use crate::jobs::{JobPayload, Queue, enqueue};
use crate::webhooks::Call;

/// Bytes of the gateway's answer that are read.
const ANSWER_BYTES: usize = 16 * 1024;

/// The gateway of text messages.
#[derive(Clone)]
pub struct TextGateway {
    /// Where messages are posted.
    pub url: Url,
    /// User of the basic authentication.
    pub user: String,
    /// Its password.
    pub password: Zeroizing<String>,
    /// Whom messages are from: a number, or a name that the gateway knows.
    pub from: String,
}

impl fmt::Debug for TextGateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TextGateway(***)")
    }
}

/// Sends a text message to a guardian.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SendConsentText {
    /// The message.
    pub text: Uuid,
}

impl JobPayload for SendConsentText {
    const KIND: &'static str = "send_consent_text";
    const GATE: Gate = Gate::Nothing;
    const QUEUE: Queue = Queue::Email;
    const MAX_ATTEMPTS: u32 = 5;
}

/// How an attempt went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextOutcome {
    /// The gateway has it, or there is nothing to send any more.
    Over,
    /// The gateway does not take it, and will not.
    Refused(String),
    /// Another attempt may succeed.
    Failed(String),
}

/// Queues a message in the caller's transaction.
pub(super) async fn queue_text(
    conn: &mut AsyncPgConnection,
    context: &Context,
    request: &RequestRow,
    stage: ConsentStage,
) -> ServiceResult<()> {
    let row = TextRow {
        id: Uuid::now_v7(),
        request_id: request.id,
        stage: name(stage).to_owned(),
        state: "queued".to_owned(),
        reference: None,
        created_at: context.now(),
        sent_at: None,
    };
    db::insert_text(conn, &row).await?;
    enqueue(conn, &SendConsentText { text: row.id }).await?;
    Ok(())
}

/// Sends a message, unless that was done, the number is gone, or nothing is asked any more.
///
/// # Errors
/// When the database refuses.
pub async fn send_consent_text(
    context: &Context,
    job: &SendConsentText,
) -> ServiceResult<TextOutcome> {
    let mut conn = context.connection().await?;
    let row = db::find_text(&mut conn, job.text).await?;
    if row.state != "queued" {
        return Ok(TextOutcome::Over);
    }
    let request = db::find_request(&mut conn, row.request_id).await?;
    let is_receipt = row.stage == name(ConsentStage::Receipt);
    let is_due = match is_receipt {
        true => is_given(&mut conn, request.id).await?,
        false => awaits_answer(&mut conn, request.id).await?,
    };
    let Some(number) = number(context, &request)?.filter(|_| is_due) else {
        db::note_text_failed(&mut conn, row.id).await?;
        return Ok(TextOutcome::Over);
    };
    let body = body(context, &request, &row)?;
    // None is kept while the gateway is talked to.
    drop(conn);
    let reference = match hand_over(context, &number, &body).await {
        Ok(reference) => reference,
        Err(outcome) => return Ok(outcome),
    };
    let mut conn = context.connection().await?;
    db::note_text_sent(&mut conn, row.id, reference.as_deref(), context.now()).await?;
    Ok(TextOutcome::Over)
}

/// Gives up a message whose job ended without having sent it.
pub(crate) async fn end_unfinished(
    conn: &mut AsyncPgConnection,
    job: &SendConsentText,
) -> ServiceResult<()> {
    Ok(db::note_text_failed(conn, job.text).await?)
}

fn number(context: &Context, request: &RequestRow) -> ServiceResult<Option<TextNumber>> {
    let text = sealed_contact(context, request)?;
    let number = text.map(|text| TextNumber::parse(&text)).transpose();
    number.map_err(|error| {
        ServiceError::Internal(format!("number of consent request {}: {error}", request.id))
    })
}

/// One sentence and a link. No name: a text message is read by whoever holds the phone.
fn body(context: &Context, request: &RequestRow, row: &TextRow) -> ServiceResult<String> {
    let stage = stage(&row.stage).ok_or_else(|| unknown("message of request", &request.id))?;
    let url = page_url(context, door_of(request, stage))?;
    let sentence = sentence(stage, locale(&request.locale)?);
    Ok(format!("{sentence} {url}"))
}

fn sentence(stage: ConsentStage, lang: EmailLocale) -> &'static str {
    use EmailLocale::{De, En};
    match (stage, lang) {
        (ConsentStage::Request, En) => {
            "Your child uses a learning platform and needs your consent. Read and decide:"
        }
        (ConsentStage::Request, De) => {
            "Ihr Kind nutzt eine Lernplattform und braucht Ihre Einwilligung. Lesen und entscheiden:"
        }
        (ConsentStage::Reminder, En) => {
            "Reminder: your child needs your consent for a learning platform. Read and decide:"
        }
        (ConsentStage::Reminder, De) => {
            "Erinnerung: Ihr Kind braucht Ihre Einwilligung für eine Lernplattform. Lesen und entscheiden:"
        }
        (ConsentStage::Confirmation, En) => {
            "A day ago you gave your consent for your child. Confirm or take it back:"
        }
        (ConsentStage::Confirmation, De) => {
            "Vor einem Tag haben Sie für Ihr Kind eingewilligt. Bestätigen oder zurücknehmen:"
        }
        (ConsentStage::Unverified(_), En) => "We could not verify your consent. Try again:",
        (ConsentStage::Unverified(_), De) => {
            "Wir konnten Ihre Einwilligung nicht prüfen. Noch einmal versuchen:"
        }
        (ConsentStage::Receipt, En) => {
            "Your consent for your child is complete. See it, or take it back at any time:"
        }
        (ConsentStage::Receipt, De) => {
            "Ihre Einwilligung für Ihr Kind ist vollständig. Ansehen oder jederzeit zurücknehmen:"
        }
    }
}

/// Which message has this name.
fn stage(stored: &str) -> Option<ConsentStage> {
    let stages = [
        ConsentStage::Request,
        ConsentStage::Reminder,
        ConsentStage::Confirmation,
        ConsentStage::Unverified(1),
        ConsentStage::Receipt,
    ];
    stages.into_iter().find(|known| name(*known) == stored)
}

fn name(stage: ConsentStage) -> &'static str {
    match stage {
        ConsentStage::Request => "request",
        ConsentStage::Reminder => "reminder",
        ConsentStage::Confirmation => "confirmation",
        ConsentStage::Unverified(_) => "unverified",
        ConsentStage::Receipt => "receipt",
    }
}

/// What gateways answer that tell a message's name.
#[derive(Deserialize)]
struct Taken {
    #[serde(alias = "id", alias = "message_id")]
    sid: Option<String>,
}

async fn hand_over(
    context: &Context,
    number: &TextNumber,
    body: &str,
) -> Result<Option<String>, TextOutcome> {
    let gateway = context.config.verification.texts.as_ref();
    let gateway = gateway.ok_or_else(|| {
        TextOutcome::Refused("no gateway of text messages is configured".to_owned())
    })?;
    let form = Serializer::new(String::new())
        .append_pair("To", number.expose())
        .append_pair("From", &gateway.from)
        .append_pair("Body", body)
        .finish();
    let login = format!("{}:{}", gateway.user, gateway.password.as_str());
    let login = Zeroizing::new(format!(
        "Basic {}",
        STANDARD.encode(Zeroizing::new(login).as_bytes())
    ));
    let call = Call {
        url: gateway.url.as_str(),
        content_type: "application/x-www-form-urlencoded",
        headers: &[("authorization", login.as_str())],
        body: Bytes::from(form),
        answer_bytes: ANSWER_BYTES,
    };
    let answered = context.provider.call(&call).await;
    let (status, answer) = answered.map_err(|error| TextOutcome::Failed(error.to_string()))?;
    match status {
        200..=299 => Ok(reference(&answer)),
        408 | 429 | 500.. => Err(TextOutcome::Failed(format!(
            "the gateway answered {status}"
        ))),
        _ => Err(TextOutcome::Refused(format!(
            "the gateway answered {status}"
        ))),
    }
}

fn reference(answer: &[u8]) -> Option<String> {
    let taken: Taken = serde_json::from_slice(answer).ok()?;
    taken.sid.filter(|name| is_reference(name))
}
