//! The guardians' pages: documents without script behind links that nobody can guess. Loading one changes nothing, since
//! mail programs load links ahead.

use askama::Template;
use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use uuid::Uuid;
use viral_engine_api_types::emails::EmailLocale;
use viral_engine_db::DbError;
use viral_engine_db::consents::{self as db, ConsentRow, RequestRow};
use viral_engine_db::notices::texts_of;
use viral_engine_db::users::find_user_by_id;
use viral_engine_domain::consents::{ConsentState, Door, Scope};

use super::answer::locale;
use super::mail::{first_name, keys, language};
use super::page_words::{PageWords, page_words, scope_words, way_words};
use super::row::{state, unknown};
use super::verification::{is_offered, offered, printed};
use crate::context::Context;
use crate::data_requests::{Asked, asked_words, may_ask};
use crate::error::{ServiceError, ServiceResult};
use crate::notices::{Shown, shown};
use crate::public_page::{STYLE, style_hash};
use crate::retention::retention_lines;

const MISSING: ServiceError = ServiceError::NotFound("page");

/// A page, ready to be answered.
#[derive(Clone, Debug)]
pub struct GuardianPage {
    /// The document.
    pub html: String,
    /// Hash of its style, as a content security policy names it.
    pub style_hash: &'static str,
}

/// A scope on a page.
#[derive(Clone, Debug)]
struct Choice {
    value: String,
    label: String,
    detail: String,
    /// Whether a guardian can be verified well enough here.
    is_offered: bool,
}

/// A way to be verified on a page.
#[derive(Clone, Debug)]
struct WayChoice {
    value: &'static str,
    label: &'static str,
    detail: &'static str,
}

/// A consent on a page.
#[derive(Clone, Debug)]
struct Line {
    id: Uuid,
    label: String,
    state: &'static str,
    since: String,
    can_revoke: bool,
}

/// A child on a page.
#[derive(Clone, Debug)]
struct Child {
    id: Uuid,
    name: String,
    lines: Vec<Line>,
    /// Whether the guardian may ask for what is held.
    may_ask: bool,
}

/// What there is to do on a page.
#[derive(Clone, Debug)]
enum Task {
    /// Answer a request.
    Answer {
        notice: String,
        /// For how many days what is kept.
        kept: Vec<(&'static str, u32)>,
        choices: Vec<Choice>,
        /// The simplest first.
        ways: Vec<WayChoice>,
        until: String,
    },
    /// Go on at the hosted provider.
    Provider { labels: Vec<String>, url: String },
    /// Print, sign and send in a form.
    Form { labels: Vec<String> },
    /// Nothing, as yet: people look at the form.
    Review { labels: Vec<String> },
    /// The second step of a consent by messages.
    Confirm { labels: Vec<String> },
    /// Nothing, as yet: the second step comes by mail.
    Wait { from: String },
    /// See and take back.
    Family { children: Vec<Child> },
}

#[derive(Template)]
#[template(path = "consent.html", escape = "html")]
struct ConsentHtml<'a> {
    lang: &'static str,
    other: Option<&'static str>,
    title: &'static str,
    style: &'static str,
    told: Option<&'static str>,
    words: &'static PageWords,
    child: Option<String>,
    task: Task,
    token: &'a str,
    /// What can be asked for about a child, as it stands in addresses and on buttons.
    asks: [(&'static str, &'static str); 3],
}

/// The page of a token; `lang` is the language that was asked for, else that of the request.
///
/// # Errors
/// [`ServiceError::NotFound`] when the token is none of ours, or what it opens is gone.
pub async fn find_guardian_page(
    context: &Context,
    token: &str,
    lang: Option<EmailLocale>,
) -> ServiceResult<GuardianPage> {
    let mut conn = context.connection().await?;
    page(&mut conn, context, token, lang, None).await
}

/// Whether a token is one of ours.
#[must_use]
pub fn opens_a_page(context: &Context, token: &str) -> bool {
    door(context, token).is_ok()
}

/// What a token opens.
pub(super) fn door(context: &Context, token: &str) -> ServiceResult<Door> {
    keys(context).read(token).ok_or(MISSING)
}

