//! Webhooks and what was delivered to them.

use viral_engine_api_types::webhooks::{
    CreateWebhook, CreatedWebhook, RotateWebhookSecret, UpdateWebhook, Webhook, WebhookDelivery,
};
use viral_engine_api_types::{Page, WebhookId, WebhookMessageId};

use super::client::{Api, Tagged};
use super::error::ApiResult;
use crate::router::Query;

impl Api {
    /// Webhooks, newest first.
    pub async fn list_webhooks(&self, query: &Query) -> ApiResult<Page<Webhook>> {
        self.get("/v1/webhooks", query).await
    }

    /// Adds one; its secret is in this answer only.
    pub async fn create_webhook(&self, webhook: &CreateWebhook) -> ApiResult<CreatedWebhook> {
        self.create("/v1/webhooks", webhook).await
    }

    /// One webhook, with the tag that a change must name.
    pub async fn get_webhook(&self, id: WebhookId) -> ApiResult<Tagged<Webhook>> {
        self.get_tagged(&format!("/v1/webhooks/{id}")).await
    }

    /// Changes a webhook read with `etag`.
    pub async fn update_webhook(
        &self,
        id: WebhookId,
        update: &UpdateWebhook,
        etag: &str,
    ) -> ApiResult<Tagged<Webhook>> {
        self.patch(&format!("/v1/webhooks/{id}"), update, Some(etag))
            .await
    }

    /// Tells it again what happens.
    pub async fn enable_webhook(&self, id: WebhookId) -> ApiResult<Webhook> {
        self.act_plain(&format!("/v1/webhooks/{id}/enable")).await
    }

    /// Makes a new secret; it is in this answer only.
    pub async fn rotate_webhook_secret(
        &self,
        id: WebhookId,
        rotate: &RotateWebhookSecret,
    ) -> ApiResult<CreatedWebhook> {
        self.act(&format!("/v1/webhooks/{id}/rotate"), rotate).await
    }

    /// Sends it a test message.
    pub async fn test_webhook(&self, id: WebhookId) -> ApiResult<WebhookDelivery> {
        self.act_plain(&format!("/v1/webhooks/{id}/test")).await
    }

    /// Removes it.
    pub async fn delete_webhook(&self, id: WebhookId) -> ApiResult<()> {
        self.delete(&format!("/v1/webhooks/{id}")).await
    }

    /// What was sent to it, newest first; filter `status`.
    pub async fn list_webhook_deliveries(
        &self,
        id: WebhookId,
        query: &Query,
    ) -> ApiResult<Page<WebhookDelivery>> {
        self.get(&format!("/v1/webhooks/{id}/deliveries"), query)
            .await
    }

    /// Sends a message again.
    pub async fn resend_webhook_message(
        &self,
        id: WebhookId,
        message: WebhookMessageId,
    ) -> ApiResult<WebhookDelivery> {
        self.act_plain(&format!("/v1/webhooks/{id}/deliveries/{message}/resend"))
            .await
    }
}
