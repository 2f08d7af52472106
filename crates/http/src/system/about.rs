//! The About page's facts.

use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use viral_engine_api_types::emails::EmailTransport;
use viral_engine_api_types::system::About;
use viral_engine_service::system;

use crate::answer;
use crate::problem::ApiResult;
use crate::state::AppState;

/// Version, clock and where the engine stands
#[utoipa::path(tag = "system", responses((status = 200, description = "About this engine", body = About)))]
#[get("/v1/about")]
pub async fn get_about(state: Data<AppState>) -> ApiResult<HttpResponse> {
    let installation = system::installation(&state.context).await?;
    Ok(answer::ok(&About {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        commit: state.config.commit.clone(),
        now: state.context.now(),
        started_at: state.started_at,
        database: state.context.config.database_kind.to_owned(),
        public_url: state.context.config.public_url.clone(),
        needs_setup: installation.needs_setup,
        demo_data: installation.demo_data,
        email_transport: match state.context.mailer.has_server() {
            true => EmailTransport::Smtp,
            false => EmailTransport::Outbox,
        },
    }))
}
