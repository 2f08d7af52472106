//! Consents as they are answered: with the platform's own ids of users, in a constant number of queries.

use std::collections::HashMap;

use diesel_async::AsyncPgConnection;
use uuid::Uuid;
use viral_engine_api_types::consents::{
    Consent, ConsentActor, ConsentEvidence, ConsentMethod, ConsentRequest, ConsentState,
    ConsentStep,
};
use viral_engine_api_types::emails::EmailLocale;
use viral_engine_db::consents::{ConsentRow, RequestRow, StepRow, consents_of_request};
use viral_engine_db::notices::list_notices;
use viral_engine_db::users::external_ids_of;

use super::mail::email_of;
use super::row::unknown;
use crate::error::{ServiceError, ServiceResult};

/// Names of users and numbers of notices.
struct Names {
    users: HashMap<Uuid, String>,
    notices: HashMap<Uuid, i32>,
}

impl Names {
    async fn load(conn: &mut AsyncPgConnection, users: Vec<Uuid>) -> ServiceResult<Self> {
        let users = external_ids_of(conn, &users).await?;
        let notices = list_notices(conn).await?;
        Ok(Self {
            users: users.into_iter().collect(),
            notices: notices.iter().map(|row| (row.id, row.number)).collect(),
        })
    }

    fn user(&self, id: Uuid) -> ServiceResult<String> {
        self.users
            .get(&id)
            .cloned()
            .ok_or_else(|| unknown("user", &id))
    }

    fn notice(&self, id: Uuid) -> ServiceResult<i32> {
        self.notices
            .get(&id)
            .copied()
            .ok_or_else(|| unknown("notice", &id))
    }
}

/// Stored consents as they are answered, in their order.
pub(super) async fn answers(
    conn: &mut AsyncPgConnection,
    rows: &[ConsentRow],
) -> ServiceResult<Vec<Consent>> {
    let guardians = rows.iter().filter_map(|row| row.guardian_id);
    let users = rows
        .iter()
        .map(|row| row.child_id)
        .chain(guardians)
        .collect();
    let names = Names::load(conn, users).await?;
    rows.iter().map(|row| answer(row, &names)).collect()
}

/// A stored request as it is answered.
pub(super) async fn request_answer(
    conn: &mut AsyncPgConnection,
    row: &RequestRow,
) -> ServiceResult<ConsentRequest> {
    let consents = consents_of_request(conn, row.id).await?;
    let names = Names::load(conn, vec![row.child_id, row.guardian_id]).await?;
    let consents: ServiceResult<Vec<_>> = consents.iter().map(|one| answer(one, &names)).collect();
    Ok(ConsentRequest {
        id: row.id.into(),
        child: names.user(row.child_id)?,
        guardian: names.user(row.guardian_id)?,
        notice: names.notice(row.notice_id)?,
        locale: locale(&row.locale)?,
        consents: consents?,
        email_id: email_of(conn, row.id).await?,
        created_at: row.created_at,
        expires_at: row.until,
        reminded_at: row.reminded_at,
        closed_at: row.closed_at,
    })
}

fn answer(row: &ConsentRow, names: &Names) -> ServiceResult<Consent> {
    let state = ConsentState::parse(&row.state).ok_or_else(|| unknown("state", &row.state))?;
    Ok(Consent {
        id: row.id.into(),
        child: names.user(row.child_id)?,
        guardian: row.guardian_id.map(|id| names.user(id)).transpose()?,
        institution: row.institution.clone(),
        scope: row.scope.clone(),
        state,
        notice: row.notice_id.map(|id| names.notice(id)).transpose()?,
        method: row.method.as_deref().map(method).transpose()?,
        expires_at: row.until,
        confirm_from: row.confirm_from,
        evidence: evidence(row, names)?,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

fn evidence(row: &ConsentRow, names: &Names) -> ServiceResult<Option<ConsentEvidence>> {
    let (Some(name), Some(transaction), Some(hash), Some(shown_in), Some(at), Some(notice)) = (
        &row.evidence_method,
        &row.evidence_transaction,
        &row.evidence_notice_hash,
        &row.evidence_locale,
        row.evidence_at,
        row.notice_id,
    ) else {
        return Ok(None);
    };
    Ok(Some(ConsentEvidence {
        method: method(name)?,
        transaction: transaction.clone(),
        notice: names.notice(notice)?,
        notice_sha256: hex::encode(hash),
        locale: locale(shown_in)?,
        at,
    }))
}

/// A stored step as it is answered.
pub(super) fn step(row: StepRow) -> ServiceResult<ConsentStep> {
    let state = |name: &String| ConsentState::parse(name).ok_or_else(|| unknown("state", name));
    let by = ConsentActor::parse(&row.actor_kind);
    Ok(ConsentStep {
        at: row.at,
        from: state(&row.from_state)?,
        to: state(&row.to_state)?,
        by: by.ok_or_else(|| unknown("actor", &row.actor_kind))?,
        by_id: row.actor_id.map(Into::into),
        event: row.event,
    })
}

fn method(name: &str) -> ServiceResult<ConsentMethod> {
    ConsentMethod::parse(name).ok_or_else(|| unknown("method", &name))
}

/// A stored language.
pub(super) fn locale(name: &str) -> ServiceResult<EmailLocale> {
    EmailLocale::parse(name)
        .ok_or_else(|| ServiceError::Internal(format!("stored language {name}")))
}
