//! Whether the process lives, and whether it can serve.

use std::collections::BTreeMap;
use std::time::Instant;

use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use viral_engine_api_types::system::Health;
use viral_engine_service::system;

use crate::state::AppState;

/// Whether the process lives
#[utoipa::path(tag = "system", responses((status = 200, description = "It lives", body = Health)))]
#[get("/healthz")]
pub async fn get_liveness() -> HttpResponse {
    HttpResponse::Ok().json(Health {
        status: "ok".to_owned(),
        checks: BTreeMap::new(),
        unshipped_hits: None,
    })
}

/// Whether the engine can serve
///
/// Checks the database, its migrations, that hits of links get from this node's click log into it (none for a minute is
/// too long), and that the engine is not about to stop.
#[utoipa::path(tag = "system", responses(
    (status = 200, description = "It can serve", body = Health),
    (status = 503, description = "It can not serve now", body = Health),
))]
#[get("/readyz")]
pub async fn get_readiness(state: Data<AppState>) -> HttpResponse {
    let mut checks = system::readiness(&state.context).await;
    let serving = match state.connections.is_draining() {
        true => "stopping",
        false => "ok",
    };
    checks.insert("serving".to_owned(), serving.to_owned());
    let backlog = state.redirect.backlog();
    let shipping = state.shipping.check(backlog, Instant::now());
    checks.insert("shipping".to_owned(), shipping);
    let ready = checks.values().all(|result| result == "ok");
    let (mut response, status) = if ready {
        (HttpResponse::Ok(), "ok")
    } else {
        (HttpResponse::ServiceUnavailable(), "unavailable")
    };
    response.json(Health {
        status: status.to_owned(),
        checks,
        unshipped_hits: Some(backlog.waiting),
    })
}
