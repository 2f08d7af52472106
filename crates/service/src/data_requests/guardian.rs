//! What guardians ask for on pages of ours: to see what is held on a child, a copy of it, or that it is erased. The link of an
//! older message may have been passed on, so each needs a fresh one, mailed to the address on record, that works once; and
//! opening a link changes nothing, since mail programs open links ahead.

use askama::Template;
use chrono::TimeDelta;
use diesel_async::{AsyncConnection, AsyncPgConnection};
use uuid::Uuid;
use viral_engine_api_types::data_requests::DataRequestKind;
use viral_engine_api_types::emails::EmailLocale;
use viral_engine_db::DbError;
use viral_engine_db::consents::{ConsentRow, consents_of_guardian};
use viral_engine_db::data_requests::{
    DataLinkRow, count_data_links, find_archive, find_data_link, insert_data_link,
    set_link_request, use_data_link,
};
use viral_engine_db::users::{UserRow, find_user_by_id};
use viral_engine_domain::emails::Address;

use super::consents::begin_ending;
use super::create::request_data;
use super::export::{KEPT, parts};
use super::guardian_words::{DataWords, asked_label, data_words, part_label};
use crate::caller::{Caller, Identity};
use crate::consents::{GuardianPage, first_name, language};
use crate::context::Context;
use crate::emails::{DataLink, Mail, NewEmail, queue_email};
use crate::error::{ServiceError, ServiceResult};
use crate::public_page::{STYLE, style_hash};
use crate::secret::{SecretText, hash};
use crate::users::{Field, PersonalKeys};

const MISSING: ServiceError = ServiceError::NotFound("page");
/// A link works for so long.
const WORKS_FOR: TimeDelta = TimeDelta::hours(24);
/// Most links that a guardian is mailed within a day.
const MOST_A_DAY: i64 = 10;

/// What a guardian can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// To see what is held.
    Summary,
    /// A copy.
    Export,
    /// That it is erased.
    Deletion,
}

impl Asked {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Summary, Self::Export, Self::Deletion];

    /// As it is stored, and stands in addresses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Summary => "summary",
            Self::Export => "export",
            Self::Deletion => "deletion",
        }
    }

    /// Reads what stands in an address.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == text)
    }
}

/// Whether a guardian may ask for what is held on a child: one who has proved to be the guardian, and whom nobody has
/// replaced since.
pub(crate) fn may_ask(consents: &[ConsentRow], guardian: Uuid, child: &UserRow) -> bool {
    let is_replaced = child.guardian_id.is_some_and(|now| now != guardian);
    !is_replaced && has_proved(consents, child.id)
}

/// Whether the one who gave these consents has proved to be a child's guardian.
pub(crate) fn has_proved(consents: &[ConsentRow], child: Uuid) -> bool {
    let mut about = consents.iter().filter(|row| row.child_id == child);
    about.any(|row| row.evidence_at.is_some())
}

/// What became of a link that a guardian asked for.
pub(crate) enum Mailed {
    /// It is on its way.
    Yes,
    /// There is no address to mail it to.
    NoAddress,
    /// So many were mailed today that there is no other.
    TooOften,
}

/// Mails a guardian a link for one thing.
///
/// # Errors
/// A conflict when the guardian has not proved to be the child's.
pub(crate) async fn mail_data_link(
    context: &Context,
    guardian: Uuid,
    child: Uuid,
    asked: Asked,
    lang: Option<EmailLocale>,
) -> ServiceResult<Mailed> {
    let mut conn = context.connection().await?;
    conn.transaction(async |conn| {
        let told = require_may_ask(conn, guardian, child).await?;
        let now = context.now();
        if count_data_links(conn, guardian, now - TimeDelta::days(1)).await? >= MOST_A_DAY {
            return Ok(Mailed::TooOften);
        }
        let recipient = find_user_by_id(conn, guardian).await?;
        let Some(to) = address(context, &recipient)? else {
            return Ok(Mailed::NoAddress);
        };
        let secret = SecretText::random("")?;
        let row = DataLinkRow {
            token_hash: secret.hash().to_vec(),
            kind: asked.as_str().to_owned(),
            guardian_id: guardian,
            child_id: child,
            created_at: now,
            expires_at: now + WORKS_FOR,
            used_at: None,
            request_id: None,
        };
        insert_data_link(conn, &row).await?;
        let mail = DataLink {
            child: first_name(context, &told)?,
            asked: asked.as_str().to_owned(),
            page_url: format!("{}/d/{}", context.config.public_url, secret.expose()),
            until: row.expires_at,
        };
        let email = NewEmail {
            mail: Mail::DataLink(mail),
            subject_key: format!("data-rights/{}/{child}", Uuid::now_v7()),
            to,
            name: None,
            locale: lang.unwrap_or_else(|| language(&recipient)),
            about: vec![child],
        };
        queue_email(conn, context, &email).await?;
        Ok(Mailed::Yes)
    })
    .await
}

