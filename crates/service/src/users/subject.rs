//! A user as somebody to look for in texts. What is decrypted here is compiled into a matcher that shows nothing.

use diesel_async::AsyncPgConnection;
use viral_engine_api_types::users::{AgeBand, PersonalFields};
use viral_engine_db::DbError;
use viral_engine_db::users::{UserRow, find_user, find_users_by_id};
use viral_engine_domain::pii::{Known, Subject};

use super::answer::personal;
use super::personal::PersonalKeys;
use super::resolve::parse_age_band;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};

/// Somebody to look for.
pub(crate) struct KnownSubject {
    /// What is on record, ready to be looked for.
    pub(crate) matcher: Subject,
    /// How old they are.
    pub(crate) age_band: AgeBand,
}

/// The user with this external id, with the contact data of their guardian.
///
/// # Errors
/// A fault of `/subject` when nobody has it; when a field can not be decrypted.
pub(crate) async fn load_subject(
    conn: &mut AsyncPgConnection,
    context: &Context,
    external_id: &str,
) -> ServiceResult<KnownSubject> {
    let user = find_user(conn, external_id)
        .await
        .map_err(|error| match error {
            DbError::NotFound => {
                ServiceError::field("/subject", "unknown_user", "Name a user who is known.")
            }
            other => other.into(),
        })?;
    let guardians: Vec<_> = user.guardian_id.into_iter().collect();
    let guardians = if guardians.is_empty() {
        Vec::new()
    } else {
        find_users_by_id(conn, &guardians).await?
    };
    let keys = PersonalKeys::of(&context.keys);
    let mut known = known_of(&user, personal(&user, &keys)?);
    for guardian in &guardians {
        let theirs = known_of(guardian, personal(guardian, &keys)?);
        known.names.extend(theirs.names);
        known.emails.extend(theirs.emails);
        known.phones.extend(theirs.phones);
        known.handles.extend(theirs.handles);
    }
    let matcher =
        Subject::new(&known).map_err(|error| ServiceError::Internal(error.to_string()))?;
    Ok(KnownSubject {
        matcher,
        age_band: parse_age_band(&user.age_band)?,
    })
}

fn known_of(user: &UserRow, fields: PersonalFields) -> Known {
    // The slug of an institution is its name with signs: `lincoln-elementary-school`.
    let school = user
        .institution
        .as_ref()
        .map(|slug| slug.replace(['-', '_'], " "));
    Known {
        names: fields.name.into_iter().collect(),
        handles: fields.handle.into_iter().collect(),
        schools: school.into_iter().collect(),
        emails: fields.email.into_iter().collect(),
        phones: fields.phone.into_iter().collect(),
    }
}
