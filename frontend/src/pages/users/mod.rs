//! Users of the platform: the list, and one with their links.

mod detail;
mod export;
mod list;

pub use self::detail::view as detail_view;
pub use self::list::view as list_view;

use viral_engine_api_types::users::{AgeBand, Persona};

use crate::i18n::text;

const PERSONAS: [Persona; 3] = [Persona::Student, Persona::Parent, Persona::Tutor];

fn persona_name(persona: Persona) -> &'static str {
    let texts = &text().users;
    match persona {
        Persona::Student => texts.student,
        Persona::Parent => texts.parent,
        Persona::Tutor => texts.tutor,
    }
}

fn persona_id(persona: Persona) -> &'static str {
    match persona {
        Persona::Student => "student",
        Persona::Parent => "parent",
        Persona::Tutor => "tutor",
    }
}

fn age_band_name(band: AgeBand) -> &'static str {
    let texts = &text().users;
    match band {
        AgeBand::Under13 => texts.under_13,
        AgeBand::From13To15 => texts.from_13_to_15,
        AgeBand::From16To17 => texts.from_16_to_17,
        AgeBand::Adult => texts.adult,
        AgeBand::Unknown => texts.unknown,
    }
}
