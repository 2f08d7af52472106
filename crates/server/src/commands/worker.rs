//! `viral-engine worker`

use anyhow::{Context as _, Result};
use viral_engine_service::users::check_key_store;

use super::{answer, with_context};
use crate::background::Background;
use crate::config::Sources;
use crate::signals::Signals;

/// Runs jobs until SIGTERM or Ctrl-C, then lets those that run finish.
pub(crate) async fn run(sources: &Sources) -> Result<()> {
    // Before anything slow, so that a signal during the start is not missed.
    let mut signals = Signals::new()?;
    with_context(sources, async |config, context| {
        check_key_store(context)
            .await
            .context("the key store could not be opened")?;
        let mut background = Background::start(context);
        background.work(context, &config.jobs).await?;
        answer("Viral Engine runs jobs\n")?;
        signals.next().await;
        tracing::info!("stopping; jobs that run may finish, a second signal ends them");
        tokio::select! {
            () = background.stop(config.engine.shutdown_timeout) => {}
            () = signals.next() => {}
        }
        Ok(())
    })
    .await
}
