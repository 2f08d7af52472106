//! Blocked devices and networks.

use viral_engine_api_types::blocks::{Block, CreateBlock};
use viral_engine_api_types::{BlockId, Page};

use super::client::Api;
use super::error::ApiResult;
use crate::router::Query;

impl Api {
    /// What is blocked, newest first.
    pub async fn list_blocks(&self, query: &Query) -> ApiResult<Page<Block>> {
        self.get("/v1/blocks", query).await
    }

    /// Blocks a device or a network.
    pub async fn create_block(&self, block: &CreateBlock) -> ApiResult<Block> {
        self.create("/v1/blocks", block).await
    }

    /// Unblocks.
    pub async fn delete_block(&self, id: BlockId) -> ApiResult<()> {
        self.delete(&format!("/v1/blocks/{id}")).await
    }
}
