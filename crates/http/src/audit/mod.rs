//! The audit trail: who did what to which object, and the proof that nobody changed it.

mod entries;
mod heads;
mod trail;

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the routes of this area.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(entries::list_audit_entries)
        .service(trail::get_audit_trail)
        .service(trail::export_audit_trail)
        .service(trail::verify_audit_trail)
        .service(heads::list_audit_heads)
        .service(heads::create_audit_head)
        .service(heads::get_audit_head)
        .service(heads::get_audit_inclusion)
        .service(heads::get_audit_consistency);
}
