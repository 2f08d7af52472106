//! The parent's page: a document without script behind a link that nobody can guess, on which the parent reads the week
//! and says whether recaps come by mail.

use askama::Template;
use chrono::{Days, NaiveDate};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde_json::json;
use uuid::Uuid;
use viral_engine_api_types::emails::{EmailKind, EmailLocale};
use viral_engine_db::DbError;
use viral_engine_db::recaps::{self as db, ParentRow};
use viral_engine_domain::emails::Address;
use viral_engine_domain::lasting_keys::LastingKey;
use viral_engine_domain::recaps::{PageKeys, PageToken, Week};
use viral_engine_domain::time_window::day_of;

use super::children::told_children;
use super::mail::{child_week, locale};
use crate::audit;
use crate::caller::Caller;
use crate::context::Context;
use crate::emails::{
    ChildView, ChildWeek, Mail, RecapWords, WeeklyRecap, child_views, gets_none, recap_words,
    subject_line, subscribe_again, unsubscribe_url,
};
use crate::error::{ServiceError, ServiceResult};
use crate::lasting_keys::{former_lasting_keys, lasting_keys};
use crate::public_page::{STYLE, style_hash};
use crate::users::{Field, PersonalKeys};

/// Days after its week for which a page is there: as long as the text of the message is kept.
const KEPT_DAYS: u64 = 90;

const MISSING: ServiceError = ServiceError::NotFound("recap");

/// A page, ready to be answered.
#[derive(Clone, Debug)]
pub struct RecapPage {
    /// The document.
    pub html: String,
    /// Hash of its style, as a content security policy names it.
    pub style_hash: &'static str,
}

#[derive(Template)]
#[template(path = "recap.html", escape = "html")]
struct RecapHtml<'a> {
    lang: &'static str,
    title: String,
    style: &'static str,
    notice: Option<&'static str>,
    words: &'static RecapWords,
    children: Vec<ChildView>,
    wanted: bool,
    token: &'a str,
    unsubscribe_url: Option<String>,
}

/// The link to a parent's page of a week, to be mailed to an address. Whoever has it may read the page while the parent has that
/// address: it stands in the parent's mail alone.
pub(super) fn page_url(
    context: &Context,
    parent: Uuid,
    week: Week,
    to: &Address,
) -> ServiceResult<String> {
    let token = keys(context)
        .token(parent, week, to)
        .ok_or_else(|| ServiceError::Internal("there is no key for pages".to_owned()))?;
    Ok(format!("{}/r/{}", context.config.public_url, token.text()))
}

/// The page of a token.
///
/// # Errors
/// [`ServiceError::NotFound`] when it is none of ours, the parent has another address than it was mailed to, or its week is long
/// past.
pub async fn find_recap_page(context: &Context, token: &str) -> ServiceResult<RecapPage> {
    let mut conn = context.connection().await?;
    let (parent, week) = read(&mut conn, context, token).await?;
    page(&mut conn, context, &parent, week, (token, None)).await
}

/// Notes whether the parent of a token wants recaps by mail, and answers the page. Again changes nothing.
///
/// # Errors
/// As [`find_recap_page`].
pub async fn choose_recaps(
    context: &Context,
    client: &Caller,
    token: &str,
    wanted: bool,
) -> ServiceResult<RecapPage> {
    let mut conn = context.connection().await?;
    let (parent, week) = read(&mut conn, context, token).await?;
    conn.transaction(async |conn| {
        if db::set_recap_wish(conn, parent.id, wanted, context.now()).await? {
            let object = parent.id.to_string();
            let changes = json!({ "weekly_recap": { "from": !wanted, "to": wanted } });
            let object = ("user", object.as_str());
            let caller = client.as_guardian(parent.id.into());
            audit::record(conn, context, &caller, "choose_recaps", object, changes).await?;
        }
        let parent = db::find_parent(conn, parent.id).await.map_err(missing)?;
        if let Some(address) = address(context, &parent)?.filter(|_| wanted) {
            subscribe_again(conn, context, &address).await?;
        }
        page(conn, context, &parent, week, (token, Some(wanted))).await
    })
    .await
}