/// The page of a token, which says `told` first.
pub(super) async fn page(
    conn: &mut AsyncPgConnection,
    context: &Context,
    token: &str,
    lang: Option<EmailLocale>,
    told: Option<fn(&PageWords) -> &'static str>,
) -> ServiceResult<GuardianPage> {
    let (lang, child, task) = match door(context, token)? {
        opened @ (Door::Answer(id) | Door::Confirm(id)) => {
            let is_second = matches!(opened, Door::Confirm(_));
            of_request(conn, context, id, (lang, is_second)).await?
        }
        Door::Family(guardian) => of_family(conn, context, guardian, lang).await?,
    };
    let words = page_words(lang);
    let html = ConsentHtml {
        lang: lang.as_str(),
        other: EmailLocale::ALL
            .iter()
            .find(|other| **other != lang)
            .map(|other| other.as_str()),
        title: match task {
            Task::Family { .. } => words.family_title,
            _ => words.title,
        },
        style: STYLE,
        told: told.map(|told| told(words)),
        words,
        child,
        task,
        token,
        asks: Asked::ALL.map(|asked| (asked.as_str(), asked_words(asked, lang))),
    };
    let html = html
        .render()
        .map_err(|error| ServiceError::Internal(format!("template of a page: {error}")))?;
    Ok(GuardianPage {
        html,
        style_hash: style_hash(),
    })
}

type Found = (EmailLocale, Option<String>, Task);

async fn of_request(
    conn: &mut AsyncPgConnection,
    context: &Context,
    id: Uuid,
    (lang, is_second): (Option<EmailLocale>, bool),
) -> ServiceResult<Found> {
    let request = db::find_request(conn, id).await.map_err(missing)?;
    let lang = match lang {
        Some(lang) => lang,
        None => locale(&request.locale)?,
    };
    let rows = db::consents_of_request(conn, id).await?;
    let in_state = |wanted: ConsentState| {
        let found: ServiceResult<Vec<bool>> =
            rows.iter().map(|row| Ok(state(row)? == wanted)).collect();
        found.map(|found| found.contains(&true))
    };
    let child = find_user_by_id(conn, request.child_id).await?;
    let name = first_name(context, &child)?;
    let is_late = context.now() >= request.until;
    let task = if in_state(ConsentState::NoticeSent)? && !is_late {
        answer_task(conn, context, &request, &rows, lang).await?
    } else if in_state(ConsentState::Verifying)? && !is_late {
        let labels = labels(&rows, ConsentState::Verifying, lang)?;
        verifying_task(conn, &request, labels).await?
    } else if in_state(ConsentState::ConfirmPending)? && !is_late {
        let is_time = request
            .confirm_from
            .is_some_and(|from| context.now() >= from);
        match is_second && is_time {
            true => Task::Confirm {
                labels: labels(&rows, ConsentState::ConfirmPending, lang)?,
            },
            false => Task::Wait {
                from: request
                    .confirm_from
                    .map(|from| day(from, lang))
                    .unwrap_or_default(),
            },
        }
    } else {
        return of_family(conn, context, request.guardian_id, Some(lang)).await;
    };
    Ok((lang, name, task))
}

/// What is left to do to be verified.
async fn verifying_task(
    conn: &mut AsyncPgConnection,
    request: &RequestRow,
    labels: Vec<String>,
) -> ServiceResult<Task> {
    let open = db::open_verification(conn, request.id).await?;
    let open = open.ok_or_else(|| unknown("verification of request", &request.id))?;
    Ok(match (open.page_url, open.state.as_str()) {
        (Some(url), _) => Task::Provider { labels, url },
        (None, "submitted") => Task::Review { labels },
        (None, _) => Task::Form { labels },
    })
}

/// The form to print and sign, while one is awaited.
///
/// # Errors
/// [`ServiceError::NotFound`] when the token is none of ours, or no form is awaited.
pub async fn find_consent_form(
    context: &Context,
    token: &str,
    lang: Option<EmailLocale>,
) -> ServiceResult<GuardianPage> {
    let Door::Answer(id) = door(context, token)? else {
        return Err(MISSING);
    };
    let mut conn = context.connection().await?;
    let conn = &mut *conn;
    let request = db::find_request(conn, id).await.map_err(missing)?;
    let open = db::open_verification(conn, id).await?.ok_or(MISSING)?;
    if open.page_url.is_some() || open.state != "started" || context.now() >= request.until {
        return Err(MISSING);
    }
    // The form is in the language in which the guardian read the notice, whose hash is kept.
    let shown_in = locale(&open.locale)?;
    let lang = lang.unwrap_or(shown_in);
    let rows = db::consents_of_request(conn, id).await?;
    let child = find_user_by_id(conn, request.child_id).await?;
    let name = first_name(context, &child)?;
    let notice = notice_html(conn, &request, shown_in).await?.html;
    let labels = labels(&rows, ConsentState::Verifying, lang)?;
    let words = page_words(lang);
    Ok(GuardianPage {
        html: printed(lang, words, name.as_deref(), &notice, &labels, &open)?,
        style_hash: style_hash(),
    })
}

