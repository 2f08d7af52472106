//! All links of a filter, as a file.

use chrono::{DateTime, Utc};
use viral_engine_api_types::links::Link;
use viral_engine_db::links::{self as db, LinkFilter};

use super::answer::answers;
use super::list::LinkQuery;
use crate::context::Context;
use crate::error::ServiceResult;
use crate::export::{
    Border, ExportFormat, ExportStream, Exported, batch_behind, border_of, export,
};

/// Links, newest first, a batch at a time.
pub fn export_links(context: &Context, query: LinkQuery, format: ExportFormat) -> ExportStream {
    let filter = query.filter(context.now());
    let context = context.clone();
    export(format, None, move |border| {
        batch(context.clone(), filter.clone(), border)
    })
}

async fn batch(
    context: Context,
    filter: LinkFilter,
    border: Border,
) -> ServiceResult<(Vec<Link>, Option<Border>)> {
    let mut conn = context.connection().await?;
    let rows = db::list_links(&mut conn, &filter, batch_behind(border)).await?;
    let links = answers(&mut conn, &context, rows).await?;
    let next = border_of(&links, |link| (link.created_at, link.id.0));
    Ok((links, next))
}

impl Exported for Link {
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "url",
        "token",
        "alias",
        "referrer",
        "source",
        "campaign",
        "channel",
        "target_url",
        "status",
        "max_clicks",
        "clicks",
        "hits",
        "conversions",
        "created_at",
        "expires_at",
        "disabled_at",
    ];

    fn cells(&self) -> Vec<String> {
        let time = |time: DateTime<Utc>| time.to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
        vec![
            self.id.to_string(),
            self.url.clone(),
            self.token.clone(),
            self.alias.clone().unwrap_or_default(),
            self.referrer.clone(),
            self.source.clone(),
            self.campaign.clone(),
            self.channel.as_str().to_owned(),
            self.target_url.clone(),
            self.status.as_str().to_owned(),
            self.max_clicks.map_or_else(String::new, |n| n.to_string()),
            self.clicks.to_string(),
            self.hits.to_string(),
            self.conversions.to_string(),
            time(self.created_at),
            time(self.expires_at),
            self.disabled_at.map(time).unwrap_or_default(),
        ]
    }
}
