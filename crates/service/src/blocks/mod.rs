//! Blocks: hits of a blocked device or network are rejected.

mod blocklist;

use chrono::TimeDelta;
use diesel_async::AsyncConnection;
use serde_json::{Value, json};
use uuid::Uuid;
use viral_engine_api_types::blocks::{Block, BlockEntity, CreateBlock};
use viral_engine_api_types::{BlockId, Page};
use viral_engine_db::DbError;
use viral_engine_db::blocks::{self as db, BlockRow, ENTITY_VALUE_KEY};
use viral_engine_db::notifications::{Channel, notify};
use viral_engine_domain::pii::redact_text;

pub use blocklist::{Blocklist, follow_blocks, load_blocklist};

use crate::audit;
use crate::caller::{Caller, Identity};
use crate::context::Context;
use crate::cursor::PageRequest;
use crate::error::{ServiceError, ServiceResult};
use crate::networks::shown_network;
use crate::validation::validate;

/// The blocks that have not ended, newest first.
///
/// # Errors
/// When the database can not be asked.
pub async fn list_blocks(context: &Context, page: PageRequest) -> ServiceResult<Page<Block>> {
    let mut conn = context.connection().await?;
    let rows = db::list_blocks(&mut conn, page.query(), context.now()).await?;
    let blocks = rows.into_iter().map(|(row, by)| block(row, by)).collect();
    Ok(page.page(blocks, |block| (block.created_at, block.id.0)))
}

/// Blocks a device or network on every node.
///
/// # Errors
/// Fields at fault; a conflict when it is blocked already.
pub async fn create_block(
    context: &Context,
    caller: &Caller,
    body: CreateBlock,
) -> ServiceResult<Block> {
    validate(&body, "")?;
    let value = match body.entity {
        BlockEntity::Device => body.value,
        BlockEntity::Network => shown_network(&body.value).ok_or_else(|| {
            ServiceError::field(
                "/value",
                "not_a_network",
                "Give a network as tables show it: /24 for IPv4, /48 for IPv6.",
            )
        })?,
    };
    let now = context.now();
    let expires_at = body
        .expires_in_days
        .map(|days| now + TimeDelta::days(days.into()));
    let row = BlockRow {
        id: Uuid::now_v7(),
        entity: entity_name(body.entity).to_owned(),
        value,
        reason: redact_text(&body.reason),
        created_by: caller.operator_id().map(|operator| operator.0),
        created_at: now,
        expires_at,
    };
    let mut conn = context.connection().await?;
    conn.transaction(async |conn| {
        db::insert_block(conn, &row).await.map_err(taken)?;
        let changes = changes(&row);
        let object = row.id.to_string();
        audit::record(
            conn,
            context,
            caller,
            "create_block",
            ("block", &object),
            changes,
        )
        .await?;
        Ok::<_, ServiceError>(notify(conn, Channel::Blocks, "").await?)
    })
    .await?;
    drop(conn);
    load_blocklist(context).await?;
    let by = match &caller.identity {
        Identity::Operator { email, .. } => Some(email.clone()),
        _ => None,
    };
    Ok(block(row, by))
}

/// Lets a device or network in again.
///
/// # Errors
/// When there is no such block.
pub async fn delete_block(context: &Context, caller: &Caller, id: BlockId) -> ServiceResult<()> {
    let mut conn = context.connection().await?;
    conn.transaction(async |conn| {
        let row = db::delete_block(conn, id.0).await.map_err(missing)?;
        let changes = changes(&row);
        let object = id.to_string();
        audit::record(
            conn,
            context,
            caller,
            "delete_block",
            ("block", &object),
            changes,
        )
        .await?;
        Ok::<_, ServiceError>(notify(conn, Channel::Blocks, "").await?)
    })
    .await?;
    drop(conn);
    load_blocklist(context).await
}

/// A device is of somebody: the trail, which outlives people, does not say which it was.
fn changes(row: &BlockRow) -> Value {
    let network = (row.entity == entity_name(BlockEntity::Network)).then_some(&row.value);
    json!({ "entity": row.entity, "network": network, "expires_at": row.expires_at })
}

fn taken(error: DbError) -> ServiceError {
    if error.violates(ENTITY_VALUE_KEY) {
        ServiceError::Conflict("this is blocked already".to_owned())
    } else {
        error.into()
    }
}

fn missing(error: DbError) -> ServiceError {
    match error {
        DbError::NotFound => ServiceError::NotFound("block"),
        other => other.into(),
    }
}

fn entity_name(entity: BlockEntity) -> &'static str {
    match entity {
        BlockEntity::Device => "device",
        BlockEntity::Network => "network",
    }
}

fn block(row: BlockRow, created_by: Option<String>) -> Block {
    Block {
        id: row.id.into(),
        entity: match row.entity.as_str() {
            "device" => BlockEntity::Device,
            _ => BlockEntity::Network,
        },
        value: row.value,
        reason: row.reason,
        created_by,
        created_at: row.created_at,
        expires_at: row.expires_at,
    }
}
