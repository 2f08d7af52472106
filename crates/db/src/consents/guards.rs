//! Guards of children's consents: who writes what rests on them shares one, who takes them back has it alone.
//!
//! Locks of rows are not enough: PostgreSQL lets one more reader in although a writer waits, so that a child's busy links
//! could put off what a guardian takes back for as long as they are busy. Advisory locks are taken in turn.
//!
//! Order in which everybody locks: users, guards, consents, the audit trail.

use diesel::sql_query;
use diesel::sql_types::{Array, Bytea, Integer, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::error::DbResult;

/// The first half of the locks' names; must never change, as nodes of two versions run side by side.
const CLASS: i32 = 0x5645_434F;

// The last byte of a child's id, which is random, is the other half: a transaction that is about thousands of children holds
// 256 at most. Children of one guard wait for each other's writers now and then.
const SHARE: &str = "
SELECT pg_advisory_xact_lock_shared($1, guard) FROM (
    SELECT DISTINCT get_byte(uuid_send(id), 15) AS guard FROM unnest($2) AS child (id) ORDER BY 1
) AS guards";

const TAKE: &str = "
SELECT pg_advisory_xact_lock($1, guard) FROM (
    SELECT DISTINCT get_byte(uuid_send(id), 15) AS guard FROM unnest($2) AS child (id) ORDER BY 1
) AS guards";

/// Shares the guards of these children until the transaction ends: nobody changes what is allowed to them. Users of any age may turn
/// out to be children.
///
/// # Errors
/// When the database refuses.
pub async fn share_guards(conn: &mut AsyncPgConnection, children: &[Uuid]) -> DbResult<()> {
    sql_query(SHARE)
        .bind::<Integer, _>(CLASS)
        .bind::<Array<SqlUuid>, _>(children)
        .execute(conn)
        .await?;
    Ok(())
}

/// Takes the guards of these children until the transaction ends: nothing is written meanwhile that rests on their consents.
/// Take all that a transaction needs at once, after it has locked users and before anything else.
///
/// # Errors
/// When the database refuses.
pub async fn take_guards(conn: &mut AsyncPgConnection, children: &[Uuid]) -> DbResult<()> {
    sql_query(TAKE)
        .bind::<Integer, _>(CLASS)
        .bind::<Array<SqlUuid>, _>(children)
        .execute(conn)
        .await?;
    Ok(())
}

/// The first half of the names of contacts' locks.
const CONTACT_CLASS: i32 = 0x5645_4354;

const LOCK_CONTACT: &str = "SELECT pg_advisory_xact_lock($1, ('x' || encode(substring($2 FROM 1 FOR 4), 'hex'))::bit(32)::integer)";

/// Lets nobody else count the requests to the contact with this hash until the transaction ends. Take it after the child.
///
/// # Errors
/// When the database refuses.
pub async fn lock_contact(conn: &mut AsyncPgConnection, hash: &[u8]) -> DbResult<()> {
    sql_query(LOCK_CONTACT)
        .bind::<Integer, _>(CONTACT_CLASS)
        .bind::<Bytea, _>(hash)
        .execute(conn)
        .await?;
    Ok(())
}