/// The child, if the guardian may ask for what is held.
async fn require_may_ask(
    conn: &mut AsyncPgConnection,
    guardian: Uuid,
    child: Uuid,
) -> ServiceResult<UserRow> {
    let consents = consents_of_guardian(conn, guardian).await?;
    let missing = || ServiceError::Conflict("this is no child of the guardian".to_owned());
    if !has_proved(&consents, child) {
        return Err(missing());
    }
    let child = find_user_by_id(conn, child).await?;
    match may_ask(&consents, guardian, &child) {
        true => Ok(child),
        false => Err(missing()),
    }
}

fn address(context: &Context, guardian: &UserRow) -> ServiceResult<Option<Address>> {
    let keys = PersonalKeys::of(&context.keys);
    let cipher = guardian.email_cipher.as_deref();
    let opened = cipher.map(|cipher| keys.open(guardian.id, Field::Email, cipher));
    let text = opened.transpose()?.flatten();
    Ok(text.and_then(|text| Address::parse(&text).ok()))
}

/// What there is to do on a page.
#[derive(Clone, Debug)]
enum Task {
    /// Press the button.
    Press {
        label: &'static str,
        help: &'static str,
    },
    /// Read what is held.
    Read { lines: Vec<Line> },
    /// Wait for the copy.
    Wait,
    /// Fetch the copy.
    Fetch,
    /// Nothing: it will be erased.
    Gone,
}

/// A class of what is held.
#[derive(Clone, Debug)]
struct Line {
    label: &'static str,
    rows: usize,
}

#[derive(Template)]
#[template(path = "data.html", escape = "html")]
struct DataHtml<'a> {
    lang: &'static str,
    other: Option<&'static str>,
    style: &'static str,
    words: &'static DataWords,
    child: Option<String>,
    task: Task,
    token: &'a str,
}

/// The page of a link. Loading it changes nothing.
///
/// # Errors
/// [`ServiceError::NotFound`] when it is none of ours, was used, or its time is over.
pub async fn find_data_page(
    context: &Context,
    token: &str,
    lang: Option<EmailLocale>,
) -> ServiceResult<GuardianPage> {
    let mut conn = context.connection().await?;
    let link = living(&mut conn, context, token).await?;
    let asked = Asked::parse(&link.kind).ok_or(MISSING)?;
    let task = |words: &'static DataWords| match (link.request_id, link.used_at) {
        (None, None) => Ok(Task::Press {
            label: asked_label(words, asked),
            help: match asked {
                Asked::Summary => words.summary_help,
                Asked::Export => words.export_help,
                Asked::Deletion => words.deletion_help,
            },
        }),
        (Some(_), _) => Ok(Task::Wait),
        (None, Some(_)) => Err(MISSING),
    };
    let is_ready = match link.request_id {
        Some(request) => find_archive(&mut conn, request, context.now())
            .await?
            .is_some(),
        None => false,
    };
    page(
        &mut conn,
        context,
        (token, &link),
        lang,
        |words| match is_ready {
            true => Ok(Task::Fetch),
            false => task(words),
        },
    )
    .await
}

