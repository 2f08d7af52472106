//! Blocks as redirects and ingest ask for them: in memory, because they are asked on every hit.
//!
//! The node that changes a block reads the list again before it answers; the others do when they are notified.
//! While the listening connection is lost the last known list holds: a redirect must not wait for PostgreSQL.

use std::collections::HashMap;

use arc_swap::ArcSwap;
use chrono::{DateTime, Utc};
use tokio::sync::broadcast::error::RecvError;
use viral_engine_db::blocks::{ActiveBlock, active_blocks};
use viral_engine_db::notifications::{Channel, Notice};

use crate::context::Context;
use crate::error::ServiceResult;

/// When a block ends, by what is blocked; `None` for never.
type Ends = HashMap<String, Option<DateTime<Utc>>>;

/// The blocks in force. Shared by all tasks of the process; reading never waits.
#[derive(Debug, Default)]
pub struct Blocklist {
    blocked: ArcSwap<Blocked>,
}

#[derive(Debug, Default)]
struct Blocked {
    devices: Ends,
    networks: Ends,
}

impl Blocklist {
    /// Whether hits of the device with this fingerprint are rejected at `now`.
    pub fn blocks_device(&self, fingerprint: &str, now: DateTime<Utc>) -> bool {
        holds(&self.blocked.load().devices, fingerprint, now)
    }

    /// Whether hits from this truncated network (`203.0.113.0/24`) are rejected at `now`.
    pub fn blocks_network(&self, ip_prefix: &str, now: DateTime<Utc>) -> bool {
        holds(&self.blocked.load().networks, ip_prefix, now)
    }

    /// Whether a hit of this device from this network is rejected at `now`. Free when nothing is blocked: the values
    /// are only written out otherwise.
    pub fn blocks_hit(
        &self,
        fingerprint: impl FnOnce() -> String,
        ip_prefix: impl FnOnce() -> String,
        now: DateTime<Utc>,
    ) -> bool {
        let blocked = self.blocked.load();
        (!blocked.devices.is_empty() && holds(&blocked.devices, &fingerprint(), now))
            || (!blocked.networks.is_empty() && holds(&blocked.networks, &ip_prefix(), now))
    }

    fn replace(&self, blocks: Vec<ActiveBlock>) {
        let mut blocked = Blocked::default();
        for block in blocks {
            let ends = match block.entity.as_str() {
                "device" => &mut blocked.devices,
                _ => &mut blocked.networks,
            };
            ends.insert(block.value, block.expires_at);
        }
        self.blocked.store(blocked.into());
    }
}

fn holds(ends: &Ends, value: &str, now: DateTime<Utc>) -> bool {
    ends.get(value)
        .is_some_and(|end| end.is_none_or(|end| now < end))
}

/// Reads the blocks in force. To be called before the first hit is served.
///
/// # Errors
/// When the database can not be asked; the last known list then holds.
pub async fn load_blocklist(context: &Context) -> ServiceResult<()> {
    let mut conn = context.connection().await?;
    let blocks = active_blocks(&mut conn, context.now()).await?;
    context.blocklist.replace(blocks);
    Ok(())
}

/// Reads the blocks again whenever a node has changed them. Runs until it is dropped.
pub async fn follow_blocks(context: &Context) {
    let mut notices = context.notices.subscribe();
    loop {
        let stale = match notices.recv().await {
            Ok(Notice::Changed { channel, .. }) => channel == Channel::Blocks,
            Ok(Notice::Connected) | Err(RecvError::Lagged(_)) => true,
            Ok(Notice::Lost) => false,
            Err(RecvError::Closed) => return,
        };
        if stale && let Err(error) = load_blocklist(context).await {
            // A database that is away also loses the listening connection, and connecting again reads again.
            tracing::warn!(%error, "the blocks could not be read");
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn block(entity: &str, value: &str, expires_at: Option<DateTime<Utc>>) -> ActiveBlock {
        ActiveBlock {
            entity: entity.to_owned(),
            value: value.to_owned(),
            expires_at,
        }
    }

    #[test]
    fn a_block_holds_for_its_kind_until_it_ends() {
        let now: DateTime<Utc> = "2026-03-02T12:00:00Z".parse().unwrap();
        let list = Blocklist::default();
        list.replace(vec![
            block("device", "d1", None),
            block("network", "203.0.113.0/24", Some(now)),
        ]);
        assert!(list.blocks_device("d1", now));
        assert!(!list.blocks_network("d1", now));
        assert!(list.blocks_network("203.0.113.0/24", now - TimeDelta::microseconds(1)));
        assert!(!list.blocks_network("203.0.113.0/24", now));
    }
}
