//! Signed heads, and proofs for whoever keeps them.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest, HttpResponse, get, post};
use serde::Deserialize;
use utoipa::IntoParams;
use viral_engine_api_types::audit::{AuditConsistency, AuditHead, AuditInclusion};
use viral_engine_api_types::{FieldError, Page, Problem};
use viral_engine_service::ServiceError;
use viral_engine_service::audit;
use viral_engine_service::cursor::PageRequest;

use crate::answer;
use crate::extract::{Caller, Query};
use crate::problem::{ApiError, ApiResult};
use crate::state::AppState;

/// Parameters of `list_audit_heads`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListAuditHeads {
    /// Most items on the page; default 25.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next_cursor` or `prev_cursor` of another page.
    cursor: Option<String>,
}

/// List signed heads
///
/// Each vouches for the whole trail up to its size. Keep them where nobody who has the database can change them.
#[utoipa::path(tag = "audit", params(ListAuditHeads), responses((status = 200, description = "Heads, newest first", body = Page<AuditHead>)))]
#[get("/v1/audit/heads")]
pub async fn list_audit_heads(
    state: Data<AppState>,
    _: Caller,
    query: Query<ListAuditHeads>,
) -> ApiResult<HttpResponse> {
    let page = PageRequest::parse(query.limit, query.cursor.as_deref())?;
    let page = audit::list_audit_heads(&state.context, page).await?;
    Ok(answer::ok(&page))
}

/// Sign the trail now
///
/// Seals what waits first. A trail that has not grown since its last head answers that one.
#[utoipa::path(tag = "audit", responses(
    (status = 201, description = "The head", body = AuditHead),
    (status = 409, description = "The trail is not the one of its last head, or damaged: verify it", body = Problem, content_type = "application/problem+json"),
))]
#[post("/v1/audit/heads")]
pub async fn create_audit_head(state: Data<AppState>, caller: Caller) -> ApiResult<HttpResponse> {
    let head = audit::create_audit_head(&state.context, &caller).await?;
    let location = format!("/v1/audit/heads/{}", head.tree_size);
    Ok(answer::created(&location, &head))
}

/// The path's `{tree_size}`.
#[derive(Clone, Copy, Debug)]
pub struct TreeSize(i64);

impl FromRequest for TreeSize {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let text = request.match_info().get("tree_size").unwrap_or_default();
        let size = text.parse().ok().filter(|size| *size >= 0).map(Self);
        ready(size.ok_or_else(|| {
            let detail = "A size is a whole number of 0 or more.";
            let fault = FieldError::new("{tree_size}", "malformed_size", detail);
            ServiceError::BadRequest(fault).into()
        }))
    }
}

/// Get a signed head as text
///
/// A C2SP `tlog-checkpoint`, byte for byte as it was signed.
#[utoipa::path(
    tag = "audit",
    params(("tree_size" = i64, Path, description = "Number of sealed entries it vouches for", minimum = 0)),
    responses((status = 200, description = "The signed note", body = String, content_type = "text/plain"))
)]
#[get("/v1/audit/heads/{tree_size}")]
pub async fn get_audit_head(
    state: Data<AppState>,
    _: Caller,
    size: TreeSize,
) -> ApiResult<HttpResponse> {
    let head = audit::get_audit_head(&state.context, size.0).await?;
    let name = format!("attachment; filename=\"audit-head-{}.txt\"", head.tree_size);
    Ok(HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .insert_header((CONTENT_DISPOSITION, name))
        .body(head.note))
}

/// Parameters of `get_audit_inclusion`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct GetAuditInclusion {
    /// The leaf.
    #[param(minimum = 0)]
    seq: i64,
    /// Size of the tree, such as that of a head; the present one unless given.
    #[param(minimum = 1)]
    tree_size: Option<i64>,
}

/// Prove that an entry is in the trail
///
/// The inclusion proof of RFC 6962, against the root of a head.
#[utoipa::path(tag = "audit", params(GetAuditInclusion), responses(
    (status = 200, description = "The proof", body = AuditInclusion),
    (status = 409, description = "The trail is damaged: verify it", body = Problem, content_type = "application/problem+json"),
))]
#[get("/v1/audit/inclusion")]
pub async fn get_audit_inclusion(
    state: Data<AppState>,
    _: Caller,
    query: Query<GetAuditInclusion>,
) -> ApiResult<HttpResponse> {
    let query = query.0;
    let proof = audit::get_audit_inclusion(&state.context, query.seq, query.tree_size).await?;
    Ok(answer::ok(&proof))
}

/// Parameters of `get_audit_consistency`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct GetAuditConsistency {
    /// Size of the earlier tree, such as that of a head that you have kept.
    #[param(minimum = 1)]
    from_size: i64,
    /// Size of the later tree; the present one unless given.
    #[param(minimum = 1)]
    to_size: Option<i64>,
}

/// Prove that the trail only grew
///
/// The consistency proof of RFC 6962 between two sizes.
#[utoipa::path(tag = "audit", params(GetAuditConsistency), responses(
    (status = 200, description = "The proof", body = AuditConsistency),
    (status = 409, description = "The trail is damaged: verify it", body = Problem, content_type = "application/problem+json"),
))]
#[get("/v1/audit/consistency")]
pub async fn get_audit_consistency(
    state: Data<AppState>,
    _: Caller,
    query: Query<GetAuditConsistency>,
) -> ApiResult<HttpResponse> {
    let query = query.0;
    let proof =
        audit::get_audit_consistency(&state.context, query.from_size, query.to_size).await?;
    Ok(answer::ok(&proof))
}
