//! Reading users.

use viral_engine_api_types::permissions::Permission;
use viral_engine_api_types::users::{AgeBand, Persona, User};
use viral_engine_api_types::{Page, UserId};
use viral_engine_db::DbError;
use viral_engine_db::users::{self as db, UserFilter};

use super::answer::users;
use super::personal::{Field, PersonalKeys};
use crate::caller::Caller;
use crate::context::Context;
use crate::cursor::PageRequest;
use crate::error::{ServiceError, ServiceResult};

/// What a list of users is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct UserQuery {
    /// The one with our id.
    pub id: Option<UserId>,
    /// Exactly this external id.
    pub external_id: Option<String>,
    /// This persona.
    pub persona: Option<Persona>,
    /// This age band.
    pub age_band: Option<AgeBand>,
    /// This institution.
    pub institution: Option<String>,
    /// Exactly this email address; needs `users:read_personal`.
    pub email: Option<String>,
}

/// The user with this external id.
///
/// # Errors
/// When there is none.
pub async fn get_user(
    context: &Context,
    caller: &Caller,
    external_id: &str,
) -> ServiceResult<User> {
    let mut conn = context.connection().await?;
    let row = db::find_user(&mut conn, external_id)
        .await
        .map_err(missing)?;
    let mut answered = users(&mut conn, context, caller, vec![row]).await?;
    answered.pop().ok_or(ServiceError::NotFound("user"))
}

/// The users that match, newest first.
///
/// # Errors
/// When an email address is asked for without the permission to see one.
pub async fn list_users(
    context: &Context,
    caller: &Caller,
    query: UserQuery,
    page: PageRequest,
) -> ServiceResult<Page<User>> {
    let email_hashes = match &query.email {
        Some(email) => {
            caller.require(Permission::UsersReadPersonal)?;
            let keys = PersonalKeys::of(&context.keys);
            Some(keys.search_hashes(Field::Email, email))
        }
        None => None,
    };
    let filter = UserFilter {
        id: query.id.map(|id| id.0),
        external_id: query.external_id,
        persona: query.persona.map(Persona::as_str),
        age_band: query.age_band.map(AgeBand::as_str),
        institution: query.institution,
        email_hashes,
    };
    let mut conn = context.connection().await?;
    let rows = db::list_users(&mut conn, &filter, page.query()).await?;
    let answered = users(&mut conn, context, caller, rows).await?;
    Ok(page.page(answered, |user| (user.created_at, user.id.0)))
}

pub(super) fn missing(error: DbError) -> ServiceError {
    match error {
        DbError::NotFound => ServiceError::NotFound("user"),
        other => other.into(),
    }
}
