//! Copies that others have asked for, in which an erased user is named: they go, and can be asked for again.

use std::io::{Cursor, Read as _};

use viral_engine_db::data_requests::{archives_of_others, drop_archive, find_archive};

use super::name_eraser::NameEraser;
use super::names::Found;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
use crate::users::{Field, PersonalKeys};
use uuid::Uuid;

/// Removes copies of others that name the user, and answers how many those were.
///
/// # Errors
/// When the database or the key store refuses.
pub(super) async fn erase_in_copies(
    context: &Context,
    user: Uuid,
    found: &Found,
) -> ServiceResult<i64> {
    if found.patterns().is_empty() {
        return Ok(0);
    }
    let keys = PersonalKeys::of(&context.keys);
    let subject = found.subject()?;
    let eraser = NameEraser::new(&subject, found);
    let mut conn = context.connection().await?;
    let mut erased = 0;
    for request in archives_of_others(&mut conn, user).await? {
        let Some(sealed) = find_archive(&mut conn, request, context.now()).await? else {
            continue;
        };
        let Some((bytes, _)) = keys.open_bytes(request, Field::Archive, &sealed)? else {
            continue;
        };
        if names(&eraser, bytes)? {
            drop_archive(&mut conn, request).await?;
            erased += 1;
        }
    }
    Ok(erased)
}

/// Whether somebody is named in an archive: all of it stands in one file.
fn names(eraser: &NameEraser<'_>, bytes: Vec<u8>) -> ServiceResult<bool> {
    let mut archive =
        zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| unreadable(&error))?;
    let mut file = archive
        .by_name("data.json")
        .map_err(|error| unreadable(&error))?;
    let mut text = String::new();
    file.read_to_string(&mut text)
        .map_err(|error| unreadable(&error))?;
    let whole = serde_json::from_str(&text).map_err(|error| unreadable(&error))?;
    Ok(eraser.is_in(&whole))
}

fn unreadable(error: &dyn std::fmt::Display) -> ServiceError {
    ServiceError::Internal(format!("an archive could not be read: {error}"))
}
