//! The guardians' pages: documents without script behind links that nobody can guess. Loading one changes nothing, since
//! mail programs load links ahead.

use std::collections::BTreeSet;

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
use super::family_page::{Child, children_of, without_buttons};
use super::mail::{door, first_name, keys};
use super::over::{is_proved, over};
use super::page_words::{PageWords, Told, page_words, scope_words, way_words};
use super::row::{state, unknown};
use super::verification::{is_offered, offered, printed};
use crate::context::Context;
use crate::data_requests::{Asked, asked_words};
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
    is_ticked: bool,
}

/// A way to be verified on a page.
#[derive(Clone, Debug)]
struct WayChoice {
    value: &'static str,
    label: &'static str,
    detail: &'static str,
    is_ticked: bool,
}

/// What was ticked in a form that comes back with a fault: nobody has to tick it twice. Beforehand nothing is.
#[derive(Clone, Debug, Default)]
pub(super) struct Ticked {
    pub scopes: BTreeSet<String>,
    pub method: Option<String>,
}

/// What was pressed before a page is shown.
pub(super) struct PressedBefore {
    /// What came of it; none when it did not fit any more, and nothing was done.
    pub told: Option<Told>,
    pub ticked: Ticked,
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
    /// Nothing: whoever has the link is not the guardian, and is shown no child.
    Nothing,
}

