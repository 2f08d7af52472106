//! Encrypted texts about others, in which an erased user may be named: they are all read, since nothing can be looked for in
//! them here.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, Bytea, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::error::DbResult;

/// A column that holds encrypted texts.
#[derive(Clone, Copy, Debug)]
pub struct SealedStore {
    /// The table.
    pub store: &'static str,
    /// `$1` is the id of the row before, `$2` how many at most.
    find: &'static str,
    /// `$1` is the id of the row, `$2` what is encrypted.
    save: &'static str,
}

/// What was written about tutoring sessions.
pub const SEALED_SESSIONS: SealedStore = SealedStore {
    store: "tutoring_sessions",
    find: "SELECT id, ARRAY[external_id] AS parts, texts_cipher AS cipher FROM tutoring_sessions
        WHERE texts_cipher IS NOT NULL AND id > $1 ORDER BY id LIMIT $2 FOR UPDATE",
    save: "UPDATE tutoring_sessions SET texts_cipher = $2 WHERE id = $1",
};

/// Names of achievements. The time is in microseconds since 1970.
pub const SEALED_ACHIEVEMENTS: SealedStore = SealedStore {
    store: "achievements",
    find: "SELECT id, ARRAY[student_id::text, kind, (extract(epoch FROM earned_at) * 1000000)::bigint::text] AS parts,
            name_cipher AS cipher
        FROM achievements WHERE name_cipher IS NOT NULL AND id > $1 ORDER BY id LIMIT $2 FOR UPDATE",
    save: "UPDATE achievements SET name_cipher = $2 WHERE id = $1",
};

/// What weekly recaps tell.
pub const SEALED_RECAPS: SealedStore = SealedStore {
    store: "weekly_recaps",
    find: "SELECT id, ARRAY[parent_id::text, week::text, child_id::text] AS parts, contents_cipher AS cipher
        FROM weekly_recaps WHERE contents_cipher IS NOT NULL AND id > $1 ORDER BY id LIMIT $2 FOR UPDATE",
    save: "UPDATE weekly_recaps SET contents_cipher = $2 WHERE id = $1",
};

/// What emails say.
pub const SEALED_EMAILS: SealedStore = SealedStore {
    store: "emails",
    find: "SELECT id, '{}'::text[] AS parts, content_cipher AS cipher FROM emails
        WHERE content_cipher IS NOT NULL AND id > $1 ORDER BY id LIMIT $2 FOR UPDATE",
    save: "UPDATE emails SET content_cipher = $2 WHERE id = $1",
};

/// Who got an education record, and what for.
pub const SEALED_DISCLOSURES: SealedStore = SealedStore {
    store: "disclosures",
    find: "SELECT id, '{}'::text[] AS parts, texts_cipher AS cipher FROM disclosures
        WHERE texts_cipher IS NOT NULL AND id > $1 ORDER BY id LIMIT $2 FOR UPDATE",
    save: "UPDATE disclosures SET texts_cipher = $2 WHERE id = $1",
};

/// A row with an encrypted text.
#[derive(Clone, Debug, QueryableByName)]
pub struct SealedRow {
    /// Its id.
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    /// What makes the row the one it is, besides its id, if anything.
    #[diesel(sql_type = Array<Text>)]
    pub parts: Vec<String>,
    /// The text.
    #[diesel(sql_type = Bytea)]
    pub cipher: Vec<u8>,
}

/// At most `limit` rows behind another one, locked, in the order of their ids.
///
/// # Errors
/// When the database refuses.
pub async fn find_sealed(
    conn: &mut AsyncPgConnection,
    store: &SealedStore,
    behind: Uuid,
    limit: i64,
) -> DbResult<Vec<SealedRow>> {
    Ok(sql_query(store.find)
        .bind::<SqlUuid, _>(behind)
        .bind::<BigInt, _>(limit)
        .load(conn)
        .await?)
}

/// Stores what is encrypted now.
///
/// # Errors
/// When the database refuses.
pub async fn save_sealed(
    conn: &mut AsyncPgConnection,
    store: &SealedStore,
    id: Uuid,
    cipher: &[u8],
) -> DbResult<()> {
    sql_query(store.save)
        .bind::<SqlUuid, _>(id)
        .bind::<Bytea, _>(cipher)
        .execute(conn)
        .await?;
    Ok(())
}
