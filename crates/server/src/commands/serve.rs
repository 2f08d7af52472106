//! `viral-engine serve`

use std::net::TcpListener;

use anyhow::{Context, Result};
use viral_engine_http::AppState;
use viral_engine_http::serve::{Serving, serve as serve_http};
use viral_engine_service::blocks::load_blocklist;
use viral_engine_service::events::ensure_bursts;
use viral_engine_service::redirect::start_clicks;
use viral_engine_service::users::check_key_store;
use viral_engine_service::{ServiceError, auth};

use super::{answer, explained, require_known_key, start};
use crate::background::Background;
use crate::config::{Config, Sources, warnings};
use crate::database::OpenDatabase;
use crate::signals::Signals;
use crate::{demo, listener, wiring};

/// Serves until SIGTERM or Ctrl-C, then lets what is under way finish.
pub(crate) async fn run(sources: &Sources, demo: bool) -> Result<()> {
    let config = start(sources)?;
    for warning in warnings(&config) {
        tracing::warn!("{warning}");
    }
    // Before anything slow: an address that is taken is noticed at once, and early requests wait instead of failing.
    let listener = listener::bind(config.engine.bind)?;
    let signals = Signals::new()?;
    let database = OpenDatabase::open(&config).await?;
    let served = serve(&config, &database, listener, signals, demo).await;
    database.close().await?;
    served
}

async fn serve(
    config: &Config,
    database: &OpenDatabase,
    listener: TcpListener,
    mut signals: Signals,
    demo: bool,
) -> Result<()> {
    database.migrate().await?;
    let address = listener.local_addr().context("the socket has no address")?;
    let local_url = listener::local_url(address);
    let public_url = config
        .engine
        .public_url
        .clone()
        .unwrap_or_else(|| local_url.clone());
    let mut context = wiring::context(config, database, public_url)?;
    check_key_store(&context)
        .await
        .context("the key store could not be opened")?;
    require_known_key(&context).await?;
    if demo {
        context = demo::allow_target(context)?;
        demo::fill(&context).await?;
    }
    let greeting = greeting(&context, &local_url).await?;
    let metrics = viral_engine_http::metrics::install().context("metrics could not be set up")?;
    let (log, recovery) = wiring::click_log(config)?;
    load_blocklist(&context)
        .await
        .context("the blocks could not be read")?;
    ensure_bursts(&context)
        .await
        .context("the rollups could not be brought to BOT_DETECTION_MIN_CLICKS")?;
    let clicks = start_clicks(&context, log, &recovery).context("clicks can not be followed")?;
    let state = AppState::new(
        context.clone(),
        &clicks,
        wiring::http_config(config),
        metrics,
    );
    let Serving { server, stopper } =
        serve_http(state, listener, config.engine.workers).context("HTTP could not be served")?;
    let mut server = tokio::spawn(server);
    let mut background = Background::start(&context);
    if config.jobs.worker {
        background.work(&context, &config.jobs).await?;
    }
    if let Err(error) = answer(&greeting) {
        // Whoever started it looks elsewhere; that is no reason not to serve.
        tracing::warn!("{error:#}");
    }

    let ended = tokio::select! {
        ended = &mut server => ended,
        () = signals.next() => {
            tracing::info!("stopping; requests under way may finish, a second signal ends them");
            context.stream.close();
            background.begin_nothing_new();
            tokio::select! {
                () = stopper.drain() => {}
                () = signals.next() => stopper.abort().await,
            }
            server.await
        }
    };
    if !clicks.shutdown(config.engine.shutdown_timeout).await {
        tracing::warn!("hits are left in the click log; the next start ships them");
    }
    background.stop(config.engine.shutdown_timeout).await;
    ended
        .context("the HTTP server ended unexpectedly")?
        .context("the HTTP server failed")
}

/// Where the engine listens and, until there is an admin, how the first one signs in.
async fn greeting(context: &viral_engine_service::Context, local_url: &str) -> Result<String> {
    let listens = format!("Viral Engine listens on {local_url}\n");
    match auth::create_first_setup_link(context).await {
        Ok(link) => Ok(format!(
            "{listens}Set up the first admin within 24 hours: {link}\n"
        )),
        Err(ServiceError::Conflict(_)) => Ok(listens),
        Err(error) => Err(explained(error).context("the setup link could not be made")),
    }
}
