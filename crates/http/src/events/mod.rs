//! Events.

mod list;
mod report;

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the routes of this area.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(report::create_event)
        .service(report::create_events)
        .service(list::list_events)
        .service(list::export_events);
}
