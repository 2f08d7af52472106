//! What guardians ask for on pages of ours: to see what is held on a child, a copy of it, or that it is erased. The pages behind
//! the [links](super::guardian_link) that they are mailed; opening one changes nothing, since mail programs open links ahead.

use askama::Template;
use diesel_async::{AsyncConnection, AsyncPgConnection};
use viral_engine_api_types::data_requests::DataRequestKind;
use viral_engine_api_types::emails::EmailLocale;
use viral_engine_db::data_requests::{DataLinkRow, find_archive, set_link_request, use_data_link};
use viral_engine_db::users::find_user_by_id;

use super::consents::begin_ending;
use super::create::request_data;
use super::export::{KEPT, open_archive, parts};
use super::guardian_link::{MISSING, living, record};
use super::guardian_words::{DataWords, asked_label, data_words, part_label};
use crate::caller::Caller;
use crate::consents::{GuardianPage, first_name, language};
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
use crate::public_page::{STYLE, style_hash};
use crate::users::PersonalKeys;

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
    conn.transaction(async |conn| {
        let link = living(conn, context, token).await?;
        let asked = Asked::parse(&link.kind).ok_or(MISSING)?;
        let is_ready = match link.request_id {
            Some(request) => find_archive(conn, request, context.now()).await?.is_some(),
            None => false,
        };
        page(conn, context, (token, &link), lang, |words| {
            match (link.request_id, link.used_at) {
                (Some(_), _) if is_ready => Ok(Task::Fetch),
                (Some(_), _) => Ok(Task::Wait),
                (None, Some(_)) => Err(MISSING),
                (None, None) => Ok(press(asked, words)),
            }
        })
        .await
    })
    .await
}

fn press(asked: Asked, words: &'static DataWords) -> Task {
    Task::Press {
        label: asked_label(words, asked),
        help: match asked {
            Asked::Summary => words.summary_help,
            Asked::Export => words.export_help,
            Asked::Deletion => words.deletion_help,
        },
    }
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
    let (link, shown) = conn
        .transaction(async |conn| {
            let link = living(conn, context, token).await?;
            if !use_data_link(conn, &link.token_hash, context.now()).await? {
                return Err(MISSING);
            }
            let caller = client.as_guardian(link.guardian_id.into());
            let task = done(conn, context, &caller, &link).await?;
            let shown = page(conn, context, (token, &link), lang, |words| {
                Ok(task.shown(words))
            });
            let shown = shown.await?;
            Ok::<_, ServiceError>((link, shown))
        })
        .await?;
    drop(conn);
    if Asked::parse(&link.kind) == Some(Asked::Deletion) {
        begin_ending(context, link.child_id).await?;
    }
    Ok(shown)
}

/// What came of a link that was used.
enum Done {
    /// So many rows of each part are held.
    Seen(Vec<(&'static str, usize)>),
    /// The copy is being made.
    Asked,
    /// It is being erased.
    Gone,
}

impl Done {
    fn shown(&self, words: &'static DataWords) -> Task {
        match self {
            Self::Seen(held) => {
                let held = held.iter().filter(|(_, rows)| *rows > 0);
                let lines = held.map(|(name, rows)| Line {
                    label: part_label(words, name),
                    rows: *rows,
                });
                Task::Read {
                    lines: lines.collect(),
                }
            }
            Self::Asked => Task::Wait,
            Self::Gone => Task::Gone,
        }
    }
}

async fn done(
    conn: &mut AsyncPgConnection,
    context: &Context,
    caller: &Caller,
    link: &DataLinkRow,
) -> ServiceResult<Done> {
    match Asked::parse(&link.kind).ok_or(MISSING)? {
        Asked::Summary => {
            let held = parts(conn, &PersonalKeys::of(&context.keys), link.child_id).await?;
            let held = held.iter().map(|part| (part.name, part.rows.len()));
            record(conn, context, caller, "use_data_page", link).await?;
            Ok(Done::Seen(held.collect()))
        }
        Asked::Export => {
            let kind = DataRequestKind::Export;
            let row = request_data(conn, context, caller, link.child_id, kind).await?;
            let until = context.now() + KEPT;
            set_link_request(conn, &link.token_hash, row.id, until).await?;
            Ok(Done::Asked)
        }
        Asked::Deletion => {
            let kind = DataRequestKind::Deletion;
            request_data(conn, context, caller, link.child_id, kind).await?;
            Ok(Done::Gone)
        }
    }
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
    conn.transaction(async |conn| {
        let link = living(conn, context, token).await?;
        let request = link.request_id.ok_or(MISSING)?;
        let caller = client.as_guardian(link.guardian_id.into());
        open_archive(conn, context, &caller, request.into()).await
    })
    .await
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
