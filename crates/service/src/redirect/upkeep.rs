//! Keeps a node's redirect current: what other nodes tell empties entries of the cache.

use std::sync::Arc;

use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use viral_engine_db::notifications::{Channel, Notice};

use super::shared::Redirect;

/// Follows the notices of the redirect's context until their sender is gone.
pub async fn keep_current(redirect: Arc<Redirect>) {
    let notices = redirect.context.notices.subscribe();
    follow(&redirect, notices).await;
    redirect.cache.untold();
}

async fn follow(redirect: &Redirect, mut notices: Receiver<Notice>) {
    loop {
        match notices.recv().await {
            Ok(Notice::Changed {
                channel: Channel::Links,
                payload,
            }) => redirect.cache.forget(&payload).await,
            Ok(Notice::Changed { .. }) => {}
            Ok(Notice::Lost) => redirect.cache.untold(),
            // Who was too slow has missed notices, as if the connection had been lost.
            Ok(Notice::Connected) | Err(RecvError::Lagged(_)) => redirect.cache.told(),
            Err(RecvError::Closed) => return,
        }
    }
}