/// What is told of the children whose guardian the parent is now, as far as the guardian allows it, and who they are.
pub(super) async fn children_weeks(
    conn: &mut AsyncPgConnection,
    keys: &PersonalKeys,
    parent: Uuid,
    week: Week,
) -> ServiceResult<(Vec<Uuid>, Vec<ChildWeek>)> {
    let recaps = db::recaps_of_week(conn, parent, week.first()).await?;
    let children = told_children(conn, &[parent]).await?;
    let (mut about, mut weeks) = (Vec::new(), Vec::new());
    for child in &children {
        if let Some(recap) = recaps.iter().find(|recap| recap.child_id == child.id) {
            about.push(child.id);
            weeks.push(child_week(keys, recap, child.name_cipher.as_deref())?);
        }
    }
    Ok((about, weeks))
}

async fn page(
    conn: &mut AsyncPgConnection,
    context: &Context,
    parent: &ParentRow,
    week: Week,
    (token, chosen): (&str, Option<bool>),
) -> ServiceResult<RecapPage> {
    let keys = PersonalKeys::of(&context.keys);
    let (_, children) = children_weeks(conn, &keys, parent.id, week).await?;
    let sent = db::recaps_of_week(conn, parent.id, week.first()).await?;
    let sent = sent.iter().find_map(|recap| recap.email_id);
    let locale = locale(parent);
    let words = recap_words(locale);
    let wanted = parent.weekly_recap && !gets_no_mail(conn, context, parent).await?;
    let html = RecapHtml {
        lang: locale.as_str(),
        title: title(week, locale),
        style: STYLE,
        notice: chosen.map(|wanted| if wanted { words.started } else { words.stopped }),
        words,
        children: child_views(&children, locale),
        wanted,
        token,
        unsubscribe_url: sent
            .map(|email| unsubscribe_url(context, email))
            .transpose()?,
    };
    let html = html
        .render()
        .map_err(|error| ServiceError::Internal(format!("template of a page: {error}")))?;
    Ok(RecapPage {
        html,
        style_hash: style_hash(),
    })
}

/// Whether recaps do not reach the parent although they are wished: there is no address, or it gets no such mail.
async fn gets_no_mail(
    conn: &mut AsyncPgConnection,
    context: &Context,
    parent: &ParentRow,
) -> ServiceResult<bool> {
    match address(context, parent)? {
        Some(address) => gets_none(conn, context, EmailKind::WeeklyRecap, &address).await,
        None => Ok(true),
    }
}

fn address(context: &Context, parent: &ParentRow) -> ServiceResult<Option<Address>> {
    let keys = PersonalKeys::of(&context.keys);
    let address = parent
        .email_cipher
        .as_deref()
        .map(|cipher| keys.open(parent.id, Field::Email, cipher))
        .transpose()?
        .flatten();
    Ok(address.and_then(|address| Address::parse(&address).ok()))
}

/// The same words as the subject line of the message.
fn title(week: Week, locale: EmailLocale) -> String {
    let mail = Mail::WeeklyRecap(WeeklyRecap {
        from: week.first(),
        to: week.last(),
        page_url: String::new(),
        consents_url: None,
        children: Vec::new(),
    });
    subject_line(&mail, locale)
}

/// Whose week a token opens, and which. Nothing that it says counts before its MAC is seen to be ours.
async fn read(
    conn: &mut AsyncPgConnection,
    context: &Context,
    token: &str,
) -> ServiceResult<(ParentRow, Week)> {
    let token = PageToken::parse(token).ok_or(MISSING)?;
    let parent = db::find_parent(conn, token.parent())
        .await
        .map_err(missing)?;
    let on_record = address(context, &parent)?.ok_or(MISSING)?;
    if !is_ours(conn, context, &token, &on_record).await? {
        return Err(MISSING);
    }
    let today: NaiveDate = day_of(context.now(), chrono_tz::Tz::UTC);
    if token.week().last() + Days::new(KEPT_DAYS) < today {
        return Err(MISSING);
    }
    Ok((parent, token.week()))
}

/// Whether we mailed a token to this address: whoever got it elsewhere reads of the children no longer.
async fn is_ours(
    conn: &mut AsyncPgConnection,
    context: &Context,
    token: &PageToken,
    to: &Address,
) -> ServiceResult<bool> {
    if keys(context).made(token, to) {
        return Ok(true);
    }
    let former = former_lasting_keys(conn, context, LastingKey::Recaps).await?;
    Ok(PageKeys::new(former).made(token, to))
}

/// Made from the keys of personal fields that are configured.
fn keys(context: &Context) -> PageKeys {
    PageKeys::new(lasting_keys(&context.keys, LastingKey::Recaps))
}

fn missing(error: DbError) -> ServiceError {
    match error {
        DbError::NotFound => MISSING,
        other => other.into(),
    }
}
