//! Notices: what guardians are told before they consent. One draft at a time is written; once published, a version never
//! changes, since consents name it.

mod render;

use std::collections::BTreeMap;
use viral_engine_domain::consents::Gate;

use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;
use viral_engine_api_types::FieldError;
use viral_engine_api_types::emails::EmailLocale;
use viral_engine_api_types::notices::{
    Notice, NoticeList, NoticeTemplate, NoticeText, ShownNoticeText, WriteNotice,
};
use viral_engine_db::DbError;
use viral_engine_db::consents::bump_epoch;
use viral_engine_db::notices::{self as db, NoticeRow, NoticeTextRow};
use viral_engine_db::notifications::{Channel, notify};

use crate::audit;
use crate::caller::Caller;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
use crate::jobs::{JobPayload, enqueue};
use crate::validation::validate;
pub(crate) use render::{Shown, shown};

/// What a first draft begins with. What is in double brackets only the operator knows.
const TEMPLATES: [(EmailLocale, &str); 2] = [
    (
        EmailLocale::En,
        include_str!("../../templates/notices/en.md"),
    ),
    (
        EmailLocale::De,
        include_str!("../../templates/notices/de.md"),
    ),
];

/// Begins what only the operator knows.
const GAP: &str = "[[";

/// Asks guardians again for what they allowed under versions of the notice before this one.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequireReconsent {
    /// The version that is material.
    pub notice: i32,
}

impl JobPayload for RequireReconsent {
    const KIND: &'static str = "require_reconsent";
    const GATE: Gate = Gate::Nothing;
    const MAX_ATTEMPTS: u32 = 25;
}

/// All versions, the newest first.
///
/// # Errors
/// When the database can not be asked.
pub async fn list_notices(context: &Context) -> ServiceResult<NoticeList> {
    let mut conn = context.connection().await?;
    let rows = db::list_notices(&mut conn).await?;
    Ok(NoticeList {
        items: answers(&mut conn, rows).await?,
    })
}

/// A version by its number.
///
/// # Errors
/// [`ServiceError::NotFound`].
pub async fn get_notice(context: &Context, number: i32) -> ServiceResult<Notice> {
    let mut conn = context.connection().await?;
    let row = db::find_notice(&mut conn, number).await.map_err(missing)?;
    answer(&mut conn, row).await
}

/// What a first draft begins with, in each language.
pub fn notice_template() -> NoticeTemplate {
    let texts = TEMPLATES.map(|(locale, body)| NoticeText {
        locale,
        body: body.to_owned(),
    });
    NoticeTemplate {
        texts: texts.to_vec(),
    }
}

/// Begins a draft, or replaces the one there is; `seen` is the version of it that the caller has read.
///
/// # Errors
/// Fields at fault; [`ServiceError::PreconditionFailed`] when the draft has changed since, or was published.
pub async fn write_notice(
    context: &Context,
    caller: &Caller,
    seen: Option<i64>,
    body: WriteNotice,
) -> ServiceResult<Notice> {
    validate(&body, "")?;
    let texts = texts(&body)?;
    let now = context.now();
    let mut conn = context.connection().await?;
    conn.transaction(async |conn| {
        let newest = db::list_notices(conn).await?.into_iter().next();
        let row = match newest {
            Some(draft) if draft.published_at.is_none() => {
                let row = db::lock_notice(conn, draft.number).await.map_err(missing)?;
                if seen.is_some_and(|seen| seen != row.version) {
                    return Err(ServiceError::PreconditionFailed);
                }
                let row = NoticeRow {
                    is_material: body.is_material,
                    version: row.version + 1,
                    updated_at: now,
                    ..row
                };
                db::save_notice(conn, &row).await?;
                row
            }
            _ if seen.is_some() => return Err(ServiceError::PreconditionFailed),
            published => {
                let row = NoticeRow {
                    id: Uuid::now_v7(),
                    number: published.map_or(0, |notice| notice.number) + 1,
                    is_material: body.is_material,
                    published_at: None,
                    version: 1,
                    created_at: now,
                    updated_at: now,
                };
                db::insert_notice(conn, &row).await.map_err(raced)?;
                row
            }
        };
        let rows: Vec<NoticeTextRow> = texts
            .iter()
            .map(|(locale, text)| NoticeTextRow {
                notice_id: row.id,
                locale: (*locale).to_owned(),
                body: (*text).to_owned(),
            })
            .collect();
        db::replace_texts(conn, row.id, &rows).await?;
        let number = row.number.to_string();
        let changes = json!({ "is_material": row.is_material, "version": row.version });
        let object = ("notice", number.as_str());
        audit::record(conn, context, caller, "write_notice", object, changes).await?;
        answer(conn, row).await
    })
    .await
}

