//! Runs the app on a socket.
//!
//! actix's own `HttpServer` waits for ever for the first byte of a connection and for the end of a second request's
//! head, and when it stops it drops requests that it has not begun. So its parts are put together here, around a
//! [`ClientStream`] that knows better.

mod connections;
mod head_clock;
mod stop;
mod stream;

use std::io;
use std::net::TcpListener;
use std::rc::Rc;
use std::time::Duration;

use actix_http::HttpService;
use actix_http::error::DispatchError;
use actix_server::{Server, ServerBuilder};
use actix_service::{ServiceFactoryExt as _, fn_service, map_config};
use actix_web::dev::AppConfig;
use actix_web::web::Data;
use tokio::net::TcpStream;

pub use connections::Connections;
pub use head_clock::{Answering, HeadClock};
pub use stop::Stopper;
use stream::ClientStream;

use crate::app::app;
use crate::state::AppState;

/// Longest time a connection may idle between requests.
const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// A server and the way to stop it.
pub struct Serving {
    /// Ends when it was stopped.
    pub server: Server,
    /// Stops it.
    pub stopper: Stopper,
}

/// Serves HTTP/1.1 and h2c on `listener` with `workers` threads. Signals are the caller's: it stops by its stopper.
///
/// # Errors
/// When the listener can not be used.
pub fn serve(state: AppState, listener: TcpListener, workers: usize) -> io::Result<Serving> {
    let connections = state.connections.clone();
    let config = state.config.clone();
    let held = listener.try_clone()?;
    let state = Data::new(state);
    let server = ServerBuilder::new()
        .workers(workers)
        .shutdown_timeout(config.drain_timeout.as_secs())
        .disable_signals()
        .listen("viral-engine", listener, move || {
            connection_service(state.clone())
        })?
        .run();
    let stopper = Stopper::new(server.handle(), held, connections, &config);
    Ok(Serving { server, stopper })
}

/// What a connection goes through: the protocol is told from its first bytes, then it is handed to the app.
fn connection_service(
    state: Data<AppState>,
) -> impl actix_service::ServiceFactory<
    TcpStream,
    Config = (),
    Response = (),
    Error = DispatchError,
    InitError = (),
> {
    let limit = state.config.head_timeout;
    let connections = state.connections.clone();
    let http = HttpService::build()
        .keep_alive(KEEP_ALIVE)
        .client_request_timeout(limit)
        // Answers go on after the reading half has ended, which is how a stopping engine ends idle connections.
        .h1_allow_half_closed(true)
        .on_connect_ext(|stream: &ClientStream, data| {
            data.insert(Rc::clone(stream.head_clock()));
        })
        .finish(map_config(app(state), |()| AppConfig::default()));
    fn_service(move |io: TcpStream| {
        let connections = connections.clone();
        async move {
            let stream = ClientStream::open(io, &connections, limit).await?;
            let protocol = stream.protocol();
            let peer = stream.peer();
            Ok::<_, DispatchError>((stream, protocol, peer))
        }
    })
    .and_then(http)
}
