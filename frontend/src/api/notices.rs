//! The notice that guardians read, in versions.

use viral_engine_api_types::notices::{Notice, NoticeList, NoticeTemplate, WriteNotice};

use super::client::Api;
use super::error::{ApiError, ApiResult};
use crate::router::Query;

/// The tag that names a version of a draft.
fn tag(version: i64) -> String {
    format!("\"{version}\"")
}

impl Api {
    /// All versions, the newest first.
    pub async fn list_notices(&self) -> ApiResult<NoticeList> {
        self.get("/v1/notices", &Query::new()).await
    }

    /// What a first draft begins with.
    pub async fn get_notice_template(&self) -> ApiResult<NoticeTemplate> {
        self.get("/v1/notices/template", &Query::new()).await
    }

    /// Writes the whole draft over the version of it that was `read`; fails if it has changed since. Where none was
    /// read, fails if there is one by now: writing without a tag would replace it unseen.
    pub async fn write_notice(&self, notice: &WriteNotice, read: Option<i64>) -> ApiResult<Notice> {
        const DRAFT: &str = "/v1/notices/draft";
        if let Some(version) = read {
            return self.replace(DRAFT, notice, &tag(version)).await;
        }
        let newest = self.list_notices().await?.items.into_iter().next();
        if newest.is_some_and(|notice| notice.published_at.is_none()) {
            return Err(ApiError::changed_since());
        }
        self.put(DRAFT, notice).await
    }

    /// Shows the draft to guardians from now on; fails if it has changed since it was read.
    pub async fn publish_notice(&self, number: i32, read: i64) -> ApiResult<Notice> {
        self.act_on(&format!("/v1/notices/{number}/publish"), &tag(read))
            .await
    }
}
