//! Signing in to the admin app.

pub mod cookies;
mod sessions;
mod setup;
mod sign_in;

use actix_web::HttpRequest;
use utoipa_actix_web::service_config::ServiceConfig;
use viral_engine_service::auth::sessions::Browser;
use viral_engine_service::auth::user_agent;

use crate::extract::Client;

/// Registers the routes of this area.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(sign_in::login)
        .service(sign_in::refresh_session)
        .service(sign_in::logout)
        .service(sign_in::get_me)
        .service(sign_in::update_me)
        .service(sign_in::change_password)
        .service(sessions::list_sessions)
        .service(sessions::end_session)
        .service(setup::inspect_setup)
        .service(setup::complete_setup);
}

fn browser(client: &Client) -> Browser {
    Browser {
        user_agent: user_agent::describe(&client.user_agent),
        ip_prefix: Some(client.ip_prefix()),
    }
}

fn cookie(request: &HttpRequest, name: &str) -> Option<String> {
    Some(request.cookie(name)?.value().to_owned())
}
