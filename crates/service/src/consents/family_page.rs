//! The page of all consents of a guardian: each child with what is allowed.

use std::collections::BTreeSet;

use diesel_async::AsyncPgConnection;
use uuid::Uuid;
use viral_engine_api_types::emails::EmailLocale;
use viral_engine_db::consents::{self as db, ConsentRow, RequestRow};
use viral_engine_db::notices::{NoticeRow, list_notices};
use viral_engine_db::users::find_user_by_id;
use viral_engine_domain::consents::ConsentState;

use super::mail::{first_name, went_to_record};
use super::page::{day, label};
use super::page_words::{PageWords, page_words};
use super::row::state;
use crate::context::Context;
use crate::data_requests::{has_proved, may_ask};
use crate::error::ServiceResult;

/// A consent on a page.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub id: Uuid,
    pub label: String,
    pub state: &'static str,
    pub since: String,
    pub can_revoke: bool,
}

/// A child on a page.
#[derive(Clone, Debug)]
pub(super) struct Child {
    pub id: Uuid,
    pub name: String,
    pub lines: Vec<Line>,
    /// Whether the guardian may ask for what is held.
    pub may_ask: bool,
}

/// The children of whoever has answered a request, with the consents about each: all of them when it went to the guardian's
/// address on record, else what was allowed by that request alone. The links of a guardian who is erased show none.
pub(super) async fn children_of(
    conn: &mut AsyncPgConnection,
    context: &Context,
    request: &RequestRow,
    lang: EmailLocale,
) -> ServiceResult<Vec<Child>> {
    let guardian = request.guardian_id;
    let row = find_user_by_id(conn, guardian).await?;
    if row.deleted_at.is_some() {
        return Ok(Vec::new());
    }
    let is_on_record = went_to_record(conn, request).await?;
    let rows = match is_on_record {
        true => db::consents_of_guardian(conn, guardian).await?,
        false => db::consents_of_request(conn, request.id).await?,
    };
    let mut children = listed(conn, context, (guardian, lang), rows).await?;
    for child in &mut children {
        child.may_ask &= is_on_record;
    }
    Ok(children)
}

async fn listed(
    conn: &mut AsyncPgConnection,
    context: &Context,
    (guardian, lang): (Uuid, EmailLocale),
    rows: Vec<ConsentRow>,
) -> ServiceResult<Vec<Child>> {
    let words = page_words(lang);
    let disowned = disowned(conn, &rows).await?;
    let notices = list_notices(conn).await?;
    let mut children: Vec<Child> = Vec::new();
    let mut on_record: Option<Uuid> = None;
    let mut seen: Option<(Uuid, &str)> = None;
    for row in &rows {
        // Of each child and scope the newest comes first; older ones are history.
        if seen == Some((row.child_id, row.scope.as_str())) || disowned.contains(&row.child_id) {
            continue;
        }
        seen = Some((row.child_id, row.scope.as_str()));
        if children.last().is_none_or(|child| child.id != row.child_id) {
            let child = find_user_by_id(conn, row.child_id).await?;
            let name = first_name(context, &child)?;
            on_record = child.guardian_id;
            let number = children.len() + 1;
            children.push(Child {
                id: row.child_id,
                name: name.unwrap_or_else(|| format!("{} {number}", words.child)),
                lines: Vec::new(),
                may_ask: may_ask(&rows, guardian, &child) && child.deleted_at.is_none(),
            });
        }
        if let Some(child) = children.last_mut() {
            child.lines.push(Line {
                id: row.id,
                label: label(row, lang)?,
                state: where_it_is(row, on_record, &notices, words)?,
                since: day(row.updated_at, lang),
                can_revoke: matches!(state(row)?, ConsentState::Active | ConsentState::Suspended),
            });
        }
    }
    Ok(children)
}

/// Children about whom somebody who was asked said not to be the guardian, and nobody has proved the contrary. Whoever that
/// was has the link to this page too, and is not to read their names any more.
async fn disowned(
    conn: &mut AsyncPgConnection,
    rows: &[ConsentRow],
) -> ServiceResult<BTreeSet<Uuid>> {
    let asked: Vec<Uuid> = rows.iter().filter_map(|row| row.request_id).collect();
    let disowned = db::disowned_among(conn, &asked).await?;
    let is_of_these = |row: &&ConsentRow| row.request_id.is_some_and(|id| disowned.contains(&id));
    let children = rows.iter().filter(is_of_these).map(|row| row.child_id);
    Ok(children.filter(|child| !has_proved(rows, *child)).collect())
}

/// Where a consent is in its life, in words. What has to be asked anew is told by its cause: another notice, another guardian on
/// record, or something else.
fn where_it_is(
    row: &ConsentRow,
    on_record: Option<Uuid>,
    notices: &[NoticeRow],
    words: &PageWords,
) -> ServiceResult<&'static str> {
    let state = state(row)?;
    if state != ConsentState::ReconsentRequired || is_outdated(row, notices) {
        return Ok(words.state(state));
    }
    Ok(match on_record {
        None => words.unnamed,
        Some(_) if on_record == row.guardian_id => words.asked_anew,
        Some(_) => words.replaced,
    })
}

/// Whether a material notice had been published when the consent to an earlier one ended.
fn is_outdated(row: &ConsentRow, notices: &[NoticeRow]) -> bool {
    let own = notices
        .iter()
        .find(|notice| Some(notice.id) == row.notice_id);
    let number = own.map_or(0, |notice| notice.number);
    let mut later = notices.iter().filter(|notice| notice.number > number);
    later.any(|notice| {
        notice.is_material && notice.published_at.is_some_and(|at| at <= row.updated_at)
    })
}

/// The same without buttons, for links whose holders have not proved to be the guardian.
pub(super) fn without_buttons(children: Vec<Child>) -> Vec<Child> {
    let plain = children.into_iter().map(|mut child| {
        child.may_ask = false;
        for line in &mut child.lines {
            line.can_revoke = false;
        }
        child
    });
    plain.collect()
}
