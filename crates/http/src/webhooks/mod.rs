//! Webhooks: receivers that are told what happens.

mod deliveries;
mod endpoints;

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the routes of this area.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(endpoints::list_webhooks)
        .service(endpoints::create_webhook)
        .service(endpoints::get_webhook)
        .service(endpoints::update_webhook)
        .service(endpoints::delete_webhook)
        .service(endpoints::enable_webhook)
        .service(endpoints::rotate_webhook_secret)
        .service(deliveries::test_webhook)
        .service(deliveries::list_webhook_deliveries)
        .service(deliveries::resend_webhook_message);
}
