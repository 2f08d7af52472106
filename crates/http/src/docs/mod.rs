//! Pages to read and try the API: Swagger UI, served from the binary, and the list of error codes.

use std::sync::Arc;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderValue, LOCATION};
use actix_web::{HttpResponse, web};
use utoipa_actix_web::service_config::ServiceConfig;
use utoipa_swagger_ui::{Config, SwaggerFile};
use viral_engine_api_types::ErrorCode;
use viral_engine_service::ServiceError;

use crate::problem::{ApiError, ApiResult};

/// Swagger UI sets styles of single elements as it runs; scripts still come from our own files only.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
                      img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";

/// Registers the pages. They are no operations of the API, so the document does not name them.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config.map(|config| {
        config
            .service(page("/docs", to_index))
            .service(page("/docs/errors", errors))
            .service(
                web::resource("/docs/{file:.*}")
                    .route(web::get().to(swagger))
                    .route(web::head().to(swagger)),
            )
    });
}

fn page<F, R>(path: &str, handler: F) -> actix_web::Resource
where
    F: Fn() -> R + Copy + 'static,
    R: Future<Output = HttpResponse> + 'static,
{
    web::resource(path)
        .route(web::get().to(handler))
        .route(web::head().to(handler))
}

/// The page's own links are relative, so it needs its slash.
async fn to_index() -> HttpResponse {
    HttpResponse::PermanentRedirect()
        .insert_header((LOCATION, "/docs/"))
        .finish()
}

async fn swagger(file: web::Path<String>) -> ApiResult<HttpResponse> {
    let config = Config::from("/openapi.json").display_request_duration(true);
    let found = utoipa_swagger_ui::serve(&file, Arc::new(config))
        .map_err(|error| ServiceError::Internal(error.to_string()))?;
    let SwaggerFile {
        bytes,
        content_type,
        ..
    } = found.ok_or_else(|| ApiError::new(ErrorCode::NotFound, "There is no such page."))?;
    Ok(HttpResponse::Ok()
        .content_type(content_type)
        .insert_header((
            CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=3600"),
        ))
        .insert_header((CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)))
        .body(bytes.into_owned()))
}

/// What each `type` of a problem leads to.
async fn errors() -> HttpResponse {
    let rows: String = ErrorCode::ALL
        .iter()
        .map(|code| {
            let (name, status, title) = (code.as_str(), code.status(), code.title());
            format!(
                "<tr id=\"{name}\"><td><code>{name}</code></td><td>{status}</td><td>{title}</td></tr>\n"
            )
        })
        .collect();
    let page = include_str!("errors.html").replace("{rows}", &rows);
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .body(page)
}
