//! What is blocked already: it is not offered to be blocked once more.

use leptos::prelude::*;
use viral_engine_api_types::blocks::{Block, BlockEntity};
use viral_engine_api_types::permissions::Permission;

use crate::api::{Api, ApiResult, use_api};
use crate::remote::Remote;
use crate::router::Query;
use crate::session::use_session;

/// Most blocks of a page of the engine.
const PAGE: u32 = 100;
/// Most pages read; what is blocked beyond them is refused by the engine when it is blocked again.
const PAGES_MAX: usize = 10;

/// The blocks in force, read again whenever `version` grows.
pub fn blocked(version: RwSignal<u32>) -> Signal<Vec<Block>> {
    let (api, session) = (use_api(), use_session());
    let remote = Remote::new(
        move || session.may(Permission::BlocksRead),
        move |may| async move { if may { all(api).await } else { Ok(Vec::new()) } },
    )
    .reload_on(move || version.get());
    Signal::derive(move || remote.data.get().unwrap_or_default())
}

/// Whether something is among the blocks.
pub fn is_blocked(blocks: &[Block], entity: BlockEntity, value: &str) -> bool {
    blocks
        .iter()
        .any(|block| block.entity == entity && block.value == value)
}

async fn all(api: Api) -> ApiResult<Vec<Block>> {
    let mut found = Vec::new();
    let mut cursor: Option<String> = None;
    for _ in 0..PAGES_MAX {
        let query = Query::new()
            .and("limit", PAGE)
            .with("cursor", cursor.as_deref());
        let page = api.list_blocks(&query).await?;
        found.extend(page.items);
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    Ok(found)
}
