//! Mail that the engine sends.

use viral_engine_api_types::emails::{
    Email, EmailDetails, EmailKind, EmailLocale, EmailPreview, EmailTemplateList, SendTestEmail,
};
use viral_engine_api_types::{EmailId, Page};

use super::client::Api;
use super::error::ApiResult;
use crate::router::Query;

impl Api {
    /// Emails, newest first; filters `state`, `kind`.
    pub async fn list_emails(&self, query: &Query) -> ApiResult<Page<Email>> {
        self.get("/v1/emails", query).await
    }

    /// One email with what it says.
    pub async fn get_email(&self, id: EmailId) -> ApiResult<EmailDetails> {
        self.get(&format!("/v1/emails/{id}"), &Query::new()).await
    }

    /// Sends it again, as a new one.
    pub async fn resend_email(&self, id: EmailId) -> ApiResult<Email> {
        self.act_plain(&format!("/v1/emails/{id}/resend")).await
    }

    /// Sends a message that shows whether mail arrives.
    pub async fn send_test_email(&self, test: &SendTestEmail) -> ApiResult<Email> {
        self.create("/v1/emails/test", test).await
    }

    /// All templates.
    pub async fn list_email_templates(&self) -> ApiResult<EmailTemplateList> {
        self.get("/v1/email-templates", &Query::new()).await
    }

    /// A template with made-up data.
    pub async fn preview_email_template(
        &self,
        kind: EmailKind,
        locale: EmailLocale,
    ) -> ApiResult<EmailPreview> {
        let path = format!("/v1/email-templates/{}/preview", kind.as_str());
        self.get(&path, &Query::new().and("locale", locale.as_str()))
            .await
    }
}
