//! Documents and texts about others, in which an erased user may be named: which may be is asked here, which are is decided
//! by whoever reads names.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, Jsonb, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::Value;
use uuid::Uuid;

use crate::error::DbResult;

/// A column of a table that holds documents.
#[derive(Clone, Copy, Debug)]
pub struct MentionStore {
    /// The table.
    pub store: &'static str,
    /// `$1` are patterns of which the document in lower case fits one, `$2` and `$3` are time and id of the row before, `$4` is
    /// how many at most.
    find: &'static str,
    /// `$1` and `$2` are time and id of the row, `$3` is the document.
    save: &'static str,
}

/// All of them.
pub const MENTION_STORES: &[MentionStore] = &[
    MentionStore {
        store: "events",
        find: "SELECT occurred_at AS at, id, properties AS document FROM events
            WHERE properties IS NOT NULL AND lower(properties::text) LIKE ANY ($1)
                AND (occurred_at, id) > ($2, $3)
            ORDER BY occurred_at, id LIMIT $4 FOR UPDATE",
        save: "UPDATE events SET properties = $3 WHERE occurred_at = $1 AND id = $2",
    },
    MentionStore {
        store: "activities",
        find: "SELECT created_at AS at, id, properties AS document FROM activities
            WHERE properties IS NOT NULL AND lower(properties::text) LIKE ANY ($1)
                AND (created_at, id) > ($2, $3)
            ORDER BY created_at, id LIMIT $4 FOR UPDATE",
        save: "UPDATE activities SET properties = $3 WHERE created_at = $1 AND id = $2",
    },
    MentionStore {
        store: "parent_shares",
        find: "SELECT created_at AS at, id, share_data AS document FROM parent_shares
            WHERE lower(share_data::text) LIKE ANY ($1)
                AND (created_at, id) > ($2, $3)
            ORDER BY created_at, id LIMIT $4 FOR UPDATE",
        save: "UPDATE parent_shares SET share_data = $3 WHERE created_at = $1 AND id = $2",
    },
    MentionStore {
        store: "progress_reels",
        find: "SELECT received_at AS at, id, reel_data AS document FROM progress_reels
            WHERE lower(reel_data::text) LIKE ANY ($1)
                AND (received_at, id) > ($2, $3)
            ORDER BY received_at, id LIMIT $4 FOR UPDATE",
        save: "UPDATE progress_reels SET reel_data = $3 WHERE received_at = $1 AND id = $2",
    },
    MentionStore {
        store: "links",
        find: "SELECT created_at AS at, id, metadata AS document FROM links
            WHERE lower(metadata::text) LIKE ANY ($1)
                AND (created_at, id) > ($2, $3)
            ORDER BY created_at, id LIMIT $4 FOR UPDATE",
        save: "UPDATE links SET metadata = $3, version = version + 1 WHERE created_at = $1 AND id = $2",
    },
    MentionStore {
        store: "users",
        find: "SELECT created_at AS at, id, preferences AS document FROM users
            WHERE lower(preferences::text) LIKE ANY ($1)
                AND (created_at, id) > ($2, $3)
            ORDER BY created_at, id LIMIT $4 FOR UPDATE",
        save: "UPDATE users SET preferences = $3, version = version + 1 WHERE created_at = $1 AND id = $2",
    },
    MentionStore {
        store: "blocks",
        find: "SELECT created_at AS at, id, to_jsonb(reason) AS document FROM blocks
            WHERE lower(reason) LIKE ANY ($1)
                AND (created_at, id) > ($2, $3)
            ORDER BY created_at, id LIMIT $4 FOR UPDATE",
        save: "UPDATE blocks SET reason = $3 #>> '{}' WHERE created_at = $1 AND id = $2",
    },
    MentionStore {
        store: "alerts",
        find: "SELECT opened_at AS at, id, to_jsonb(dismiss_reason) AS document FROM alerts
            WHERE lower(dismiss_reason) LIKE ANY ($1)
                AND (opened_at, id) > ($2, $3)
            ORDER BY opened_at, id LIMIT $4 FOR UPDATE",
        save: "UPDATE alerts SET dismiss_reason = $3 #>> '{}' WHERE opened_at = $1 AND id = $2",
    },
    MentionStore {
        store: "institution_networks",
        find: "SELECT created_at AS at, id, to_jsonb(name) AS document FROM institution_networks
            WHERE lower(name) LIKE ANY ($1)
                AND (created_at, id) > ($2, $3)
            ORDER BY created_at, id LIMIT $4 FOR UPDATE",
        save: "UPDATE institution_networks SET name = $3 #>> '{}' WHERE created_at = $1 AND id = $2",
    },
    MentionStore {
        store: "webhook_endpoints",
        find:
            "SELECT created_at AS at, id, to_jsonb(description) AS document FROM webhook_endpoints
            WHERE lower(description) LIKE ANY ($1)
                AND (created_at, id) > ($2, $3)
            ORDER BY created_at, id LIMIT $4 FOR UPDATE",
        save: "UPDATE webhook_endpoints SET description = $3 #>> '{}', version = version + 1
            WHERE created_at = $1 AND id = $2",
    },
    MentionStore {
        store: "api_keys",
        find: "SELECT created_at AS at, id, to_jsonb(name) AS document FROM api_keys
            WHERE lower(name) LIKE ANY ($1)
                AND (created_at, id) > ($2, $3)
            ORDER BY created_at, id LIMIT $4 FOR UPDATE",
        save: "UPDATE api_keys SET name = $3 #>> '{}' WHERE created_at = $1 AND id = $2",
    },
];