async fn answer_task(
    conn: &mut AsyncPgConnection,
    context: &Context,
    request: &RequestRow,
    rows: &[ConsentRow],
    lang: EmailLocale,
) -> ServiceResult<Task> {
    let mut choices = Vec::with_capacity(rows.len());
    for row in rows {
        if state(row)? != ConsentState::NoticeSent {
            continue;
        }
        let scope: Scope = row
            .scope
            .parse()
            .map_err(|_| unknown("scope", &row.scope))?;
        let (label, detail) = scope_words(&scope, lang);
        choices.push(Choice {
            value: row.scope.clone(),
            label,
            detail,
            is_offered: is_offered(context, request, &scope),
        });
    }
    Ok(Task::Answer {
        notice: notice_html(conn, request, lang).await?.html,
        kept: retention_lines(context, lang),
        choices,
        ways: ways(context, request, lang),
        until: day(request.until, lang),
    })
}

fn ways(context: &Context, request: &RequestRow, lang: EmailLocale) -> Vec<WayChoice> {
    let offered = offered(context, request).into_iter();
    let ways = offered.map(|method| {
        let (label, detail) = way_words(method, lang);
        WayChoice {
            value: method.as_str(),
            label,
            detail,
        }
    });
    ways.collect()
}

/// The notice of a request, as the guardian sees it.
pub(super) async fn notice_html(
    conn: &mut AsyncPgConnection,
    request: &RequestRow,
    lang: EmailLocale,
) -> ServiceResult<Shown> {
    let texts = texts_of(conn, &[request.notice_id]).await?;
    let text = texts.iter().find(|text| text.locale == lang.as_str());
    let text = text.ok_or_else(|| unknown("notice", &request.notice_id))?;
    Ok(shown(&text.body))
}

fn labels(
    rows: &[ConsentRow],
    wanted: ConsentState,
    lang: EmailLocale,
) -> ServiceResult<Vec<String>> {
    let mut labels = Vec::new();
    for row in rows {
        if state(row)? == wanted {
            labels.push(label(row, lang)?);
        }
    }
    Ok(labels)
}

fn label(row: &ConsentRow, lang: EmailLocale) -> ServiceResult<String> {
    let scope: Scope = row
        .scope
        .parse()
        .map_err(|_| unknown("scope", &row.scope))?;
    Ok(scope_words(&scope, lang).0)
}

async fn of_family(
    conn: &mut AsyncPgConnection,
    context: &Context,
    guardian: Uuid,
    lang: Option<EmailLocale>,
) -> ServiceResult<Found> {
    let user = find_user_by_id(conn, guardian).await.map_err(missing)?;
    let lang = lang.unwrap_or_else(|| language(&user));
    let words = page_words(lang);
    let rows = db::consents_of_guardian(conn, guardian).await?;
    let mut children: Vec<(Uuid, Child)> = Vec::new();
    let mut seen: Option<(Uuid, &str)> = None;
    for row in &rows {
        // Of each child and scope the newest comes first; older ones are history.
        if seen == Some((row.child_id, row.scope.as_str())) {
            continue;
        }
        seen = Some((row.child_id, row.scope.as_str()));
        if children.last().is_none_or(|(id, _)| *id != row.child_id) {
            let child = find_user_by_id(conn, row.child_id).await?;
            let name = first_name(context, &child)?;
            let number = children.len() + 1;
            let name = name.unwrap_or_else(|| format!("{} {number}", words.child));
            let child = Child {
                id: row.child_id,
                name,
                lines: Vec::new(),
                may_ask: may_ask(&rows, row.child_id) && child.deleted_at.is_none(),
            };
            children.push((row.child_id, child));
        }
        if let Some((_, child)) = children.last_mut() {
            child.lines.push(line(row, words, lang)?);
        }
    }
    let children = children.into_iter().map(|(_, child)| child).collect();
    Ok((lang, None, Task::Family { children }))
}

fn line(row: &ConsentRow, words: &PageWords, lang: EmailLocale) -> ServiceResult<Line> {
    let state = state(row)?;
    Ok(Line {
        id: row.id,
        label: label(row, lang)?,
        state: words.state(state),
        since: day(row.updated_at, lang),
        can_revoke: matches!(
            state,
            ConsentState::Active | ConsentState::Suspended | ConsentState::ReconsentRequired
        ),
    })
}

fn day(at: DateTime<Utc>, lang: EmailLocale) -> String {
    let format = match lang {
        EmailLocale::En => "%Y-%m-%d %H:%M UTC",
        EmailLocale::De => "%d.%m.%Y, %H:%M UTC",
    };
    at.format(format).to_string()
}

fn missing(error: DbError) -> ServiceError {
    match error {
        DbError::NotFound => MISSING,
        other => other.into(),
    }
}
