//! Users: people on the platform, known by the platform's own `external_id`.

mod ageing;
mod answer;
mod band;
mod batch;
mod check;
mod envelope;
mod keys;
mod list;
mod merge;
mod normal;
mod notes;
mod personal;
mod reseal;
mod resolve;
mod subject;
mod upsert;
mod which_key;
mod wrapping;

pub use ageing::{AdvanceAges, advance_ages};
pub use envelope::UserKey;
pub(crate) use envelope::natural_id;
pub use keys::check_key_store;
pub(crate) use keys::{key, keys_of};
pub use list::{UserQuery, get_user, list_users};
pub use personal::{Field as PersonalField, PersonalKeys};
pub(crate) use personal::{Field, former_search_hash};
pub(crate) use reseal::BATCH as RESEALED_AT_A_TIME;
pub use reseal::{ResealPersonalFields, reseal_personal_fields};
pub(crate) use resolve::parse_age_band;
pub use resolve::{KnownUser, resolve, resolve_or_create};
pub(crate) use subject::{KnownSubject, Redactor, Subjects, load_subject};
pub use upsert::{Expected, NamedUser, Upserted, set_user_signals, upsert_user, upsert_users};
pub(crate) use which_key::key_identifier;
pub use which_key::{KeyFault, check_personal_data_key};
