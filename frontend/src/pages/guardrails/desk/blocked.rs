//! What is blocked already: it is not offered to be blocked once more.

use leptos::prelude::*;
use viral_engine_api_types::blocks::{Block, BlockEntity};
use viral_engine_api_types::permissions::Permission;

use crate::api::{Api, ApiResult, all, use_api};
use crate::remote::Remote;
use crate::router::Query;
use crate::session::use_session;

/// Most blocks read; what is blocked beyond them is refused by the engine when it is blocked again.
const MOST: usize = 1_000;

/// The blocks in force, read again whenever `version` grows.
pub fn blocked(version: RwSignal<u32>) -> Signal<Vec<Block>> {
    let (api, session) = (use_api(), use_session());
    let remote = Remote::new(
        move || session.may(Permission::BlocksRead),
        move |may| async move {
            if may {
                in_force(api).await
            } else {
                Ok(Vec::new())
            }
        },
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

async fn in_force(api: Api) -> ApiResult<Vec<Block>> {
    let load = move |query: Query| async move { api.list_blocks(&query).await };
    let read = all::all(&Query::new(), MOST, load, |_| true).await?;
    Ok(read.items)
}
