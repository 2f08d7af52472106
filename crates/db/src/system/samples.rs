//! Something of each kind that is encrypted with a master key alone, to see whether a key opens it.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Binary, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::error::DbResult;

/// A ciphertext of a master key.
#[derive(Clone, Debug, QueryableByName)]
pub struct SealedSample {
    /// `webhook_secret`, `suppressed_address`, `recipient`, `name` or `email`.
    #[diesel(sql_type = Text)]
    pub field: String,
    /// The row that has it.
    #[diesel(sql_type = SqlUuid)]
    pub owner: Uuid,
    /// The ciphertext.
    #[diesel(sql_type = Binary)]
    pub sealed: Vec<u8>,
}

const SAMPLES: &str = "
(SELECT 'webhook_secret' AS field, id AS owner, secret AS sealed FROM webhook_endpoints LIMIT 1)
UNION ALL (SELECT 'suppressed_address', id, address_cipher FROM email_suppressions WHERE address_cipher IS NOT NULL LIMIT 1)
UNION ALL (SELECT 'recipient', id, address_cipher FROM emails WHERE NOT is_by_user_key(address_cipher) LIMIT 1)
UNION ALL (SELECT 'name', id, name_cipher FROM users WHERE NOT is_by_user_key(name_cipher) LIMIT 1)
UNION ALL (SELECT 'email', id, email_cipher FROM users WHERE NOT is_by_user_key(email_cipher) LIMIT 1)";

/// At most one of each kind.
///
/// # Errors
/// When the database refuses.
pub async fn sealed_samples(conn: &mut AsyncPgConnection) -> DbResult<Vec<SealedSample>> {
    Ok(sql_query(SAMPLES).load(conn).await?)
}
