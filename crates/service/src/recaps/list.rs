//! Recaps as they are answered.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel_async::AsyncPgConnection;
use uuid::Uuid;
use viral_engine_api_types::recaps::Recap;
use viral_engine_api_types::{Page, RecapId};
use viral_engine_db::DbError;
use viral_engine_db::recaps::{self as db, RecapFilter, RecapRow};
use viral_engine_db::users::external_ids_of;

use super::compute::Contents;
use crate::context::Context;
use crate::cursor::PageRequest;
use crate::error::{ServiceError, ServiceResult};
use crate::users::{PersonalKeys, resolve};

/// Which recaps to list.
#[derive(Clone, Copy, Debug, Default)]
pub struct RecapQuery<'a> {
    /// For the parent with this external id.
    pub parent: Option<&'a str>,
    /// Of the child with this external id.
    pub child: Option<&'a str>,
    /// Of the week with this Monday.
    pub week: Option<NaiveDate>,
}

/// The recaps, latest first.
///
/// # Errors
/// When the database can not be asked.
pub async fn list_recaps(
    context: &Context,
    query: RecapQuery<'_>,
    page: PageRequest,
) -> ServiceResult<Page<Recap>> {
    let key = |recap: &Recap| (recap.created_at, recap.id.0);
    let mut conn = context.connection().await?;
    let named = query.parent.into_iter().chain(query.child);
    let known = resolve(&mut conn, named).await?;
    let id = |name: Option<&str>| name.map(|name| known.get(name).map(|user| user.id.0));
    let (parent, child) = (id(query.parent), id(query.child));
    // Nothing is told of somebody who is not known.
    if parent == Some(None) || child == Some(None) {
        return Ok(page.page(Vec::new(), key));
    }
    let filter = RecapFilter {
        parent: parent.flatten(),
        child: child.flatten(),
        week: query.week,
    };
    let rows = db::list_recaps(&mut conn, filter, page.query()).await?;
    Ok(page.page(answers(&mut conn, context, rows).await?, key))
}

/// A recap.
///
/// # Errors
/// When there is none with this id.
pub async fn get_recap(context: &Context, id: RecapId) -> ServiceResult<Recap> {
    let mut conn = context.connection().await?;
    let row = db::find_recap(&mut conn, id.0).await.map_err(missing)?;
    let mut answers = answers(&mut conn, context, vec![row]).await?;
    answers.pop().ok_or(ServiceError::NotFound("recap"))
}

pub(super) fn missing(error: DbError) -> ServiceError {
    match error {
        DbError::NotFound => ServiceError::NotFound("recap"),
        other => other.into(),
    }
}

async fn answers(
    conn: &mut AsyncPgConnection,
    context: &Context,
    rows: Vec<RecapRow>,
) -> ServiceResult<Vec<Recap>> {
    let people: Vec<Uuid> = rows
        .iter()
        .flat_map(|row| [row.parent_id, row.child_id])
        .collect();
    let names = external_ids_of(conn, &people).await?.into_iter().collect();
    let keys = PersonalKeys::of(&context.keys);
    rows.into_iter()
        .map(|row| answer(row, &keys, &names))
        .collect()
}

fn answer(
    row: RecapRow,
    keys: &PersonalKeys,
    names: &HashMap<Uuid, String>,
) -> ServiceResult<Recap> {
    let name = |id: Uuid| {
        let found = names.get(&id).cloned();
        found.ok_or_else(|| ServiceError::Internal(format!("the user {id} has no name")))
    };
    let contents = Contents::read(&row, keys)?;
    Ok(Recap {
        id: row.id.into(),
        parent: name(row.parent_id)?,
        child: name(row.child_id)?,
        week: row.week,
        week_end: row.week + chrono::Days::new(6),
        time_zone: row.time_zone,
        sessions: row.sessions,
        minutes: row.minutes,
        subjects: contents.subjects,
        skills: contents.skills,
        average_rating: row.average_rating,
        improvement: row.improvement,
        streak_days: row.streak_days,
        achievements: contents.achievements,
        highlights: contents.highlights,
        next_steps: contents.next_steps,
        email_id: row.email_id.map(Into::into),
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}
