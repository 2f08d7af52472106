//! Advisory locks, held until the transaction ends.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Bool};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::error::DbResult;
use crate::events::ingest::INGEST_LOCK;

/// What is locked. The numbers are arbitrary, must differ from each other, and must never change: nodes of two
/// versions run side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lock {
    /// The alerts that stand.
    Alerts,
    /// The ledger of attributions.
    Attributions,
    /// The end of the audit trail's chain.
    Audit,
    /// Events and their rollups.
    Ingest,
    /// Which keys personal data is encrypted with.
    PersonalDataKeys,
    /// Asking for performance reports.
    Reports,
    /// Slots of schedules.
    Schedules,
    /// The share of the queue that slow receivers of webhooks have.
    SlowWebhooks,
    /// The number of webhooks, and what ingest left for them.
    Webhooks,
}

impl Lock {
    fn key(self) -> i64 {
        match self {
            Self::Alerts => 0x5645_414C_5254,
            Self::Attributions => 0x5645_4154_5452,
            Self::Audit => 0x5645_4155_4454,
            Self::Ingest => INGEST_LOCK,
            Self::PersonalDataKeys => 0x5645_5044_4B59,
            Self::Reports => 0x5645_5245_5054,
            Self::Schedules => 0x5645_5343_4844,
            Self::SlowWebhooks => 0x5645_5753_4C57,
            Self::Webhooks => 0x5645_5748_4F42,
        }
    }
}

#[derive(QueryableByName)]
struct Taken {
    #[diesel(sql_type = Bool)]
    taken: bool,
}

/// Waits for the lock.
///
/// # Errors
/// When the database refuses.
pub async fn lock(conn: &mut AsyncPgConnection, lock: Lock) -> DbResult<()> {
    sql_query("SELECT pg_advisory_xact_lock($1)")
        .bind::<BigInt, _>(lock.key())
        .execute(conn)
        .await?;
    Ok(())
}

/// Takes the lock unless somebody holds it, and answers whether it did.
///
/// # Errors
/// When the database refuses.
pub async fn try_lock(conn: &mut AsyncPgConnection, lock: Lock) -> DbResult<bool> {
    let row: Taken = sql_query("SELECT pg_try_advisory_xact_lock($1) AS taken")
        .bind::<BigInt, _>(lock.key())
        .get_result(conn)
        .await?;
    Ok(row.taken)
}
