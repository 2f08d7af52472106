//! `viral-engine api-key`

use anyhow::{Context, Result};
use viral_engine_api_types::api_keys::CreateApiKey;
use viral_engine_service::{Caller, api_keys};

use super::{answer, explained, with_context};
use crate::config::Sources;

/// Creates a key and prints it alone, so that a script can keep it.
pub(crate) async fn create(sources: &Sources, body: CreateApiKey) -> Result<()> {
    let created = with_context(sources, async |_, context| {
        api_keys::create_api_key(context, &Caller::system(), &body)
            .await
            .map_err(explained)
            .context("the API key could not be created")
    });
    answer(format!("{}\n", created.await?.secret))
}
