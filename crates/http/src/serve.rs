//! Runs the app on a socket.

use std::io;
use std::net::TcpListener;
use std::time::Duration;

use actix_web::HttpServer;
use actix_web::dev::Server;
use actix_web::web::Data;

use crate::app::app;
use crate::state::AppState;

/// Longest time a client may take to send the head of a request.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// Longest time a connection may idle between requests.
const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// Serves HTTP/1.1 and h2c on `listener` with `workers` threads. Signals are the caller's: stop it by its handle.
///
/// # Errors
/// When the listener can not be used.
pub fn serve(state: AppState, listener: TcpListener, workers: usize) -> io::Result<Server> {
    let drain_seconds = state.config.drain_timeout.as_secs();
    let state = Data::new(state);
    let server = HttpServer::new(move || app(state.clone()))
        .workers(workers)
        .client_request_timeout(HEAD_TIMEOUT)
        .keep_alive(KEEP_ALIVE)
        .shutdown_timeout(drain_seconds)
        .disable_signals()
        .listen_auto_h2c(listener)?;
    Ok(server.run())
}
