//! Lays what was sent over what is stored: absent fields stay, null clears.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, Utc};
use serde_json::{Map, Value};
use viral_engine_api_types::users::{AgeBand, Persona, UpsertUser};
use viral_engine_db::users::UserRow;
use viral_engine_domain::pii::redact_json;

use super::keys::key_of;
use super::personal::{Field, PersonalKeys};
use crate::error::{ServiceError, ServiceResult};

/// Changes `row` and answers the names of the fields that were sent.
///
/// The guardian is left to the caller, who knows other users.
///
/// # Errors
/// When a personal field can not be encrypted.
pub fn merge(
    row: &mut UserRow,
    user: &UpsertUser,
    keys: &PersonalKeys,
    now: DateTime<Utc>,
) -> ServiceResult<Vec<&'static str>> {
    let mut sent = Vec::new();
    let persona = |persona: Persona| persona.as_str().to_owned();
    replace(
        &mut row.persona,
        user.persona.map(|new| new.map(persona)),
        "persona",
        &mut sent,
    );
    if let Some(band) = user.age_band {
        // Without a band the user is treated as a child.
        row.age_band = band.unwrap_or(AgeBand::Unknown).as_str().to_owned();
        sent.push("age_band");
    }
    replace(
        &mut row.band_until,
        user.band_until.map(|day| day.map(end_of_quarter)),
        "band_until",
        &mut sent,
    );
    replace(
        &mut row.signed_up_at,
        user.signed_up_at,
        "signed_up_at",
        &mut sent,
    );
    replace(
        &mut row.institution,
        user.institution.clone(),
        "institution",
        &mut sent,
    );
    replace(&mut row.cohort, user.cohort.clone(), "cohort", &mut sent);
    replace(&mut row.grade, user.grade.clone(), "grade", &mut sent);
    replace(&mut row.locale, user.locale.clone(), "locale", &mut sent);
    replace(
        &mut row.time_zone,
        user.time_zone.clone(),
        "time_zone",
        &mut sent,
    );
    if let Some(wanted) = user.weekly_recap {
        row.weekly_recap = wanted.unwrap_or(true);
        sent.push("weekly_recap");
    }
    if let Some(preferences) = &user.preferences {
        row.preferences = redact_json(Value::Object(preferences.clone().unwrap_or_default()));
        sent.push("preferences");
    }
    if let Some(signals) = &user.signals {
        row.signals = Value::Object(merged(row.signals.take(), signals.as_ref()));
        sent.push("signals");
    }
    merge_personal(row, user, keys, &mut sent)?;
    row.updated_at = now;
    Ok(sent)
}

/// The stored signals with those that were sent; none when null was.
fn merged(stored: Value, sent: Option<&BTreeMap<String, bool>>) -> Map<String, Value> {
    let Some(sent) = sent else {
        return Map::new();
    };
    let mut signals = match stored {
        Value::Object(map) => map,
        _ => Map::new(),
    };
    signals.extend(
        sent.iter()
            .map(|(name, on)| (name.clone(), Value::Bool(*on))),
    );
    signals
}

fn merge_personal(
    row: &mut UserRow,
    user: &UpsertUser,
    keys: &PersonalKeys,
    sent: &mut Vec<&'static str>,
) -> ServiceResult<()> {
    let (id, key) = (row.id, key_of(row));
    let no_key = || ServiceError::Internal(format!("the user {id} has no key"));
    let seal = |field, text: &Option<String>| -> ServiceResult<_> {
        let cipher = text
            .as_deref()
            .map(|text| keys.seal(id, field, text, &[key.ok_or_else(no_key)?]))
            .transpose()?;
        let hash = text
            .as_deref()
            .map(|text| keys.search_hash(field, text))
            .transpose()?;
        Ok((cipher, hash))
    };
    if let Some(name) = &user.name {
        (row.name_cipher, _) = seal(Field::Name, name)?;
        sent.push("name");
    }
    if let Some(email) = &user.email {
        (row.email_cipher, row.email_hash) = seal(Field::Email, email)?;
        sent.push("email");
    }
    if let Some(phone) = &user.phone {
        (row.phone_cipher, row.phone_hash) = seal(Field::Phone, phone)?;
        sent.push("phone");
    }
    if let Some(handle) = &user.handle {
        (row.handle_cipher, row.handle_hash) = seal(Field::Handle, handle)?;
        sent.push("handle");
    }
    Ok(())
}

fn replace<T>(
    stored: &mut Option<T>,
    new: Option<Option<T>>,
    name: &'static str,
    sent: &mut Vec<&'static str>,
) {
    if let Some(new) = new {
        *stored = new;
        sent.push(name);
    }
}

/// The last day of a day's calendar quarter: a band that ends on a birthday would tell the birthday.
fn end_of_quarter(day: NaiveDate) -> NaiveDate {
    let first_month = day.month0() / 3 * 3 + 1;
    NaiveDate::from_ymd_opt(day.year(), first_month, 1)
        .and_then(|first| first.checked_add_months(Months::new(3)))
        .and_then(|next| next.checked_sub_days(Days::new(1)))
        .unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_band_ends_with_its_quarter() {
        for (day, end) in [
            ("2026-01-01", "2026-03-31"),
            ("2026-02-14", "2026-03-31"),
            ("2026-03-31", "2026-03-31"),
            ("2026-04-01", "2026-06-30"),
            ("2026-09-30", "2026-09-30"),
            ("2026-12-24", "2026-12-31"),
        ] {
            let day: NaiveDate = day.parse().expect("a day");
            assert_eq!(end_of_quarter(day).to_string(), end);
        }
    }
}
