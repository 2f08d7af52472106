//! What a guardian presses on a page.

use std::collections::BTreeSet;

use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde_json::{Value, json};
use uuid::Uuid;
use viral_engine_api_types::emails::EmailLocale;
use viral_engine_db::DbError;
use viral_engine_db::consents::{self as db, ConsentRow, RequestRow, VerificationRow};
use viral_engine_domain::consents::{ConsentEvent, ConsentState, Door, Evidence, Method};

use super::change::{Deed, change};
use super::disown::{disown, disown_rest, end_unwanted, is_unwanted};
use super::mail::{door, first_message, suppressed_hashes, went_to_record, write_to_guardian};
use super::minor::{stop, went_to_minor};
use super::page::{GuardianPage, PressedBefore, Ticked, notice_html, page};
use super::page_words::{PageWords, Told};
use super::revoke::revoke_as_guardian;
use super::row::{life, state};
use super::verification::{Outcome, Provider, Sent, end_verification, settle, store_form};
use super::way::{Way, chosen, way};
use crate::audit;
use crate::caller::Caller;
use crate::context::Context;
use crate::data_requests::{self, Mailed, mail_data_link};
use crate::emails::ConsentStage;
use crate::error::{ServiceError, ServiceResult};

/// What was pressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// These scopes are allowed, and nothing else of the request.
    Allow {
        /// What is ticked.
        scopes: BTreeSet<String>,
        /// How to be verified, as it was sent; the only way there is, if there is one.
        method: Option<String>,
    },
    /// Another way to be verified.
    OtherWay,
    /// A signed form; none if the file was forgotten.
    Form(Vec<u8>),
    /// Nothing is allowed.
    Refuse,
    /// The recipient is not the guardian.
    NotMine,
    /// The second step of a consent by messages.
    Confirm,
    /// This consent is taken back.
    Revoke(Uuid),
    /// A link is mailed, to see, get or erase what is held on this child.
    Ask(data_requests::Asked, Uuid),
}

/// Does what a guardian pressed, and answers the page, which says so. What does not fit the page's state changes nothing.
///
/// # Errors
/// [`ServiceError::NotFound`] when the token is none of ours.
pub async fn reply_to_request(
    context: &Context,
    client: &Caller,
    token: &str,
    lang: Option<EmailLocale>,
    reply: Reply,
) -> ServiceResult<GuardianPage> {
    let ticked = ticked(&reply);
    let mut conn = context.connection().await?;
    let opened = door(&mut conn, context, token).await?;
    // What was pressed may wait for others: nothing is held meanwhile.
    drop(conn);
    let told = match (opened, reply) {
        (Door::Given(request), Reply::Revoke(consent)) => {
            let revoked = revoke_given(context, client, request, consent).await;
            let told = said(revoked.map(|()| told_revoked as Told))?;
            Some(told.unwrap_or(told_ended))
        }
        (Door::Given(request), Reply::Ask(asked, child)) => {
            said(ask_for_data(context, client, request, (asked, child), lang).await)?
        }
        (Door::Given(_), _) => None,
        (opened @ (Door::Answer(request) | Door::Confirm(request)), reply) => {
            let is_second = matches!(opened, Door::Confirm(_));
            let asked = Pressed { reply, is_second };
            said(answer(context, client, request, lang, asked).await)?
        }
    };
    let mut conn = context.connection().await?;
    let pressed = PressedBefore { told, ticked };
    page(&mut conn, context, token, lang, Some(&pressed)).await
}

/// Takes back a consent of whoever has answered a request: any when it went to the guardian's address on record, else what was
/// allowed by it.
async fn revoke_given(
    context: &Context,
    client: &Caller,
    request: Uuid,
    consent: Uuid,
) -> ServiceResult<()> {
    let mut conn = context.connection().await?;
    let row = db::find_request(&mut conn, request).await?;
    let rows = match went_to_record(&mut conn, &row).await? {
        true => db::consents_of_guardian(&mut conn, row.guardian_id).await?,
        false => db::consents_of_request(&mut conn, request).await?,
    };
    drop(conn);
    let ends = |state| matches!(state, ConsentState::Active | ConsentState::Suspended);
    let given = rows.iter().find(|row| row.id == consent);
    if !given.map(state).transpose()?.is_some_and(ends) {
        return Err(nothing_to_answer());
    }
    let guardian = row.guardian_id;
    revoke_as_guardian(
        context,
        &client.as_guardian(guardian.into()),
        guardian,
        &[consent],
    )
    .await
}

