//! The people of a simulated platform.

use std::collections::BTreeMap;

use viral_engine_api_types::users::{AgeBand as Band, Persona as Part, UpsertUser};
use viral_engine_simulator::{AgeBand, Persona, User, World};

use crate::users::{Expected, NamedUser};

/// The body that upserts a user.
pub(super) fn body(user: &User, world: &World) -> NamedUser {
    let guardian = user.guardian.map(|index| &world.users[index.0]);
    NamedUser {
        external_id: user.external_id.clone(),
        fields: UpsertUser {
            persona: Some(Some(persona(user.persona))),
            age_band: Some(Some(age_band(user.age_band))),
            signed_up_at: Some(Some(user.signed_up_at)),
            guardian: Some(guardian.map(|guardian| guardian.external_id.clone())),
            institution: Some(user.institution.clone()),
            cohort: Some(Some(user.cohort.clone())),
            grade: Some(user.grade.clone()),
            name: Some(Some(user.name.clone())),
            email: Some(user.email.clone()),
            locale: Some(Some(user.locale.clone())),
            time_zone: Some(Some(user.time_zone.clone())),
            signals: Some(Some(signals(user))),
            ..UpsertUser::default()
        },
        faults: Vec::new(),
        expected: Expected::Anything,
    }
}

fn signals(user: &User) -> BTreeMap<String, bool> {
    let known = user.email.is_some();
    let signal = known.then(|| ("verified_email".to_owned(), user.verified_email));
    signal.into_iter().collect()
}

fn persona(persona: Persona) -> Part {
    match persona {
        Persona::Student => Part::Student,
        Persona::Parent => Part::Parent,
        Persona::Tutor => Part::Tutor,
    }
}

fn age_band(band: AgeBand) -> Band {
    match band {
        AgeBand::Under13 => Band::Under13,
        AgeBand::From13To15 => Band::From13To15,
        AgeBand::From16To17 => Band::From16To17,
        AgeBand::Adult => Band::Adult,
    }
}
