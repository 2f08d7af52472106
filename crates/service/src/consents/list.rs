//! Reading consents.

use viral_engine_api_types::consents::{
    Consent, ConsentCount, ConsentDetails, ConsentList, ConsentOverview, ConsentRequest,
    ConsentState, PendingConsents,
};
use viral_engine_api_types::{ConsentId, ConsentRequestId, Page};
use viral_engine_db::DbError;
use viral_engine_db::consents::{self as db, ConsentFilter, PendingRow};
use viral_engine_domain::consents::PENDING_FOR;

use super::answer::{answers, request_answer, step};
use super::row::unknown;
use crate::context::Context;
use crate::cursor::PageRequest;
use crate::error::{ServiceError, ServiceResult};
use crate::users::resolve;

/// Which consents to list.
#[derive(Clone, Debug, Default)]
pub struct ConsentQuery {
    /// In this state.
    pub state: Option<ConsentState>,
    /// For this scope.
    pub scope: Option<String>,
    /// Of the child with this external id.
    pub child: Option<String>,
    /// Of the guardian with this external id.
    pub guardian: Option<String>,
}

/// Consents, newest first.
///
/// # Errors
/// When the database can not be asked.
pub async fn list_consents(
    context: &Context,
    query: ConsentQuery,
    page: PageRequest,
) -> ServiceResult<Page<Consent>> {
    let mut conn = context.connection().await?;
    let named = [query.child.as_deref(), query.guardian.as_deref()];
    let users = resolve(&mut conn, named.into_iter().flatten()).await?;
    let id_of = |name: &Option<String>| match name {
        Some(name) => users.get(name).map(|user| Some(user.id.0)),
        None => Some(None),
    };
    let (Some(child), Some(guardian)) = (id_of(&query.child), id_of(&query.guardian)) else {
        return Ok(page.page(Vec::new(), |one: &Consent| (one.created_at, one.id.0)));
    };
    let filter = ConsentFilter {
        state: query.state.map(ConsentState::as_str),
        scope: query.scope,
        child,
        guardian,
    };
    let rows = db::list_consents(&mut conn, &filter, page.query()).await?;
    let answered = answers(&mut conn, &rows).await?;
    Ok(page.page(answered, |one| (one.created_at, one.id.0)))
}

/// A consent with its life.
///
/// # Errors
/// [`ServiceError::NotFound`].
pub async fn get_consent(context: &Context, id: ConsentId) -> ServiceResult<ConsentDetails> {
    let mut conn = context.connection().await?;
    let row = db::find_consent(&mut conn, id.0).await.map_err(missing)?;
    let steps = db::steps_of(&mut conn, id.0).await?;
    let mut answered = answers(&mut conn, &[row]).await?;
    Ok(ConsentDetails {
        consent: answered.pop().ok_or(MISSING)?,
        steps: steps.into_iter().map(step).collect::<ServiceResult<_>>()?,
    })
}

/// All consents about a user.
///
/// # Errors
/// When there is no such user.
pub async fn list_user_consents(
    context: &Context,
    external_id: &str,
) -> ServiceResult<ConsentList> {
    let mut conn = context.connection().await?;
    let users = resolve(&mut conn, [external_id]).await?;
    let user = users
        .get(external_id)
        .ok_or(ServiceError::NotFound("user"))?;
    let rows = db::consents_of_child(&mut conn, user.id.0).await?;
    Ok(ConsentList {
        items: answers(&mut conn, &rows).await?,
    })
}

/// A request for consents.
///
/// # Errors
/// [`ServiceError::NotFound`].
pub async fn get_consent_request(
    context: &Context,
    id: ConsentRequestId,
) -> ServiceResult<ConsentRequest> {
    let mut conn = context.connection().await?;
    let row = db::find_request(&mut conn, id.0).await;
    let row = row.map_err(|error| match error {
        DbError::NotFound => ServiceError::NotFound("consent request"),
        other => other.into(),
    })?;
    request_answer(&mut conn, &row).await
}

/// How many consents are where.
///
/// # Errors
/// When the database can not be asked.
pub async fn get_consent_overview(context: &Context) -> ServiceResult<ConsentOverview> {
    let mut conn = context.connection().await?;
    let counts = db::count_by_state(&mut conn).await?;
    let pending = db::count_pending(&mut conn, context.now()).await?;
    let counts = counts.into_iter().map(|(scope, state, count)| {
        let state = ConsentState::parse(&state).ok_or_else(|| unknown("state", &state))?;
        Ok(ConsentCount {
            scope,
            state,
            count,
        })
    });
    Ok(ConsentOverview {
        counts: counts.collect::<ServiceResult<_>>()?,
        expiring: expiring(&pending),
        pending: by_age(&pending),
    })
}

/// A pending answer that ends in fewer days expires soon.
const SOON: i64 = 3;

fn expiring(pending: &[PendingRow]) -> i64 {
    let soon = pending.iter().filter(|row| row.days_left < SOON);
    soon.map(|row| row.count).sum()
}

/// Every answer has the same time, so that what is left tells how long ago the guardian was asked.
fn by_age(pending: &[PendingRow]) -> Vec<PendingConsents> {
    let mut ages: Vec<PendingConsents> = Vec::new();
    for row in pending {
        let days = (PENDING_FOR.num_days() - 1 - row.days_left).max(0);
        match ages.last_mut() {
            Some(last) if last.days == days => last.count += row.count,
            _ => ages.push(PendingConsents {
                days,
                count: row.count,
            }),
        }
    }
    ages
}

pub(super) const MISSING: ServiceError = ServiceError::NotFound("consent");

pub(super) fn missing(error: DbError) -> ServiceError {
    match error {
        DbError::NotFound => MISSING,
        other => other.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_tells_the_age() {
        let row = |days_left, count| PendingRow { days_left, count };
        let rows = [row(14, 1), row(13, 2), row(2, 3), row(0, 4), row(-1, 5)];
        let ages: Vec<_> = by_age(&rows).iter().map(|it| (it.days, it.count)).collect();
        assert_eq!(ages, [(0, 3), (11, 3), (13, 4), (14, 5)]);
        assert_eq!(expiring(&rows), 12);
    }
}
