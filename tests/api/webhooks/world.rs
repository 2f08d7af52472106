//! What the tests of webhooks share: an app that may send to this machine, and a worker that notices at once.

use std::sync::Arc;
use std::time::{Duration, Instant};

use diesel_async::SimpleAsyncConnection;
use serde_json::{Value, json};
use viral_engine_api_types::WebhookId;
use viral_engine_api_types::webhooks::{
    CreateWebhook, CreatedWebhook, Webhook, WebhookDelivery, WebhookEventType,
};
use viral_engine_domain::webhooks::{SigningSecret, verify};
use viral_engine_jobs::{Worker, WorkerOptions};
use viral_engine_service::config::Keys;
use viral_engine_service::cursor::PageRequest;
use viral_engine_service::jobs::Queue;
use viral_engine_service::webhooks::{
    DeliveryQuery, Sender, create_webhook, get_webhook, list_webhook_deliveries, publish,
};
use viral_engine_service::{Caller, Context};
use viral_engine_test_support::TestApp;

use super::receiver::{Received, Receiver};

/// Longest time that something may take that happens by itself.
const PATIENCE: Duration = Duration::from_secs(30);

/// An app with a worker that delivers webhooks.
pub struct World {
    pub app: TestApp,
    _worker: Worker,
}

impl World {
    /// With a sender that waits half a second for an answer.
    pub async fn new() -> Self {
        let sender = Sender::new(true).within(Duration::from_millis(500));
        Self::with(sender).await
    }

    pub async fn with(sender: Sender) -> Self {
        let app = TestApp::with(|settings| settings.service.webhook_allow_private = true).await;
        let context = Context {
            webhooks: Arc::new(sender),
            ..app.context.clone()
        };
        Self {
            _worker: worker(&context).await,
            app,
        }
    }

    /// The same with a worker that has other keys.
    pub async fn with_keys(self, keys: Keys) -> Self {
        let context = Context {
            keys: Arc::new(keys),
            ..self.app.context.clone()
        };
        Self {
            _worker: worker(&context).await,
            app: self.app,
        }
    }

    pub fn context(&self) -> &Context {
        &self.app.context
    }

    /// A receiver of alerts.
    pub async fn webhook(&self, receiver: &Receiver) -> CreatedWebhook {
        self.webhook_at(receiver.url(), &[WebhookEventType::AlertOpened])
            .await
    }

    pub async fn webhook_at(
        &self,
        url: String,
        event_types: &[WebhookEventType],
    ) -> CreatedWebhook {
        let body = CreateWebhook {
            url,
            description: String::new(),
            event_types: event_types.to_vec(),
        };
        create_webhook(self.context(), &Caller::system(), body)
            .await
            .expect("a webhook")
    }

    /// Publishes an alert and answers how many receivers are told.
    pub async fn publish(&self, number: u32) -> usize {
        let mut conn = self.app.db().connection().await;
        let data = json!({ "number": number });
        let now = self.app.clock.now();
        publish(&mut conn, now, WebhookEventType::AlertOpened, &data)
            .await
            .expect("published")
    }

    /// Makes every attempt due that waits.
    pub async fn hurry(&self) {
        self.run_sql("UPDATE jobs SET run_at = now() WHERE state = 'waiting'")
            .await;
    }

    pub async fn run_sql(&self, sql: &str) {
        let mut conn = self.app.db().connection().await;
        conn.batch_execute(sql).await.expect("a statement");
    }

    pub async fn read(&self, id: WebhookId) -> Webhook {
        get_webhook(self.context(), id).await.expect("the webhook")
    }

    /// A receiver's deliveries, newest first.
    pub async fn deliveries(&self, id: WebhookId) -> Vec<WebhookDelivery> {
        let page = PageRequest::parse(Some(100), None).expect("a page");
        let query = DeliveryQuery::default();
        let page = list_webhook_deliveries(self.context(), id, query, page)
            .await
            .expect("deliveries");
        page.items
    }

    /// The receiver's only delivery, once it has had so many attempts.
    pub async fn attempted(&self, id: WebhookId, attempts: usize) -> WebhookDelivery {
        eventually("attempts", async || {
            let mut deliveries = self.deliveries(id).await;
            assert_eq!(deliveries.len(), 1);
            deliveries
                .pop()
                .filter(|delivery| delivery.attempts.len() == attempts)
        })
        .await
    }

    /// Waits until so many deliveries are in this state.
    pub async fn until(&self, id: WebhookId, status: &str, count: usize) {
        eventually(status, async || {
            let deliveries = self.deliveries(id).await;
            let found = deliveries
                .iter()
                .filter(|delivery| delivery.status.as_str() == status);
            (found.count() == count).then_some(())
        })
        .await;
    }
}

async fn worker(context: &Context) -> Worker {
    let options = WorkerOptions {
        queues: vec![(Queue::Webhooks, 20)],
        poll: Duration::from_millis(50),
        ..WorkerOptions::default()
    };
    Worker::start(context, viral_engine_jobs::registry(), options)
        .await
        .expect("a worker")
}

/// Asks until there is an answer.
///
/// # Panics
/// When there is none for half a minute.
pub async fn eventually<T>(what: &str, ask: impl AsyncFn() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(begun.elapsed() < PATIENCE, "no {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Whether a message is signed with this secret, as its receiver would see it.
pub fn is_signed(world: &World, received: &Received, secret: &str) -> bool {
    let secret = SigningSecret::parse(secret).expect("a secret");
    let timestamp = received.headers["webhook-timestamp"].parse();
    verify(
        &[secret],
        &received.headers["webhook-id"],
        timestamp.expect("a number"),
        received.body.as_bytes(),
        &received.headers["webhook-signature"],
        world.app.clock.now(),
    )
    .is_ok()
}

/// The body as JSON.
pub fn json_of(received: &Received) -> Value {
    serde_json::from_str(&received.body).expect("JSON")
}
