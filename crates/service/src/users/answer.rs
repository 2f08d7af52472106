//! From rows to what is answered. Personal fields are decrypted only for callers who may see them.

use std::collections::HashMap;

use diesel_async::AsyncPgConnection;
use serde_json::Value;
use uuid::Uuid;
use viral_engine_api_types::permissions::Permission;
use viral_engine_api_types::users::{PersonalFields, User};
use viral_engine_db::users::{UserRow, external_ids_of};

use super::personal::{Field, PersonalKeys};
use super::resolve::{parse_age_band, parse_persona};
use crate::caller::Caller;
use crate::context::Context;
use crate::error::ServiceResult;

/// The users as `caller` may see them; one further query for all their guardians.
///
/// # Errors
/// When the database refuses or a personal field can not be decrypted.
pub async fn users(
    conn: &mut AsyncPgConnection,
    context: &Context,
    caller: &Caller,
    rows: Vec<UserRow>,
) -> ServiceResult<Vec<User>> {
    let guardians: Vec<Uuid> = rows.iter().filter_map(|row| row.guardian_id).collect();
    let names: HashMap<Uuid, String> = if guardians.is_empty() {
        HashMap::new()
    } else {
        external_ids_of(conn, &guardians)
            .await?
            .into_iter()
            .collect()
    };
    let keys = caller
        .may(Permission::UsersReadPersonal)
        .then(|| PersonalKeys::of(&context.keys));
    rows.into_iter()
        .map(|row| user(row, &names, keys.as_ref()))
        .collect()
}

fn user(
    row: UserRow,
    guardians: &HashMap<Uuid, String>,
    keys: Option<&PersonalKeys>,
) -> ServiceResult<User> {
    Ok(User {
        personal: keys.map(|keys| personal(&row, keys)).transpose()?,
        id: row.id.into(),
        persona: row.persona.as_deref().map(parse_persona).transpose()?,
        age_band: parse_age_band(&row.age_band)?,
        band_until: row.band_until,
        signed_up_at: row.signed_up_at,
        guardian: row.guardian_id.and_then(|id| guardians.get(&id).cloned()),
        institution: row.institution,
        cohort: row.cohort,
        grade: row.grade,
        locale: row.locale,
        time_zone: row.time_zone,
        weekly_recap: row.weekly_recap,
        preferences: match row.preferences {
            Value::Object(map) => map,
            _ => serde_json::Map::new(),
        },
        signals: serde_json::from_value(row.signals).unwrap_or_default(),
        external_id: row.external_id,
        created_at: row.created_at,
        updated_at: row.updated_at,
        version: row.version,
    })
}

pub(super) fn personal(row: &UserRow, keys: &PersonalKeys) -> ServiceResult<PersonalFields> {
    let open = |field, cipher: &Option<Vec<u8>>| {
        cipher
            .as_deref()
            .map(|cipher| keys.open(row.id, field, cipher))
            .transpose()
            .map(Option::flatten)
    };
    Ok(PersonalFields {
        name: open(Field::Name, &row.name_cipher)?,
        email: open(Field::Email, &row.email_cipher)?,
        phone: open(Field::Phone, &row.phone_cipher)?,
        handle: open(Field::Handle, &row.handle_cipher)?,
    })
}