/// Mails a link for what is held on a child, to whoever has answered at the guardian's address on record.
async fn ask_for_data(
    context: &Context,
    client: &Caller,
    request: Uuid,
    (asked, child): (data_requests::Asked, Uuid),
    lang: Option<EmailLocale>,
) -> ServiceResult<Told> {
    let mut conn = context.connection().await?;
    let row = db::find_request(&mut conn, request).await?;
    if !went_to_record(&mut conn, &row).await? {
        return Err(nothing_to_answer());
    }
    drop(conn);
    let caller = client.as_guardian(row.guardian_id.into());
    let parties = (row.guardian_id, child);
    let mailed = mail_data_link(context, &caller, parties, asked, lang).await?;
    Ok(told_of_mail(mailed))
}

/// What a guardian ticked, for a page that may have to be shown again.
fn ticked(reply: &Reply) -> Ticked {
    match reply {
        Reply::Allow { scopes, method } => Ticked {
            scopes: scopes.clone(),
            method: method.clone(),
        },
        _ => Ticked::default(),
    }
}

fn told_revoked(words: &PageWords) -> &'static str {
    words.told_revoked
}

fn told_of_mail(mailed: Mailed) -> Told {
    match mailed {
        Mailed::Yes => |words| words.told_mailed,
        Mailed::NoAddress => |words| words.told_no_address,
        Mailed::TooOften => |words| words.told_too_often,
    }
}

fn told_ended(words: &PageWords) -> &'static str {
    words.told_ended
}

fn told_unavailable(words: &PageWords) -> &'static str {
    words.told_unavailable
}

/// No two verifications have the same name at the provider.
const REFERENCE: &str = "consent_verifications_reference_idx";

/// What came of it. A page that was left open while something else happened is no fault: nothing came of it then.
fn said(done: ServiceResult<Told>) -> ServiceResult<Option<Told>> {
    match done {
        Ok(told) => Ok(Some(told)),
        Err(ServiceError::Conflict(_)) => Ok(None),
        Err(ServiceError::Unavailable(_)) => Ok(Some(told_unavailable)),
        Err(other) => Err(other),
    }
}

/// What does not fit the page's state changes nothing.
fn nothing_to_answer() -> ServiceError {
    ServiceError::Conflict("there is nothing to answer".to_owned())
}

/// A button on a page.
struct Pressed {
    reply: Reply,
    /// On the page of the second step.
    is_second: bool,
}

async fn answer(
    context: &Context,
    client: &Caller,
    id: Uuid,
    lang: Option<EmailLocale>,
    pressed: Pressed,
) -> ServiceResult<Told> {
    let mut conn = context.connection().await?;
    let request = db::find_request(&mut conn, id).await.map_err(missing)?;
    let lang = match lang {
        Some(lang) => lang,
        None => super::answer::locale(&request.locale)?,
    };
    let way = match &pressed.reply {
        Reply::Allow { scopes, method } => {
            let found = chosen(context, &request, scopes, method.as_deref());
            let method = match found {
                Ok(method) => method,
                Err(told) => return Ok(told),
            };
            let rows = db::consents_of_request(&mut conn, id).await?;
            // Nobody waits for a provider with a connection in hand, nor for a request that was answered.
            drop(conn);
            let way = way(context, &request, &rows, (method, lang)).await;
            conn = context.connection().await?;
            match way {
                Err(ServiceError::Unavailable(_)) => return Ok(told_unavailable),
                way => Some(way?),
            }
        }
        _ => None,
    };
    let unwanted = match &pressed.reply {
        Reply::NotMine => suppressed_hashes(context, &request)?,
        _ => Vec::new(),
    };
    let (child, is_second, reply) = (request.child_id, pressed.is_second, pressed.reply);
    let told = conn
        .transaction(async |conn| {
            db::lock_child(conn, child).await?;
            let request = db::lock_request(conn, id).await?;
            let rows = db::lock_consents_of_request(conn, id).await?;
            let caller = client.as_guardian(request.guardian_id.into());
            let asked = Asked {
                context,
                caller: &caller,
                request,
                rows,
                lang,
            };
            let allows = matches!(reply, Reply::Allow { .. } | Reply::Form(_) | Reply::Confirm);
            if allows && is_unwanted(conn, context, &asked.request).await? {
                return asked.end_unwanted(conn).await;
            }
            if allows && went_to_minor(conn, context, &asked.request).await? {
                return asked.stop(conn).await;
            }
            match reply {
                Reply::Allow { scopes, .. } => match way {
                    Some(way) => asked.allow(conn, &scopes, way).await,
                    None => Err(nothing_to_answer()),
                },
                Reply::OtherWay => asked.other_way(conn).await,
                Reply::Form(bytes) => asked.take_form(conn, &bytes).await,
                Reply::Refuse => asked.refuse(conn, |words| words.told_refused).await,
                Reply::NotMine => {
                    for hash in &unwanted {
                        db::suppress_contact(conn, hash, context.now()).await?;
                    }
                    asked.disown(conn).await
                }
                Reply::Confirm if is_second => asked.confirm(conn).await,
                Reply::Confirm | Reply::Revoke(_) | Reply::Ask(..) => Err(nothing_to_answer()),
            }
        })
        .await?;
    drop(conn);
    // What the platform asks for next knows of the answer.
    context.consents.refresh(context).await?;
    let deed = Deed {
        action: "reply_to_request",
        locale: lang.as_str(),
    };
    if !unwanted.is_empty() {
        disown_rest(&mut *context.connection().await?, context, deed, &unwanted).await?;
    }
    Ok(told)
}

