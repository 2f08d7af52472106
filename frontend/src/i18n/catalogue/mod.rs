//! Which texts there are, an area a module.

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
pub mod guardrails;
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

pub use account::{About, Account};
pub use alerts::{AlertFigure, Alerts};
pub use api_keys::ApiKeys;
pub use attribution::Attribution;
pub use audit::Audit;
pub use common::{Actions, Charts, Forms, States, Tables, TimeWords};
pub use consents::Consents;
pub use data_requests::DataRequests;
pub use disclosures::{Disclosures, Report};
pub use events::Events;
pub use flags::Flags;
pub use frame::{Frame, PageText, Pages, Palette};
pub use gate::Gate;
pub use growth::Growth;
pub use guardrails::Guardrails;
pub use jobs::Jobs;
pub use links::Links;
pub use notices::Notices;
pub use operators::Operators;
pub use outbox::Outbox;
pub use overview::Overview;
pub use recaps::Recaps;
pub use reports::Reports;
pub use schedules::Schedules;
pub use settings::Settings;
pub use users::Users;
pub use verifications::Verifications;
pub use webhooks::Webhooks;

/// A text without figures.
pub type Text = &'static str;
/// A sentence with a figure.
pub type Counted = fn(i64) -> String;
/// A sentence around another text.
pub type Around = fn(&str) -> String;

/// All texts of one language.
pub struct Catalogue {
    pub time: TimeWords,
    pub actions: Actions,
    pub states: States,
    pub forms: Forms,
    pub tables: Tables,
    pub charts: Charts,
    pub frame: Frame,
    pub palette: Palette,
    pub pages: Pages,
    pub gate: Gate,
    pub overview: Overview,
    pub guardrails: Guardrails,
    pub alerts: Alerts,
    pub events: Events,
    pub settings: Settings,
    pub account: Account,
    pub about: About,
    pub api_keys: ApiKeys,
    pub audit: Audit,
    pub operators: Operators,
    pub links: Links,
    pub users: Users,
    pub recaps: Recaps,
    pub flags: Flags,
    pub jobs: Jobs,
    pub outbox: Outbox,
    pub reports: Reports,
    pub schedules: Schedules,
    pub webhooks: Webhooks,
}

/// Texts of the pages about consents, notices and data requests, which are loaded with these pages.
pub struct Compliance {
    pub consents: Consents,
    pub verifications: Verifications,
    pub notices: Notices,
    pub data_requests: DataRequests,
    pub disclosures: Disclosures,
    pub report: Report,
}
