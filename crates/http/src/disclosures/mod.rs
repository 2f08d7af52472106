//! The log of disclosures of education records.

use actix_web::web::Data;
use actix_web::{HttpResponse, get, post};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;
use viral_engine_api_types::Page;
use viral_engine_api_types::disclosures::{CreateDisclosure, Disclosure, RecordClass};
use viral_engine_api_types::times::optional;
use viral_engine_service::cursor::PageRequest;
use viral_engine_service::disclosures::{self, DisclosureQuery};

use crate::answer;
use crate::export::{FormatParameter, download};
use crate::extract::{Caller, Query, Unchecked};
use crate::problem::ApiResult;
use crate::state::AppState;

/// Registers the routes of this area.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(create_disclosure)
        .service(export_disclosures)
        .service(list_disclosures);
}

/// Note that an education record was disclosed
///
/// Entries are never changed. One whose basis is `consent` needs a guardian's consent to `disclose:<recipient>` that stands,
/// unless the student is of age.
#[utoipa::path(tag = "disclosures", request_body = CreateDisclosure, responses((status = 201, description = "The entry", body = Disclosure)))]
#[post("/v1/disclosures")]
pub async fn create_disclosure(
    state: Data<AppState>,
    caller: Caller,
    body: Unchecked<CreateDisclosure>,
) -> ApiResult<HttpResponse> {
    let created = disclosures::create_disclosure(&state.context, &caller, body.0).await?;
    Ok(HttpResponse::Created().json(&created))
}

/// Filters and position of a list of disclosures.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListDisclosures {
    /// External id of the student.
    student: Option<String>,
    /// The student's institution at the time.
    institution: Option<String>,
    /// Kind of record.
    record_class: Option<RecordClass>,
    /// At this time or later.
    #[serde(default, deserialize_with = "optional")]
    from: Option<DateTime<Utc>>,
    /// Before this time.
    #[serde(default, deserialize_with = "optional")]
    to: Option<DateTime<Utc>>,
    /// Items on the page, 1 to 100.
    #[param(minimum = 1, maximum = 100, default = 25)]
    limit: Option<u32>,
    /// `next_cursor` or `prev_cursor` of another page.
    cursor: Option<String>,
}

/// List disclosures
#[utoipa::path(tag = "disclosures", params(ListDisclosures), responses((status = 200, description = "A page of the log, latest first", body = Page<Disclosure>)))]
#[get("/v1/disclosures")]
pub async fn list_disclosures(
    state: Data<AppState>,
    _: Caller,
    query: Query<ListDisclosures>,
) -> ApiResult<HttpResponse> {
    let query = query.0;
    let page = PageRequest::parse(query.limit, query.cursor.as_deref())?;
    let filter = DisclosureQuery {
        student: query.student,
        institution: query.institution,
        record_class: query.record_class,
        from: query.from,
        to: query.to,
    };
    let page = disclosures::list_disclosures(&state.context, filter, page).await?;
    Ok(answer::ok(&page))
}

/// Filters of an export of disclosures.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ExportDisclosures {
    /// External id of the student.
    student: Option<String>,
    /// The student's institution at the time.
    institution: Option<String>,
    /// Kind of record.
    record_class: Option<RecordClass>,
    /// At this time or later.
    #[serde(default, deserialize_with = "optional")]
    from: Option<DateTime<Utc>>,
    /// Before this time.
    #[serde(default, deserialize_with = "optional")]
    to: Option<DateTime<Utc>>,
    /// How the export is written.
    #[param(inline)]
    format: Option<FormatParameter>,
}

/// Export disclosures
///
/// The whole log of the filter, latest first, as CSV or NDJSON; with `institution` that of a school.
#[utoipa::path(
    tag = "disclosures",
    params(ExportDisclosures),
    responses((status = 200, description = "The log", content((String = "text/csv"), (String = "application/x-ndjson"))))
)]
#[get("/v1/disclosures/export")]
pub async fn export_disclosures(
    state: Data<AppState>,
    _: Caller,
    query: Query<ExportDisclosures>,
) -> ApiResult<HttpResponse> {
    let query = query.0;
    let filter = DisclosureQuery {
        student: query.student,
        institution: query.institution,
        record_class: query.record_class,
        from: query.from,
        to: query.to,
    };
    let format = query.format.unwrap_or_default().into();
    let parts = disclosures::export_disclosures(&state.context, filter, format).await?;
    Ok(download("disclosures", format, parts))
}
