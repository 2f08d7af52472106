//! The actix app: every area's routes behind the middleware, and the redirect beside it.

use std::rc::Rc;

use actix_web::body::BoxBody;
use actix_web::dev::{Service as _, ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::http::ConnectionType;
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
use crate::serve::{Connections, HeadClock};
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
        .configure(crate::consents::configure)
        .configure(crate::notices::configure)
        .configure(crate::data_requests::configure)
        .configure(crate::disclosures::configure)
        .configure(crate::compliance::configure)
        .configure(crate::retention::configure)
        .configure(crate::audit::configure)
        .configure(crate::webhooks::configure)
        .configure(crate::inputs::configure)
        .configure(crate::activities::configure)
        .configure(crate::tutoring_sessions::configure)
        .configure(crate::achievements::configure)
        .configure(crate::recaps::configure)
        .configure(crate::guardrails::configure)
        .configure(crate::growth::configure)
        .configure(crate::attribution::configure)
        .configure(crate::alerts::configure)
        .configure(crate::emails::configure)
        .configure(crate::flags::configure)
        .configure(crate::institution_networks::configure)
        .configure(crate::blocks::configure)
        .configure(crate::pii::configure)
        .configure(crate::reports::configure)
        .configure(crate::settings::configure)
        .configure(crate::overview::configure)
        .configure(crate::stream::configure)
        .configure(crate::jobs::configure)
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
    let connections = Rc::new(state.connections.clone());
    App::new()
        .wrap_fn(move |request, router| {
            let answering = request.conn_data().map(HeadClock::answer);
            let answer = match redirect::shortcut(&request) {
                Some(follower) => {
                    Either::Left(redirect::follow_shortcut(request, follower).map(Ok))
                }
                None => Either::Right(router.call(request)),
            };
            let connections = Rc::clone(&connections);
            async move {
                let mut response = answer.await?;
                close_when_draining(&connections, &mut response);
                drop(answering);
                Ok(response)
            }
        })
        .app_data(state)
        .app_data(Data::new(follower))
        // First, since routes are tried in this order.
        .configure(|config| redirect::configure(&mut ServiceConfig::new(config)))
        .service(behind_middleware)
}

/// Tells the client of an engine that is about to stop to ask elsewhere next time.
fn close_when_draining(connections: &Connections, response: &mut ServiceResponse) {
    if connections.is_draining() {
        let head = response.response_mut().head_mut();
        head.set_connection_type(ConnectionType::Close);
    }
}