/// Does what the link of a guardian is for, once.
///
/// # Errors
/// As [`find_data_page`].
pub async fn use_data_page(
    context: &Context,
    client: &Caller,
    token: &str,
    lang: Option<EmailLocale>,
) -> ServiceResult<GuardianPage> {
    let mut conn = context.connection().await?;
    let link = living(&mut conn, context, token).await?;
    let asked = Asked::parse(&link.kind).ok_or(MISSING)?;
    let caller = Caller {
        identity: Identity::Guardian {
            id: link.guardian_id.into(),
        },
        ..client.clone()
    };
    let shown = conn
        .transaction(async |conn| {
            if !use_data_link(conn, &link.token_hash, context.now()).await? {
                return Err(MISSING);
            }
            let task = match asked {
                Asked::Summary => {
                    let held = parts(conn, &PersonalKeys::of(&context.keys), link.child_id).await?;
                    let held: Vec<(&str, usize)> = held
                        .iter()
                        .map(|part| (part.name, part.rows.len()))
                        .collect();
                    return page(conn, context, (token, &link), lang, |words| {
                        let lines = held.iter().filter(|(_, rows)| *rows > 0);
                        let lines = lines.map(|(name, rows)| Line {
                            label: part_label(words, name),
                            rows: *rows,
                        });
                        Ok(Task::Read {
                            lines: lines.collect(),
                        })
                    })
                    .await;
                }
                Asked::Export => {
                    let kind = DataRequestKind::Export;
                    let row = request_data(conn, context, &caller, link.child_id, kind).await?;
                    let until = context.now() + KEPT;
                    set_link_request(conn, &link.token_hash, row.id, until).await?;
                    Task::Wait
                }
                Asked::Deletion => {
                    let kind = DataRequestKind::Deletion;
                    request_data(conn, context, &caller, link.child_id, kind).await?;
                    Task::Gone
                }
            };
            page(conn, context, (token, &link), lang, |_| Ok(task)).await
        })
        .await?;
    drop(conn);
    if asked == Asked::Deletion {
        begin_ending(context, link.child_id).await?;
    }
    Ok(shown)
}

/// The copy that was asked for with a link.
///
/// # Errors
/// [`ServiceError::NotFound`] when it is not ready, or its time is over.
pub async fn fetch_archive(
    context: &Context,
    client: &Caller,
    token: &str,
) -> ServiceResult<Vec<u8>> {
    let mut conn = context.connection().await?;
    let link = living(&mut conn, context, token).await?;
    drop(conn);
    let caller = Caller {
        identity: Identity::Guardian {
            id: link.guardian_id.into(),
        },
        ..client.clone()
    };
    let request = link.request_id.ok_or(MISSING)?;
    super::export::get_data_archive(context, &caller, request.into()).await
}

/// The link of a token, while it works.
async fn living(
    conn: &mut AsyncPgConnection,
    context: &Context,
    token: &str,
) -> ServiceResult<DataLinkRow> {
    let found = find_data_link(conn, &hash(token)).await;
    let link = found.map_err(|error| match error {
        DbError::NotFound => MISSING,
        other => other.into(),
    })?;
    if link.expires_at <= context.now() {
        return Err(MISSING);
    }
    // Somebody else may have become the guardian since the link was mailed.
    let allowed = require_may_ask(conn, link.guardian_id, link.child_id).await;
    match allowed {
        Err(ServiceError::Conflict(_)) => Err(MISSING),
        other => other.map(|_| link),
    }
}

async fn page(
    conn: &mut AsyncPgConnection,
    context: &Context,
    (token, link): (&str, &DataLinkRow),
    lang: Option<EmailLocale>,
    task: impl FnOnce(&'static DataWords) -> ServiceResult<Task>,
) -> ServiceResult<GuardianPage> {
    let guardian = find_user_by_id(conn, link.guardian_id).await?;
    let child = find_user_by_id(conn, link.child_id).await?;
    let lang = lang.unwrap_or_else(|| language(&guardian));
    let words = data_words(lang);
    let html = DataHtml {
        lang: lang.as_str(),
        other: EmailLocale::ALL
            .iter()
            .find(|other| **other != lang)
            .map(|other| other.as_str()),
        style: STYLE,
        words,
        child: first_name(context, &child)?,
        task: task(words)?,
        token,
    };
    let html = html
        .render()
        .map_err(|error| ServiceError::Internal(format!("template of a page: {error}")))?;
    Ok(GuardianPage {
        html,
        style_hash: style_hash(),
    })
}
