//! Performance reports.

use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::Data;
use actix_web::{HttpResponse, get, post};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;
use viral_engine_api_types::reports::{CreateReport, Report, ReportChanges, ReportType};
use viral_engine_api_types::{Page, Problem, ReportId};
use viral_engine_service::cursor::PageRequest;
use viral_engine_service::reports::{self, ReportFormat};

use crate::answer;
use crate::extract::{Body, Caller, PathId, Query};
use crate::problem::ApiResult;
use crate::state::AppState;

/// A report lists fewer items a page than other lists: each has many figures.
const DEFAULT_LIMIT: u32 = 10;

/// Registers the routes of this area.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(list_reports)
        .service(create_report)
        .service(get_report)
        .service(get_report_changes)
        .service(export_report);
}

/// Parameters of `list_reports`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListReports {
    /// Kind of report.
    #[serde(rename = "type")]
    #[param(rename = "type")]
    report_type: Option<ReportType>,
    /// Most items on the page; default 10.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next_cursor` or `prev_cursor` of another page.
    cursor: Option<String>,
}

/// List reports
#[utoipa::path(tag = "reports", params(ListReports), responses((status = 200, description = "Reports, newest first", body = Page<Report>)))]
#[get("/v1/reports")]
pub async fn list_reports(
    state: Data<AppState>,
    _: Caller,
    query: Query<ListReports>,
) -> ApiResult<HttpResponse> {
    let limit = query.limit.or(Some(DEFAULT_LIMIT));
    let page = PageRequest::parse(limit, query.cursor.as_deref())?;
    let page = reports::list_reports(&state.context, query.report_type, page).await?;
    Ok(answer::ok(&page))
}

/// Ask for a report
///
/// It is computed by a job: read it again within seconds. Its figures never change once it is ready.
#[utoipa::path(tag = "reports", request_body = CreateReport, responses((status = 202, description = "The report, to be computed", body = Report)))]
#[post("/v1/reports")]
pub async fn create_report(
    state: Data<AppState>,
    caller: Caller,
    body: Body<CreateReport>,
) -> ApiResult<HttpResponse> {
    let report = reports::create_report(&state.context, &caller, body.0).await?;
    Ok(answer::accepted(
        &format!("/v1/reports/{}", report.id),
        &report,
    ))
}

/// Read a report
#[utoipa::path(tag = "reports", params(("id" = ReportId, Path, description = "The report's id")), responses((status = 200, description = "The report", body = Report)))]
#[get("/v1/reports/{id}")]
pub async fn get_report(
    state: Data<AppState>,
    _: Caller,
    id: PathId<ReportId>,
) -> ApiResult<HttpResponse> {
    Ok(answer::ok(
        &reports::get_report(&state.context, id.0).await?,
    ))
}

/// Compare a report with today
///
/// Computes it afresh and names the figures that differ: late events, deletions, changed thresholds.
#[utoipa::path(tag = "reports", params(("id" = ReportId, Path, description = "The report's id")), responses(
    (status = 200, description = "What changed", body = ReportChanges),
    (status = 409, description = "Not ready yet", body = Problem, content_type = "application/problem+json"),
))]
#[get("/v1/reports/{id}/changes")]
pub async fn get_report_changes(
    state: Data<AppState>,
    _: Caller,
    id: PathId<ReportId>,
) -> ApiResult<HttpResponse> {
    Ok(answer::ok(
        &reports::get_report_changes(&state.context, id.0).await?,
    ))
}

/// How a report is written.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReportFormatParameter {
    /// A page of its own, to read and to print.
    #[default]
    Html,
    /// A figure a line.
    Csv,
    /// As the API answers it.
    Json,
}

/// Parameters of `export_report`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ExportReport {
    /// How it is written.
    #[serde(default)]
    #[param(inline)]
    format: ReportFormatParameter,
}

/// Export a report
///
/// The same report gives the same file, byte for byte.
#[utoipa::path(tag = "reports", params(("id" = ReportId, Path, description = "The report's id"), ExportReport), responses(
    (status = 200, description = "The file", content((String = "text/html"), (String = "text/csv"), (Report = "application/json"))),
    (status = 409, description = "Not ready yet", body = Problem, content_type = "application/problem+json"),
))]
#[get("/v1/reports/{id}/export")]
pub async fn export_report(
    state: Data<AppState>,
    _: Caller,
    id: PathId<ReportId>,
    query: Query<ExportReport>,
) -> ApiResult<HttpResponse> {
    let format = match query.format {
        ReportFormatParameter::Html => ReportFormat::Html,
        ReportFormatParameter::Csv => ReportFormat::Csv,
        ReportFormatParameter::Json => ReportFormat::Json,
    };
    let (name, bytes) = reports::export_report(&state.context, id.0, format).await?;
    let (media_type, end) = format.media_type();
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, media_type))
        .insert_header((
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}.{end}\""),
        ))
        .body(bytes))
}
