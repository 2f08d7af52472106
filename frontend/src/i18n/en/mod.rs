//! English.

mod account;
mod alerts;
mod api_keys;
mod attribution;
mod audit;
mod common;
mod consents;
mod data_requests;
mod disclosures;
mod events;
mod flags;
mod frame;
mod gate;
mod growth;
mod guardrails;
mod jobs;
mod links;
mod notices;
mod operators;
mod outbox;
mod overview;
mod recaps;
mod reports;
mod schedules;
mod settings;
mod users;
mod verifications;
mod webhooks;

use super::Catalogue;
use super::catalogue::{Compliance, Growth};

/// The catalogue.
pub static ENGLISH: Catalogue = Catalogue {
    time: common::TIME,
    actions: common::ACTIONS,
    states: common::STATES,
    forms: common::FORMS,
    tables: common::TABLES,
    charts: common::CHARTS,
    frame: frame::FRAME,
    palette: frame::PALETTE,
    pages: frame::PAGES,
    gate: gate::GATE,
    overview: overview::OVERVIEW,
    guardrails: guardrails::GUARDRAILS,
    alerts: alerts::ALERTS,
    events: events::EVENTS,
    settings: settings::SETTINGS,
    account: account::ACCOUNT,
    about: account::ABOUT,
    api_keys: api_keys::API_KEYS,
    audit: audit::AUDIT,
    operators: operators::OPERATORS,
    links: links::LINKS,
    users: users::USERS,
    recaps: recaps::RECAPS,
    flags: flags::FLAGS,
    jobs: jobs::JOBS,
    outbox: outbox::OUTBOX,
    reports: reports::REPORTS,
    schedules: schedules::SCHEDULES,
    webhooks: webhooks::WEBHOOKS,
};

/// What is loaded with the pages about consents, notices and data requests.
pub static ENGLISH_COMPLIANCE: Compliance = Compliance {
    consents: consents::CONSENTS,
    verifications: verifications::VERIFICATIONS,
    notices: notices::NOTICES,
    data_requests: data_requests::DATA_REQUESTS,
    disclosures: disclosures::DISCLOSURES,
    report: disclosures::REPORT,
};

/// `1 minute`, `2 minutes`.
fn plural(count: i64, one: &str, many: &str) -> String {
    format!(
        "{} {}",
        crate::format::count(count),
        if count == 1 { one } else { many }
    )
}

/// What is loaded with the pages about growth.
pub static ENGLISH_GROWTH: &Growth = &growth::GROWTH;
