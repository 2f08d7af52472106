//! An engine with a worker for webhooks, and receivers that it tells.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use chrono::Utc;
use diesel::QueryableByName;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};
use diesel_async::{AsyncConnection as _, RunQueryDsl as _, SimpleAsyncConnection as _};
use serde_json::json;
use tokio_util::sync::DropGuard;
use viral_engine_api_types::WebhookId;
use viral_engine_api_types::webhooks::{
    CreateWebhook, UpdateWebhook, WebhookEventType, WebhookStatus,
};
use viral_engine_domain::jobs::Queue;
use viral_engine_jobs::{Worker, WorkerOptions};
use viral_engine_service::webhooks::{Sender, create_webhook, publish, update_webhook};
use viral_engine_service::{Caller, Context};

use super::receivers::{Kind, Receiver};
use crate::jobs::database::{BenchDatabase, listen};

/// As the engine has them unless it is told otherwise.
const SLOTS: u32 = 20;

#[derive(QueryableByName)]
struct Status {
    #[diesel(sql_type = Text)]
    status: String,
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// A running engine.
pub struct World {
    database: BenchDatabase,
    context: Context,
    worker: Worker,
    ids: BTreeMap<String, WebhookId>,
    _listening: DropGuard,
}

impl World {
    /// Receivers have `limit` to answer.
    pub async fn start(limit: Duration) -> Result<Self> {
        let database = BenchDatabase::start().await?;
        let context = Context {
            webhooks: Arc::new(Sender::new(true).within(limit)),
            ..database.context()?
        };
        let options = WorkerOptions {
            queues: vec![(Queue::Webhooks, SLOTS)],
            ..WorkerOptions::default()
        };
        let listening = listen(&context);
        let worker = Worker::start(&context, viral_engine_jobs::registry(), options).await?;
        Ok(Self {
            database,
            context,
            worker,
            ids: BTreeMap::new(),
            _listening: listening,
        })
    }

    pub async fn stop(self) -> Result<()> {
        self.worker.stop(Duration::from_secs(15)).await;
        self.database.stop().await
    }

    /// Starts a receiver that is told of `event_type`.
    pub async fn receiver(&mut self, kind: Kind, event_type: WebhookEventType) -> Result<Receiver> {
        let receiver = Receiver::start(kind).await?;
        let body = CreateWebhook {
            url: receiver.url(),
            description: String::new(),
            event_types: vec![event_type],
        };
        let created = create_webhook(&self.context, &Caller::system(), body).await?;
        self.ids.insert(receiver.url(), created.webhook.id);
        Ok(receiver)
    }

    /// Publishes a message, as a use case does.
    pub async fn publish(&self, event_type: WebhookEventType, number: i64) -> Result<()> {
        let data = json!({ "number": number });
        let mut conn = self.context.connection().await?;
        conn.transaction(async |conn| publish(conn, Utc::now(), event_type, &data).await)
            .await?;
        Ok(())
    }

    /// Stops all messages to a receiver, as an operator does.
    pub async fn disable(&self, receiver: &Receiver) -> Result<()> {
        let body = UpdateWebhook {
            status: Some(WebhookStatus::Disabled),
            ..UpdateWebhook::default()
        };
        let id = self.id(receiver)?;
        update_webhook(&self.context, &Caller::system(), id, None, body).await?;
        Ok(())
    }

    /// Makes every delivery due that waits.
    pub async fn hurry(&self) -> Result<()> {
        let mut conn = self.context.connection().await?;
        conn.batch_execute(
            "UPDATE jobs SET run_at = now() WHERE state = 'waiting' AND run_at > now()",
        )
        .await?;
        Ok(())
    }

    /// Deliveries that are not at their end.
    pub async fn pending(&self) -> Result<i64> {
        let by_status = self.deliveries_by_status().await?;
        Ok(by_status.get("pending").copied().unwrap_or(0))
    }

    /// How many deliveries to bad receivers are how far.
    pub async fn deliveries_by_status(&self) -> Result<BTreeMap<String, i64>> {
        self.statuses("event_types = '{alert.opened}'").await
    }

    /// How many messages a receiver has, as the engine sees it.
    pub async fn delivered(&self, receiver: &Receiver) -> Result<i64> {
        let of = format!("endpoint_id = '{}'", self.id(receiver)?);
        Ok(self.statuses(&of).await?.remove("delivered").unwrap_or(0))
    }

    async fn statuses(&self, of: &str) -> Result<BTreeMap<String, i64>> {
        let sql = format!(
            "SELECT status, count(*) FROM webhook_deliveries JOIN webhook_endpoints ON id = endpoint_id
             WHERE {of} GROUP BY status"
        );
        let mut conn = self.context.connection().await?;
        let rows: Vec<Status> = sql_query(sql).load(&mut conn).await?;
        Ok(rows
            .into_iter()
            .map(|row| (row.status, row.count))
            .collect())
    }

    fn id(&self, receiver: &Receiver) -> Result<WebhookId> {
        let id = self.ids.get(&receiver.url());
        id.copied().context("a receiver of another world")
    }
}