/// A request that is being answered, with its consents, locked.
struct Asked<'a> {
    context: &'a Context,
    caller: &'a Caller,
    request: RequestRow,
    rows: Vec<ConsentRow>,
    lang: EmailLocale,
}

impl Asked<'_> {
    fn deed(&self) -> Deed {
        Deed {
            action: "reply_to_request",
            locale: self.lang.as_str(),
        }
    }

    /// Records what the steps of the consents do not tell.
    async fn note(&self, conn: &mut AsyncPgConnection, changes: Value) -> ServiceResult<()> {
        let (action, request) = (self.deed().action, self.request.id.to_string());
        let object = ("consent_request", request.as_str());
        audit::record(conn, self.context, self.caller, action, object, changes).await
    }

    /// The consents in one of these states.
    fn taken(&mut self, wanted: impl Fn(ConsentState) -> bool) -> ServiceResult<Vec<ConsentRow>> {
        let mut taken = Vec::new();
        for row in std::mem::take(&mut self.rows) {
            match wanted(state(&row)?) {
                true => taken.push(row),
                false => self.rows.push(row),
            }
        }
        match taken.is_empty() {
            true => Err(nothing_to_answer()),
            false => Ok(taken),
        }
    }

    /// What was ticked is allowed as soon as the guardian is verified; the rest is refused.
    async fn allow(
        mut self,
        conn: &mut AsyncPgConnection,
        scopes: &BTreeSet<String>,
        way: Way,
    ) -> ServiceResult<Told> {
        let rows = self.taken(|state| state == ConsentState::NoticeSent)?;
        let (mut ticked, mut rest) = (Vec::new(), Vec::new());
        for row in rows {
            match scopes.contains(&row.scope) {
                true if !way.method.reaches(&life(&row)?.scope) => {
                    return Ok(|words| words.method_too_weak);
                }
                true => ticked.push((row, ConsentEvent::MethodChosen(way.method))),
                false => rest.push((row, ConsentEvent::Refused)),
            }
        }
        if ticked.is_empty() {
            return Ok(|words| words.nothing_ticked);
        }
        let (context, caller, deed) = (self.context, self.caller, self.deed());
        match Provider::of(way.method) {
            Some(provider) => {
                ticked.extend(rest);
                change(conn, context, caller, deed, &mut ticked).await?;
                self.begin_verification(conn, provider, way).await?;
                Ok(|words| words.told_verify)
            }
            None => {
                change(conn, context, caller, deed, &mut ticked).await?;
                self.take_first_step(conn, way.method, ticked, rest).await
            }
        }
    }

    /// The first of two steps of a consent by messages.
    async fn take_first_step(
        mut self,
        conn: &mut AsyncPgConnection,
        method: Method,
        mut ticked: Vec<(ConsentRow, ConsentEvent)>,
        rest: Vec<(ConsentRow, ConsentEvent)>,
    ) -> ServiceResult<Told> {
        let evidence = self.evidence(conn, method).await?;
        for (_, event) in &mut ticked {
            *event = ConsentEvent::Verified(evidence.clone());
        }
        ticked.extend(rest);
        change(conn, self.context, self.caller, self.deed(), &mut ticked).await?;
        let confirm_from = ticked.iter().filter_map(|(row, _)| row.confirm_from).max();
        self.request.confirm_from = confirm_from;
        let until = ticked.iter().filter_map(|(row, _)| row.until).max();
        self.request.until = until.unwrap_or(self.request.until).max(self.request.until);
        db::save_request(conn, &self.request).await?;
        Ok(|words| words.told_wait)
    }

    async fn begin_verification(
        &self,
        conn: &mut AsyncPgConnection,
        provider: Provider,
        way: Way,
    ) -> ServiceResult<()> {
        let now = self.context.now();
        let notice = notice_html(conn, &self.request, self.lang).await?;
        let (reference, page_url) = way.started.map(|it| (it.reference, it.url)).unzip();
        let row = VerificationRow {
            id: way.id,
            request_id: self.request.id,
            method: way.method.as_str().to_owned(),
            provider: provider.as_str().to_owned(),
            state: "started".to_owned(),
            reference,
            page_url,
            notice_hash: notice.hash.to_vec(),
            locale: self.lang.as_str().to_owned(),
            created_at: now,
            updated_at: now,
        };
        db::insert_verification(conn, &row)
            .await
            .map_err(|error| match error.violates(REFERENCE) {
                true => ServiceError::Unavailable(
                    "the provider gave a name twice to verifications".to_owned(),
                ),
                false => error.into(),
            })
    }

    async fn other_way(self, conn: &mut AsyncPgConnection) -> ServiceResult<Told> {
        let Some(open) = db::open_verification(conn, self.request.id).await? else {
            return Err(nothing_to_answer());
        };
        let (context, caller, deed) = (self.context, self.caller, self.deed());
        settle(conn, context, caller, deed, open.id, Outcome::Over).await?;
        Ok(|words| words.told_other_way)
    }

    /// Takes the form that consents wait for.
    async fn take_form(
        mut self,
        conn: &mut AsyncPgConnection,
        bytes: &[u8],
    ) -> ServiceResult<Told> {
        self.taken(|state| state == ConsentState::Verifying)?;
        let open = db::open_verification(conn, self.request.id).await?;
        let is_form = |open: &VerificationRow| open.provider == Provider::ManualReview.as_str();
        let is_late = self.context.now() >= self.request.until;
        let Some(open) = open.filter(is_form).filter(|_| !is_late) else {
            return Err(nothing_to_answer());
        };
        if open.state != "started" {
            return Ok(|words| words.told_form_before);
        }
        match store_form(conn, self.context, open, bytes).await? {
            Sent::Taken { format, size } => {
                let form = json!({ "media_type": format.media_type(), "bytes": size });
                self.note(conn, json!({ "form": form })).await?;
                Ok(|words| words.told_form)
            }
            Sent::Unreadable => Ok(|words| words.told_no_form),
        }
    }

    /// The guardian has pressed the button behind the link in the message: that message is what proves it.
    async fn evidence(
        &self,
        conn: &mut AsyncPgConnection,
        method: Method,
    ) -> ServiceResult<Evidence> {
        Ok(Evidence {
            method,
            transaction: first_message(conn, &self.request).await?,
            notice_hash: notice_html(conn, &self.request, self.lang).await?.hash,
            at: self.context.now(),
        })
    }

    async fn refuse(mut self, conn: &mut AsyncPgConnection, told: Told) -> ServiceResult<Told> {
        let rows = self.taken(ConsentState::is_pending)?;
        let mut refused: Vec<_> = rows
            .into_iter()
            .map(|row| (row, ConsentEvent::Refused))
            .collect();
        let deed = self.deed();
        end_verification(conn, self.context, self.request.id).await?;
        change(conn, self.context, self.caller, deed, &mut refused).await?;
        self.close(conn).await?;
        Ok(told)
    }

    /// The recipient is not the guardian.
    async fn disown(mut self, conn: &mut AsyncPgConnection) -> ServiceResult<Told> {
        let rows = self.taken(ConsentState::is_pending)?;
        let deed = self.deed();
        disown(conn, self.context, self.caller, deed, (self.request, rows)).await?;
        Ok(|words| words.told_not_mine)
    }

    /// The recipient said before not to be the guardian.
    async fn end_unwanted(mut self, conn: &mut AsyncPgConnection) -> ServiceResult<Told> {
        let rows = self.taken(ConsentState::is_pending)?;
        let deed = self.deed();
        end_unwanted(conn, self.context, deed, (self.request, rows)).await?;
        Ok(|words| words.told_changed)
    }

    /// The address or number is a minor's by now.
    async fn stop(mut self, conn: &mut AsyncPgConnection) -> ServiceResult<Told> {
        let rows = self.taken(ConsentState::is_pending)?;
        let deed = self.deed();
        stop(conn, self.context, deed, (self.request, rows)).await?;
        Ok(|words| words.told_minor)
    }

    async fn confirm(mut self, conn: &mut AsyncPgConnection) -> ServiceResult<Told> {
        let rows = self.taken(|state| state == ConsentState::ConfirmPending)?;
        let scopes = rows.iter().map(|row| row.scope.clone()).collect();
        let mut confirmed: Vec<_> = rows
            .into_iter()
            .map(|row| (row, ConsentEvent::Confirmed))
            .collect();
        let stage = ConsentStage::Receipt;
        write_to_guardian(conn, self.context, &self.request, stage, scopes).await?;
        let deed = self.deed();
        change(conn, self.context, self.caller, deed, &mut confirmed).await?;
        self.close(conn).await?;
        Ok(|words| words.told_confirmed)
    }

    async fn close(&mut self, conn: &mut AsyncPgConnection) -> ServiceResult<()> {
        self.request.closed_at = Some(self.context.now());
        db::save_request(conn, &self.request).await?;
        Ok(())
    }
}

fn missing(error: DbError) -> ServiceError {
    match error {
        DbError::NotFound => ServiceError::NotFound("page"),
        other => other.into(),
    }
}
