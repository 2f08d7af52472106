//! A school allows learning in the parents' place, and nothing else.

use diesel_async::{AsyncConnection, AsyncPgConnection};
use uuid::Uuid;
use viral_engine_api_types::consents::{AuthoriseSchool, Consent};
use viral_engine_api_types::users::AgeBand;
use viral_engine_db::DbError;
use viral_engine_db::consents::{self as db, ConsentRow};
use viral_engine_db::users::{UserRow, find_user};
use viral_engine_domain::consents::{Action, ConsentEvent, ConsentState, Scope};

use super::answer::answers;
use super::ask::require_not_erased;
use super::change::{Deed, change};
use super::gate::denied_among;
use super::list::MISSING;
use crate::caller::Caller;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
use crate::validation::validate;

/// Notes that a child's school allows learning.
///
/// # Errors
/// Fields at fault, such as a scope that no school can allow; a conflict when it is noted already, or when a guardian has refused
/// it or taken it back: a school allows in the guardian's place, not against the guardian.
pub async fn authorise_school(
    context: &Context,
    caller: &Caller,
    body: AuthoriseSchool,
) -> ServiceResult<Consent> {
    validate(&body, "")?;
    let scope: Scope = body
        .scope
        .parse()
        .map_err(|error| ServiceError::field("/scope", "no_scope", format!("{error}.")))?;
    if !scope.is_educational() {
        let detail =
            "A school can allow core_use in the parents' place, and nothing else: ask a guardian.";
        return Err(ServiceError::field("/scope", "school_scope_only", detail));
    }
    let mut conn = context.connection().await?;
    let noted = conn.transaction(async |conn| {
        let named = child(conn, &body).await?;
        db::lock_child(conn, named.id).await?;
        // Read again: what was waited for may have moved the child to another school.
        let child = child(conn, &body).await?;
        let Some(institution) = child.institution.clone() else {
            let detail =
                "The child has no institution: set it with PUT /v1/users/{external_id} first.";
            return Err(ServiceError::field("/child", "no_institution", detail));
        };
        require_not_erased(conn, &[child.id]).await?;
        let known = db::consents_of_child(conn, child.id).await?;
        let of_school = |row: &&ConsentRow| {
            row.institution.as_deref() == Some(&institution) && row.scope == scope.to_string()
        };
        let row = match known.iter().find(of_school) {
            Some(row) => db::lock_consent(conn, row.id).await?,
            None => {
                let row = new_row(context, child.id, institution, &scope);
                db::insert_consents(conn, std::slice::from_ref(&row)).await?;
                row
            }
        };
        let mut rows = [(row, ConsentEvent::SchoolAuthorised)];
        let deed = Deed {
            action: "authorise_school",
            locale: "en",
        };
        change(conn, context, caller, deed, &mut rows).await?;
        require_effect(conn, child.id).await?;
        let [(row, _)] = rows;
        let mut answered = answers(conn, &[row]).await?;
        answered.pop().ok_or(MISSING)
    });
    let noted = noted.await?;
    drop(conn);
    // What the platform asks for next knows of it.
    context.consents.refresh(context).await?;
    Ok(noted)
}

async fn child(conn: &mut AsyncPgConnection, body: &AuthoriseSchool) -> ServiceResult<UserRow> {
    find_user(conn, &body.child)
        .await
        .map_err(|error| match error {
            DbError::NotFound => {
                let detail =
                    "There is no such user: send them with PUT /v1/users/{external_id} first.";
                ServiceError::field("/child", "unknown_user", detail)
            }
            other => other.into(),
        })
}

/// Nothing is noted that a guardian stands against: whoever notes it would take it for allowed.
async fn require_effect(conn: &mut AsyncPgConnection, child: Uuid) -> ServiceResult<()> {
    let child = [(child, AgeBand::Under13)];
    let denied = denied_among(conn, &child, &Action::UsePlatform).await?;
    match denied.is_empty() {
        true => Ok(()),
        false => Err(ServiceError::Conflict(
            "a guardian has refused core_use or taken it back: a school can not allow it against the guardian"
                .to_owned(),
        )),
    }
}

fn new_row(context: &Context, child: Uuid, institution: String, scope: &Scope) -> ConsentRow {
    let now = context.now();
    ConsentRow {
        id: Uuid::now_v7(),
        child_id: child,
        guardian_id: None,
        institution: Some(institution),
        scope: scope.to_string(),
        notice_id: None,
        request_id: None,
        state: ConsentState::Required.as_str().to_owned(),
        method: None,
        until: None,
        confirm_from: None,
        failures: 0,
        evidence_method: None,
        evidence_transaction: None,
        evidence_locale: None,
        evidence_notice_hash: None,
        evidence_at: None,
        version: 0,
        created_at: now,
        updated_at: now,
    }
}
