//! Attribution links.

mod change;
mod list;
mod mint;
mod qr;
mod stats;

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the routes of this area. Literal paths come before those with an id.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(mint::create_link)
        .service(mint::create_links)
        .service(list::list_links)
        .service(list::export_links)
        .service(list::get_link)
        .service(change::update_link)
        .service(stats::get_link_stats)
        .service(qr::get_link_qr);
}
