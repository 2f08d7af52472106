//! Users: people on the platform, known by the platform's own `external_id`.

mod answer;
mod batch;
mod check;
mod list;
mod merge;
mod personal;
mod reseal;
mod resolve;
mod upsert;

pub use list::{UserQuery, get_user, list_users};
pub(crate) use personal::Field;
pub use personal::{Field as PersonalField, PersonalKeys};
pub use reseal::{ResealPersonalFields, reseal_personal_fields};
pub(crate) use resolve::parse_age_band;
pub use resolve::{KnownUser, resolve, resolve_or_create};
pub use upsert::{Expected, NamedUser, Upserted, set_user_signals, upsert_user, upsert_users};
