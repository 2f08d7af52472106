//! What other nodes tell by NOTIFY, received on one connection of its own.
//!
//! PostgreSQL keeps no notification for a listener that is away. So a lost connection is told too: whoever keeps
//! something because nobody said that it changed must drop it at [`Notice::Lost`] and read again at
//! [`Notice::Connected`]. A subscriber that is too slow and misses notices must do the same.

use std::future::poll_fn;
use std::time::Duration;

use diesel::sql_query;
use diesel::sql_types::Text;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use tokio::sync::broadcast;
use tokio::time::timeout;
use tokio_postgres::AsyncMessage;

use crate::connect::connect;
use crate::error::{DbError, DbResult};

/// Channels that nodes listen to.
pub const CHANNELS: [Channel; 8] = [
    Channel::Data,
    Channel::Alerts,
    Channel::Settings,
    Channel::Blocks,
    Channel::Links,
    Channel::Sessions,
    Channel::Jobs,
    Channel::Consents,
];

/// Notices kept for a subscriber that is behind; one that falls further behind is told so.
const BACKLOG: usize = 1_024;

/// The connection is tried this often, so that a dead peer is noticed.
const PING_EVERY: Duration = Duration::from_secs(5);

/// Longest wait for PostgreSQL to accept a connection or answer a ping.
const PATIENCE: Duration = Duration::from_secs(5);

/// Wait between two attempts to connect.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// What a notice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Channel {
    /// Guardrails' data changed; the payload is the data version.
    Data,
    /// An alert changed; the payload is its id.
    Alerts,
    /// Settings changed; the payload is their version.
    Settings,
    /// Blocks changed.
    Blocks,
    /// A link changed; the payload names it.
    Links,
    /// Sessions, operators or API keys changed.
    Sessions,
    /// Jobs are due; the payload is their queue.
    Jobs,
    /// Consents changed.
    Consents,
}

impl Channel {
    /// The channel's name in PostgreSQL.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Data => "ve_data",
            Self::Alerts => "ve_alerts",
            Self::Settings => "ve_settings",
            Self::Blocks => "ve_blocks",
            Self::Links => "ve_links",
            Self::Sessions => "ve_sessions",
            Self::Jobs => "ve_jobs",
            Self::Consents => "ve_consents",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        CHANNELS
            .into_iter()
            .find(|channel| channel.as_str() == name)
    }
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// From now on nothing is missed.
    Connected,
    /// From now on anything may be missed.
    Lost,
    /// A node told something.
    Changed {
        /// What it is about.
        channel: Channel,
        /// Depends on the channel.
        payload: String,
    },
}

/// Tells every node; within a transaction, when it commits.
///
/// # Errors
/// When the database refuses.
pub async fn notify(conn: &mut AsyncPgConnection, channel: Channel, payload: &str) -> DbResult<()> {
    sql_query("SELECT pg_notify($1, $2)")
        .bind::<Text, _>(channel.as_str())
        .bind::<Text, _>(payload)
        .execute(conn)
        .await?;
    Ok(())
}

/// Hands notices to whoever subscribes. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Notices {
    sender: broadcast::Sender<Notice>,
}

impl Default for Notices {
    fn default() -> Self {
        Self {
            sender: broadcast::Sender::new(BACKLOG),
        }
    }
}

impl Notices {
    /// Every notice from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<Notice> {
        self.sender.subscribe()
    }

    /// Listens until the future is dropped, connecting again whenever the connection is lost.
    pub async fn listen(&self, url: &str) {
        loop {
            if let Err(error) = self.listen_once(url).await {
                tracing::warn!(%error, "the listening connection was lost");
            }
            self.tell(Notice::Lost);
            tokio::time::sleep(RETRY_AFTER).await;
        }
    }

    async fn listen_once(&self, url: &str) -> Result<(), ListenError> {
        let (client, mut connection) = timeout(PATIENCE, connect(url))
            .await
            .map_err(|_| ListenError::Silent)??;
        // Must be polled for the client's statements to go through, hence beside them.
        let receive = async {
            while let Some(message) = poll_fn(|cx| connection.poll_message(cx)).await {
                if let AsyncMessage::Notification(notification) = message? {
                    self.changed(notification.channel(), notification.payload());
                }
            }
            Ok(())
        };
        let keep_alive = async {
            let listen: String = CHANNELS
                .iter()
                .map(|channel| format!("LISTEN {};", channel.as_str()))
                .collect();
            answered(client.batch_execute(&listen)).await?;
            self.tell(Notice::Connected);
            loop {
                tokio::time::sleep(PING_EVERY).await;
                answered(client.batch_execute("")).await?;
            }
        };
        tokio::select! {
            ended = receive => ended,
            ended = keep_alive => ended,
        }
    }

    fn changed(&self, channel: &str, payload: &str) {
        if let Some(channel) = Channel::parse(channel) {
            self.tell(Notice::Changed {
                channel,
                payload: payload.to_owned(),
            });
        }
    }

    fn tell(&self, notice: Notice) {
        // Nobody may be subscribed, and that is fine.
        let _ = self.sender.send(notice);
    }
}

#[derive(Debug, thiserror::Error)]
enum ListenError {
    #[error("{0}")]
    Unreachable(#[from] DbError),
    #[error("{0}")]
    Broken(#[from] tokio_postgres::Error),
    #[error("PostgreSQL does not answer")]
    Silent,
}

async fn answered(
    statement: impl Future<Output = Result<(), tokio_postgres::Error>>,
) -> Result<(), ListenError> {
    timeout(PATIENCE, statement)
        .await
        .map_err(|_| ListenError::Silent)??;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_are_read_back_from_their_names() {
        for channel in CHANNELS {
            assert_eq!(Channel::parse(channel.as_str()), Some(channel));
        }
        assert_eq!(Channel::parse("other"), None);
    }
}