/// A row that may name somebody.
#[derive(Clone, Debug, QueryableByName)]
pub struct MentionRow {
    /// When it was made.
    #[diesel(sql_type = Timestamptz)]
    pub at: DateTime<Utc>,
    /// Its id.
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    /// What it says.
    #[diesel(sql_type = Jsonb)]
    pub document: Value,
}

/// At most `limit` rows behind another one whose document fits a pattern (`LIKE`) in lower case, locked, in their order.
///
/// # Errors
/// When the database refuses.
pub async fn find_mentions(
    conn: &mut AsyncPgConnection,
    store: &MentionStore,
    patterns: &[String],
    behind: (DateTime<Utc>, Uuid),
    limit: i64,
) -> DbResult<Vec<MentionRow>> {
    Ok(sql_query(store.find)
        .bind::<Array<Text>, _>(patterns)
        .bind::<Timestamptz, _>(behind.0)
        .bind::<SqlUuid, _>(behind.1)
        .bind::<BigInt, _>(limit)
        .load(conn)
        .await?)
}

/// Stores what a row says now.
///
/// # Errors
/// When the database refuses.
pub async fn save_mention(
    conn: &mut AsyncPgConnection,
    store: &MentionStore,
    row: &MentionRow,
) -> DbResult<()> {
    sql_query(store.save)
        .bind::<Timestamptz, _>(row.at)
        .bind::<SqlUuid, _>(row.id)
        .bind::<Jsonb, _>(&row.document)
        .execute(conn)
        .await?;
    Ok(())
}

const FORGET_ANSWERS: &str = "
UPDATE idempotency_keys SET body = NULL, headers = NULL
WHERE body IS NOT NULL AND lower(convert_from(body, 'UTF8')) LIKE ANY ($1)";

/// Forgets answers kept for repeated requests that fit one of these patterns (`LIKE`) in lower case, and says how many those
/// were.
///
/// # Errors
/// When the database refuses.
pub async fn forget_answers(conn: &mut AsyncPgConnection, patterns: &[String]) -> DbResult<usize> {
    Ok(sql_query(FORGET_ANSWERS)
        .bind::<Array<Text>, _>(patterns)
        .execute(conn)
        .await?)
}
