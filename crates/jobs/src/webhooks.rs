//! Delivers webhooks, and forgets them: each job makes one attempt, and its end is written together with what the attempt was.

use std::time::Duration;

use diesel_async::AsyncConnection;
use viral_engine_service::webhooks::{
    Attempt, Begun, DeliverWebhook, Outgoing, PruneWebhooks, begin_delivery, postpone,
    prune_webhooks, settle,
};

use crate::context::JobContext;
use crate::job::{Job, JobResult};

impl Job for DeliverWebhook {
    /// An attempt ends by itself after ten seconds.
    const TIMEOUT: Duration = Duration::from_secs(60);

    async fn run(self, cx: JobContext) -> JobResult {
        match begin_delivery(&cx.service, &self).await? {
            Begun::Nothing => cx.done(),
            Begun::Later(wait, priority) => {
                let mut conn = cx.service.connection().await?;
                conn.transaction(async |conn| {
                    let finished = cx.finish(conn).await?;
                    postpone(conn, &self, (wait, priority)).await?;
                    Ok(finished)
                })
                .await
            }
            Begun::Send(outgoing) => {
                let attempt = cx.service.webhooks.send(&outgoing, cx.service.now()).await;
                record(&cx, &outgoing, attempt).await
            }
        }
    }
}

async fn record(cx: &JobContext, outgoing: &Outgoing, attempt: Attempt) -> JobResult {
    let mut conn = cx.service.connection().await?;
    conn.transaction(async |conn| {
        let finished = cx.finish(conn).await?;
        settle(conn, &cx.service, outgoing, attempt).await?;
        Ok(finished)
    })
    .await
}

impl Job for PruneWebhooks {
    async fn run(self, cx: JobContext) -> JobResult {
        prune_webhooks(&cx.service).await?;
        cx.done()
    }
}
