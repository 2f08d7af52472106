//! Performance reports.

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, get, post, put};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;
use viral_engine_api_types::reports::{
    CreateReport, DeliverReport, Report, ReportChanges, ReportDelivery, ReportFormat,
    ReportSubscription, ReportSubscriptionList, ReportType, ScheduledReportType,
    UpdateReportSubscription,
};
use viral_engine_api_types::{Page, Problem, ReportId};
use viral_engine_service::cursor::PageRequest;
use viral_engine_service::{ServiceError, reports};

use crate::answer;
use crate::extract::{Body, Caller, IfMatch, PathId, Query};
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
        .service(export_report)
        .service(deliver_report)
        .service(list_report_subscriptions)
        .service(update_report_subscription);
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
    caller: Caller,
    query: Query<ListReports>,
) -> ApiResult<HttpResponse> {
    let limit = query.limit.or(Some(DEFAULT_LIMIT));
    let page = PageRequest::parse(limit, query.cursor.as_deref())?;
    let page = reports::list_reports(&state.context, &caller, query.report_type, page).await?;
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
    caller: Caller,
    id: PathId<ReportId>,
) -> ApiResult<HttpResponse> {
    Ok(answer::ok(
        &reports::get_report(&state.context, &caller, id.0).await?,
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

/// Parameters of `export_report`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ExportReport {
    /// How it is written.
    #[serde(default)]
    #[param(inline)]
    format: ReportFormat,
}

/// Export a report
///
/// The same report gives the same file, byte for byte.
#[utoipa::path(tag = "reports", params(("id" = ReportId, Path, description = "The report's id"), ExportReport), responses(
    (status = 200, description = "The file", content((String = "text/html"), (Vec<u8> = "application/pdf"), (String = "text/csv"), (Report = "application/json"))),
    (status = 409, description = "Not ready yet", body = Problem, content_type = "application/problem+json"),
))]
#[get("/v1/reports/{id}/export")]
pub async fn export_report(
    state: Data<AppState>,
    _: Caller,
    id: PathId<ReportId>,
    query: Query<ExportReport>,
) -> ApiResult<HttpResponse> {
    let format = query.format;
    let (name, bytes) = reports::export_report(&state.context, id.0, format).await?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, reports::media_type(format)))
        .insert_header((
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}.{}\"", format.as_str()),
        ))
        .body(bytes))
}

/// Send a report by email
///
/// Whoever has it already gets it no second time: to do that on purpose, resend the email. Who unsubscribed, whose mail
/// returns and who is a minor gets none.
#[utoipa::path(tag = "reports", request_body = DeliverReport, params(("id" = ReportId, Path, description = "The report's id")), responses(
    (status = 202, description = "The emails, on their way", body = ReportDelivery),
    (status = 409, description = "Not ready yet, or delivery is switched off", body = Problem, content_type = "application/problem+json"),
))]
#[post("/v1/reports/{id}/deliver")]
pub async fn deliver_report(
    state: Data<AppState>,
    caller: Caller,
    id: PathId<ReportId>,
    body: Body<DeliverReport>,
) -> ApiResult<HttpResponse> {
    let delivery = reports::deliver_report(&state.context, &caller, id.0, &body.0).await?;
    let location = format!("/v1/reports/{}", id.0);
    Ok(answer::accepted(&location, &delivery))
}

/// List who gets scheduled reports
///
/// Each with its version: quoted, it is what a change sends as `If-Match`.
#[utoipa::path(tag = "reports", responses((status = 200, description = "All subscriptions", body = ReportSubscriptionList)))]
#[get("/v1/report-subscriptions")]
pub async fn list_report_subscriptions(
    state: Data<AppState>,
    caller: Caller,
) -> ApiResult<HttpResponse> {
    let list = reports::list_report_subscriptions(&state.context, &caller).await?;
    Ok(answer::ok(&list))
}

/// Say who gets every scheduled report of a type
#[utoipa::path(tag = "reports", request_body = UpdateReportSubscription,
    params(
        ("report_type" = ScheduledReportType, Path, description = "Kind of report"),
        ("If-Match" = String, Header, description = "ETag of the subscription: its version as it was read, in quotes"),
    ),
    responses((status = 200, description = "The subscription; the ETag is its version", body = ReportSubscription)))]
#[put("/v1/report-subscriptions/{report_type}")]
pub async fn update_report_subscription(
    state: Data<AppState>,
    caller: Caller,
    report_type: Path<String>,
    if_match: IfMatch,
    body: Body<UpdateReportSubscription>,
) -> ApiResult<HttpResponse> {
    let report_type = ScheduledReportType::parse(&report_type)
        .ok_or(ServiceError::NotFound("report subscription"))?;
    let (context, read) = (&state.context, if_match.version()?);
    let updated =
        reports::update_report_subscription(context, &caller, report_type, read, &body.0).await?;
    Ok(answer::versioned(StatusCode::OK, updated.version, &updated))
}
