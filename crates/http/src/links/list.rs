//! Finding links.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::IntoParams;
use viral_engine_api_types::links::{Channel, Link, LinkState};
use viral_engine_api_types::times::optional;
use viral_engine_api_types::{LinkId, Page};
use viral_engine_service::cursor::PageRequest;
use viral_engine_service::links::{self, LinkQuery};

use crate::answer;
use crate::export::{FormatParameter, download};
use crate::extract::{Caller, PathId, Query};
use crate::problem::ApiResult;
use crate::state::AppState;

/// Filters and position of a list of links.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListLinks {
    /// Loop id or slug.
    source: Option<String>,
    /// External id of the user who shares.
    referrer: Option<String>,
    /// Campaign slug.
    campaign: Option<String>,
    /// How it is passed on.
    channel: Option<Channel>,
    /// Whether it redirects now. A forged link is found by what it claims to be.
    #[param(inline)]
    status: Option<LinkState>,
    /// Minted at this time or later.
    #[serde(default, deserialize_with = "optional")]
    created_from: Option<DateTime<Utc>>,
    /// Minted before this time.
    #[serde(default, deserialize_with = "optional")]
    created_to: Option<DateTime<Utc>>,
    /// A whole token or alias.
    q: Option<String>,
    /// Items on the page, 1 to 100.
    #[param(minimum = 1, maximum = 100, default = 25)]
    limit: Option<u32>,
    /// `next_cursor` or `prev_cursor` of another page.
    cursor: Option<String>,
}

/// Filters of an export of links.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ExportLinks {
    /// Loop id or slug.
    source: Option<String>,
    /// External id of the user who shares.
    referrer: Option<String>,
    /// Campaign slug.
    campaign: Option<String>,
    /// How it is passed on.
    channel: Option<Channel>,
    /// Whether it redirects now. A forged link is found by what it claims to be.
    #[param(inline)]
    status: Option<LinkState>,
    /// Minted at this time or later.
    #[serde(default, deserialize_with = "optional")]
    created_from: Option<DateTime<Utc>>,
    /// Minted before this time.
    #[serde(default, deserialize_with = "optional")]
    created_to: Option<DateTime<Utc>>,
    /// A whole token or alias.
    q: Option<String>,
    /// How the export is written.
    #[param(inline)]
    format: Option<FormatParameter>,
}

/// List links
///
/// Newest first.
#[utoipa::path(
    tag = "links",
    params(ListLinks),
    responses((status = 200, description = "A page of links", body = Page<Link>))
)]
#[get("/v1/links")]
pub async fn list_links(
    state: Data<AppState>,
    _caller: Caller,
    query: Query<ListLinks>,
) -> ApiResult<HttpResponse> {
    let query = query.0;
    let page = PageRequest::parse(query.limit, query.cursor.as_deref())?;
    let filter = LinkQuery {
        source: query.source,
        referrer: query.referrer,
        campaign: query.campaign,
        channel: query.channel,
        status: query.status,
        created_from: query.created_from,
        created_to: query.created_to,
        name: query.q,
    };
    Ok(answer::ok(
        &links::list_links(&state.context, filter, page).await?,
    ))
}

/// Export links
///
/// All links of the filter, newest first, as CSV or NDJSON. Cells that a spreadsheet could take for a formula begin
/// with a quote.
#[utoipa::path(
    tag = "links",
    params(ExportLinks),
    responses((status = 200, description = "The links", content((String = "text/csv"), (String = "application/x-ndjson"))))
)]
#[get("/v1/links/export")]
pub async fn export_links(
    state: Data<AppState>,
    _caller: Caller,
    query: Query<ExportLinks>,
) -> ApiResult<HttpResponse> {
    let query = query.0;
    let filter = LinkQuery {
        source: query.source,
        referrer: query.referrer,
        campaign: query.campaign,
        channel: query.channel,
        status: query.status,
        created_from: query.created_from,
        created_to: query.created_to,
        name: query.q,
    };
    let format = query.format.unwrap_or_default().into();
    let parts = links::export_links(&state.context, filter, format);
    Ok(download("links", format, parts))
}

/// Read a link
#[utoipa::path(
    tag = "links",
    params(("id" = LinkId, Path, description = "The link")),
    responses((status = 200, description = "The link; its ETag is for `update_link`", body = Link))
)]
#[get("/v1/links/{id}")]
pub async fn get_link(
    state: Data<AppState>,
    _caller: Caller,
    id: PathId<LinkId>,
) -> ApiResult<HttpResponse> {
    let link = links::get_link(&state.context, id.0).await?;
    Ok(answer::versioned(StatusCode::OK, link.version, &link))
}
