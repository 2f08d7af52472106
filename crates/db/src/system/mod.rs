//! Facts about the installation as a whole.

mod samples;

pub use samples::{SealedSample, sealed_samples};

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::error::DbResult;
use crate::schema::installation_facts;

/// A fact about this installation, for example whether demo data was loaded.
///
/// # Errors
/// When the database refuses.
pub async fn find_fact(conn: &mut AsyncPgConnection, key: &str) -> DbResult<Option<String>> {
    Ok(installation_facts::table
        .find(key)
        .select(installation_facts::value)
        .first(conn)
        .await
        .optional()?)
}

/// Sets a fact.
///
/// # Errors
/// When the database refuses.
pub async fn set_fact(conn: &mut AsyncPgConnection, key: &str, value: &str) -> DbResult<()> {
    diesel::insert_into(installation_facts::table)
        .values((
            installation_facts::key.eq(key),
            installation_facts::value.eq(value),
        ))
        .on_conflict(installation_facts::key)
        .do_update()
        .set(installation_facts::value.eq(value))
        .execute(conn)
        .await?;
    Ok(())
}