#[derive(Template)]
#[template(path = "consent.html", escape = "html")]
struct ConsentHtml<'a> {
    lang: &'static str,
    other: Option<&'static str>,
    /// Token of the link that was opened: the same page in the other language.
    link: &'a str,
    title: &'static str,
    style: &'static str,
    told: Option<&'static str>,
    words: &'static PageWords,
    child: Option<String>,
    task: Task,
    can_revoke: bool,
    /// The notice of a request that is over, which says whom to write to.
    notice_again: Option<String>,
    /// Where the buttons lead.
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
///
/// # Errors
/// When the database can not be asked.
pub async fn opens_a_page(context: &Context, token: &str) -> ServiceResult<bool> {
    let mut conn = context.connection().await?;
    match door(&mut conn, context, token).await {
        Ok(_) => Ok(true),
        Err(ServiceError::NotFound(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

/// The page of a token, which says first what came of what was pressed, else why there is nothing left to answer.
pub(super) async fn page(
    conn: &mut AsyncPgConnection,
    context: &Context,
    token: &str,
    lang: Option<EmailLocale>,
    pressed: Option<&PressedBefore>,
) -> ServiceResult<GuardianPage> {
    let nothing = Ticked::default();
    let ticked = pressed.map_or(&nothing, |pressed| &pressed.ticked);
    let found = match door(conn, context, token).await? {
        opened @ (Door::Answer(id) | Door::Confirm(id)) => {
            let is_second = matches!(opened, Door::Confirm(_));
            of_request(conn, context, id, (lang, is_second), ticked).await?
        }
        Door::Given(request) => of_given(conn, context, request, lang).await?,
    };
    let words = page_words(found.lang);
    let told = match pressed {
        Some(pressed) => Some(pressed.told.or(found.over).unwrap_or(told_stale)),
        None => found.over,
    };
    let html = ConsentHtml {
        lang: found.lang.as_str(),
        other: EmailLocale::ALL
            .iter()
            .find(|other| **other != found.lang)
            .map(|other| other.as_str()),
        link: token,
        title: match found.task {
            Task::Family { .. } => words.family_title,
            _ => words.title,
        },
        style: STYLE,
        told: told.map(|told| told(words)),
        words,
        child: found.child,
        can_revoke: can_revoke(&found.task),
        task: found.task,
        notice_again: found.notice_again,
        token: found.token.as_deref().unwrap_or(token),
        asks: Asked::ALL.map(|asked| (asked.as_str(), asked_words(asked, found.lang))),
    };
    let html = html
        .render()
        .map_err(|error| ServiceError::Internal(format!("template of a page: {error}")))?;
    Ok(GuardianPage {
        html,
        style_hash: style_hash(),
    })
}

fn told_stale(words: &PageWords) -> &'static str {
    words.told_stale
}

fn can_revoke(task: &Task) -> bool {
    let Task::Family { children } = task else {
        return false;
    };
    let mut lines = children.iter().flat_map(|child| &child.lines);
    lines.any(|line| line.can_revoke)
}

/// What a link opens by now.
struct Found {
    lang: EmailLocale,
    child: Option<String>,
    task: Task,
    /// Why there is nothing left to answer.
    over: Option<Told>,
    notice_again: Option<String>,
    /// Where the buttons lead, if not where the page was opened.
    token: Option<String>,
}

impl Found {
    fn new(lang: EmailLocale, child: Option<String>, task: Task) -> Self {
        Self {
            lang,
            child,
            task,
            over: None,
            notice_again: None,
            token: None,
        }
    }
}

async fn of_request(
    conn: &mut AsyncPgConnection,
    context: &Context,
    id: Uuid,
    (lang, is_second): (Option<EmailLocale>, bool),
    ticked: &Ticked,
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
    let is_late = context.now() >= request.until;
    let task = if in_state(ConsentState::NoticeSent)? && !is_late {
        answer_task(conn, context, &request, &rows, (lang, ticked)).await?
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
        return of_ended(conn, context, &request, &rows, lang).await;
    };
    let child = find_user_by_id(conn, request.child_id).await?;
    let name = first_name(context, &child)?;
    Ok(Found::new(lang, name, task))
}

/// The page behind a link with nothing left to answer: why, and all consents, with buttons for whoever has proved by this
/// request to be the guardian. Whoever said not to be the guardian is shown no child.
async fn of_ended(
    conn: &mut AsyncPgConnection,
    context: &Context,
    request: &RequestRow,
    rows: &[ConsentRow],
    lang: EmailLocale,
) -> ServiceResult<Found> {
    let notice_again = Some(notice_html(conn, request, lang).await?.html);
    let is_proved = is_proved(rows)?;
    if !is_proved && !db::disowned_among(conn, &[request.id]).await?.is_empty() {
        return Ok(Found {
            over: Some(|words| words.told_disowned),
            notice_again,
            ..Found::new(lang, None, Task::Nothing)
        });
    }
    let mut children = children_of(conn, context, request, lang).await?;
    if !is_proved {
        children = without_buttons(children);
    }
    let family = keys(context).token(Door::Given(request.id));
    Ok(Found {
        over: Some(over(rows)?),
        notice_again,
        token: family.filter(|_| is_proved),
        ..Found::new(lang, None, Task::Family { children })
    })
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
    let mut conn = context.connection().await?;
    let conn = &mut *conn;
    let Door::Answer(id) = door(conn, context, token).await? else {
        return Err(MISSING);
    };
    let request = db::find_request(conn, id).await.map_err(missing)?;
    let open = db::open_verification(conn, id).await?.ok_or(MISSING)?;
    if open.page_url.is_some() || open.state != "started" || context.now() >= request.until {
        return Err(MISSING);
    }
    // The form is in the language in which the guardian read the notice, whose hash is kept.
    let shown_in = locale(&open.locale)?;
    let lang = lang.unwrap_or(shown_in);
    let rows = db::consents_of_request(conn, id).await?;
    let labels = labels(&rows, ConsentState::Verifying, lang)?;
    if labels.is_empty() {
        return Err(MISSING);
    }
    let child = find_user_by_id(conn, request.child_id).await?;
    let name = first_name(context, &child)?;
    let notice = notice_html(conn, &request, shown_in).await?.html;
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
    (lang, ticked): (EmailLocale, &Ticked),
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
        let is_offered = is_offered(context, request, &scope);
        choices.push(Choice {
            value: row.scope.clone(),
            label,
            detail,
            is_offered,
            is_ticked: is_offered && ticked.scopes.contains(&row.scope),
        });
    }
    Ok(Task::Answer {
        notice: notice_html(conn, request, lang).await?.html,
        kept: retention_lines(context, lang),
        choices,
        ways: ways(context, request, (lang, ticked)),
        until: day(request.until, lang),
    })
}

fn ways(
    context: &Context,
    request: &RequestRow,
    (lang, ticked): (EmailLocale, &Ticked),
) -> Vec<WayChoice> {
    let offered = offered(context, request).into_iter();
    let ways = offered.map(|method| {
        let (label, detail) = way_words(method, lang);
        WayChoice {
            value: method.as_str(),
            label,
            detail,
            is_ticked: ticked.method.as_deref() == Some(method.as_str()),
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

/// What the scope of a consent is called.
pub(super) fn label(row: &ConsentRow, lang: EmailLocale) -> ServiceResult<String> {
    let scope: Scope = row
        .scope
        .parse()
        .map_err(|_| unknown("scope", &row.scope))?;
    Ok(scope_words(&scope, lang).0)
}

async fn of_given(
    conn: &mut AsyncPgConnection,
    context: &Context,
    request: Uuid,
    lang: Option<EmailLocale>,
) -> ServiceResult<Found> {
    let request = db::find_request(conn, request).await.map_err(missing)?;
    let lang = match lang {
        Some(lang) => lang,
        None => locale(&request.locale)?,
    };
    let children = children_of(conn, context, &request, lang).await?;
    Ok(Found::new(lang, None, Task::Family { children }))
}

/// A time, as guardians read it.
pub(super) fn day(at: DateTime<Utc>, lang: EmailLocale) -> String {
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
