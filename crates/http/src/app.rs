//! The actix app: every area's routes behind the middleware, and the redirect beside it.

use actix_web::body::BoxBody;
use actix_web::dev::{Service as _, ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::middleware::from_fn;
use actix_web::web::Data;
use actix_web::{App, Error, web};
use futures_util::FutureExt as _;
use futures_util::future::Either;
use tokio::runtime::Handle;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::idempotency;
use crate::middleware::{edge, guard};
use crate::redirect;
use crate::spa;
use crate::state::AppState;

/// Registers the routes of every area but the redirect.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .configure(crate::system::configure)
        .configure(crate::docs::configure)
        .configure(crate::auth::configure)
        .configure(crate::operators::configure)
        .configure(crate::api_keys::configure)
        .configure(crate::users::configure)
        .configure(crate::audit::configure)
        .configure(crate::inputs::configure)
        .configure(crate::guardrails::configure)
        .configure(crate::alerts::configure)
        .configure(crate::institution_networks::configure)
        .configure(crate::blocks::configure)
        .configure(crate::settings::configure)
        .configure(crate::overview::configure)
        .configure(crate::stream::configure)
        .configure(crate::links::configure)
        .configure(crate::events::configure);
}

/// The app of one worker.
pub fn app(
    state: Data<AppState>,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<BoxBody>,
        Error = Error,
        InitError = (),
    >,
> {
    let follower = state.redirect.follower(&Handle::current());
    let behind_middleware = web::scope("")
        .wrap(from_fn(idempotency::idempotency))
        .wrap(from_fn(guard::guard))
        .wrap(from_fn(edge::edge))
        .configure(|config| configure(&mut ServiceConfig::new(config)))
        .default_service(web::to(spa::serve_app));
    App::new()
        .wrap_fn(|request, router| match redirect::shortcut(&request) {
            Some(follower) => Either::Left(redirect::follow_shortcut(request, follower).map(Ok)),
            None => Either::Right(router.call(request)),
        })
        .app_data(state)
        .app_data(Data::new(follower))
        // First, since routes are tried in this order.
        .configure(|config| redirect::configure(&mut ServiceConfig::new(config)))
        .service(behind_middleware)
}
