//! Stops a server without cutting a request off.

use std::net::{Shutdown, TcpListener};
use std::time::Duration;

use actix_web::dev::ServerHandle;
use socket2::SockRef;
use tokio::time::{sleep, timeout};

use super::Connections;
use crate::state::HttpConfig;

/// Time for connections that were accepted last to be read from for the first time.
const SETTLE: Duration = Duration::from_millis(100);

/// Stops a server. A request that reached it is answered:
///
/// 1. For a grace, everything goes on, but answers close their connections and `/readyz` says that the engine stops:
///    clients and load balancers go elsewhere.
/// 2. The listener closes. Connections that were accepted are served.
/// 3. Connections that wait for a request end, and requests under way may take the drain timeout to finish.
pub struct Stopper {
    handle: ServerHandle,
    listener: TcpListener,
    connections: Connections,
    grace: Duration,
    drain_timeout: Duration,
}

impl Stopper {
    /// Stops the server behind `handle`, which listens on a duplicate of `listener`.
    pub(super) fn new(
        handle: ServerHandle,
        listener: TcpListener,
        connections: Connections,
        config: &HttpConfig,
    ) -> Self {
        Self {
            handle,
            listener,
            connections,
            grace: config.drain_grace,
            drain_timeout: config.drain_timeout,
        }
    }

    /// Stops gracefully, and ends when everything is answered or the time is up.
    pub async fn drain(&self) {
        self.connections.drain();
        if !self.connections.is_empty() {
            sleep(self.grace).await;
        }
        self.stop_listening().await;
        sleep(SETTLE).await;
        self.connections.close_idle();
        let drained = timeout(self.drain_timeout, self.connections.all_closed()).await;
        if drained.is_err() {
            tracing::warn!("connections that did not end in time were cut off");
        }
        self.abort().await;
    }

    /// Stops at once. The command is sent by the call; the future tells when it was obeyed.
    pub fn abort(&self) -> impl Future<Output = ()> + use<> {
        self.handle.stop(false)
    }

    /// Refuses new connections while the workers go on, which actix does in one step only. Where a listener can not
    /// be shut down (macOS), the last connections are those that come before the server ends.
    async fn stop_listening(&self) {
        self.handle.pause().await;
        // The accepting thread obeys when it runs next; one that still listened would log an error.
        std::thread::yield_now();
        if SockRef::from(&self.listener)
            .shutdown(Shutdown::Both)
            .is_err()
        {
            self.handle.resume().await;
        }
    }
}