/// Shows the draft to guardians from now on. It can not be changed any more. `seen` is the version of it that the caller has
/// read, if it matters.
///
/// # Errors
/// [`ServiceError::NotFound`]; [`ServiceError::PreconditionFailed`] when it has changed since it was read; a conflict when
/// it is published, or not complete.
pub async fn publish_notice(
    context: &Context,
    caller: &Caller,
    number: i32,
    seen: Option<i64>,
) -> ServiceResult<Notice> {
    let now = context.now();
    let mut conn = context.connection().await?;
    let published = conn
        .transaction(async |conn| {
            let row = db::lock_notice(conn, number).await.map_err(missing)?;
            if row.published_at.is_some() {
                return Err(ServiceError::Conflict(
                    "the notice is published already".to_owned(),
                ));
            }
            if seen.is_some_and(|seen| seen != row.version) {
                return Err(ServiceError::PreconditionFailed);
            }
            require_complete(&db::texts_of(conn, &[row.id]).await?)?;
            let row = NoticeRow {
                published_at: Some(now),
                version: row.version + 1,
                updated_at: now,
                ..row
            };
            db::save_notice(conn, &row).await?;
            let object = number.to_string();
            let object = ("notice", object.as_str());
            let changes = json!({ "is_material": row.is_material });
            audit::record(conn, context, caller, "publish_notice", object, changes).await?;
            if row.is_material {
                enqueue(conn, &RequireReconsent { notice: number }).await?;
                // The gate counts earlier consents no more from now on: no node may remember any.
                bump_epoch(conn, &[], now).await?;
                notify(conn, Channel::Consents, "").await?;
            }
            answer(conn, row).await
        })
        .await?;
    drop(conn);
    context.consents.refresh(context).await?;
    Ok(published)
}

/// Both languages once each: a guardian is asked in the one they read.
fn texts(body: &WriteNotice) -> ServiceResult<BTreeMap<&'static str, &str>> {
    let mut texts = BTreeMap::new();
    let mut faults = Vec::new();
    for (index, text) in body.texts.iter().enumerate() {
        if texts
            .insert(text.locale.as_str(), text.body.as_str())
            .is_some()
        {
            let pointer = format!("/texts/{index}/locale");
            faults.push(FieldError::new(
                pointer,
                "repeated",
                "Give each language once.",
            ));
        }
    }
    match faults.is_empty() {
        true => Ok(texts),
        false => Err(ServiceError::Invalid(faults)),
    }
}

fn require_complete(texts: &[NoticeTextRow]) -> ServiceResult<()> {
    for locale in EmailLocale::ALL {
        let name = locale.as_str();
        let Some(text) = texts.iter().find(|text| text.locale == name) else {
            let detail =
                format!("the notice has no words in the language {name}: write them first");
            return Err(ServiceError::Conflict(detail));
        };
        if text.body.trim().is_empty() {
            let detail = format!("the notice in the language {name} is blank: write it first");
            return Err(ServiceError::Conflict(detail));
        }
        if let Some((_, gap)) = text.body.split_once(GAP) {
            let gap: String = gap.chars().take(60).take_while(|c| *c != ']').collect();
            let detail = format!(
                "the notice in the language {name} has a gap ([[{gap}…): fill in what only you know"
            );
            return Err(ServiceError::Conflict(detail));
        }
    }
    Ok(())
}

async fn answer(conn: &mut AsyncPgConnection, row: NoticeRow) -> ServiceResult<Notice> {
    let mut answered = answers(conn, vec![row]).await?;
    answered.pop().ok_or(ServiceError::NotFound("notice"))
}

async fn answers(conn: &mut AsyncPgConnection, rows: Vec<NoticeRow>) -> ServiceResult<Vec<Notice>> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let texts = db::texts_of(conn, &ids).await?;
    rows.into_iter()
        .map(|row| {
            let own = texts.iter().filter(|text| text.notice_id == row.id);
            Ok(Notice {
                number: row.number,
                is_material: row.is_material,
                published_at: row.published_at,
                texts: own.map(shown_text).collect::<ServiceResult<_>>()?,
                created_at: row.created_at,
                updated_at: row.updated_at,
                version: row.version,
            })
        })
        .collect()
}

fn shown_text(row: &NoticeTextRow) -> ServiceResult<ShownNoticeText> {
    let shown = shown(&row.body);
    let locale = EmailLocale::parse(&row.locale);
    Ok(ShownNoticeText {
        locale: locale.ok_or_else(|| ServiceError::Internal(format!("locale {}", row.locale)))?,
        body: row.body.clone(),
        html: shown.html,
        sha256: hex::encode(shown.hash),
    })
}

fn raced(error: DbError) -> ServiceError {
    match error {
        DbError::Unique { .. } => ServiceError::PreconditionFailed,
        other => other.into(),
    }
}

fn missing(error: DbError) -> ServiceError {
    match error {
        DbError::NotFound => ServiceError::NotFound("notice"),
        other => other.into(),
    }
}
