//! What parents are shown about their children: progress without a word about who the child is, or, when it is
//! planted, with one.

use serde_json::{Value, json};

use crate::dice::Dice;

const SUBJECTS: [&str; 8] = [
    "fractions",
    "reading",
    "spelling",
    "geometry",
    "photosynthesis",
    "verb tenses",
    "map skills",
    "coding basics",
];
const BADGES: [&str; 6] = [
    "steady learner",
    "quick thinker",
    "team player",
    "night owl",
    "bookworm",
    "problem solver",
];
const NOTES: [&str; 6] = [
    "Finished every lesson of the week.",
    "Helped two classmates with a hard exercise.",
    "Beat the personal best again.",
    "Practised every day.",
    "Took part in the weekly challenge.",
    "Ready for the next level.",
];

/// Personal information in a payload: one finding each.
#[derive(Debug)]
pub(crate) struct LeakKind {
    /// JSON pointer to the field.
    pub(crate) field_path: &'static str,
    /// What is found there.
    pub(crate) entity_type: &'static str,
    value: &'static str,
}

const fn leak(
    field_path: &'static str,
    entity_type: &'static str,
    value: &'static str,
) -> LeakKind {
    LeakKind {
        field_path,
        entity_type,
        value,
    }
}

/// Addresses of hosts reserved for examples, numbers reserved for fiction, a number the authority has withdrawn.
pub(crate) const LEAKS: [LeakKind; 9] = [
    leak(
        "/note",
        "email",
        "Write to jamie.rivera@example.org about the worksheet.",
    ),
    leak("/contact/email", "email", "parent.council@example.com"),
    leak("/note", "phone", "Call +1 415 555 0132 after the lesson."),
    leak("/guardian_phone", "phone", "415-555-0178"),
    leak("/details/birth_date", "dob", "2014-03-09"),
    leak("/school_name", "school", "Lincoln Middle School"),
    leak("/pickup/home_address", "address", "12 Oak Street"),
    leak("/ssn", "ssn", "078-05-1120"),
    leak(
        "/comment/text",
        "email",
        "reach me at coach.kim@example.net",
    ),
];

/// The data of a parent share; sometimes there is none.
pub(crate) fn share(dice: &mut Dice) -> Value {
    if dice.chance(0.03) {
        return Value::Null;
    }
    json!({
        "subject": dice.pick(&SUBJECTS),
        "score": dice.between(55, 100),
        "minutes": dice.between(10, 95),
        "streak_days": dice.below(40),
        "note": dice.pick(&NOTES),
    })
}

/// The data of a progress reel.
pub(crate) fn reel(dice: &mut Dice) -> Value {
    let scenes: Vec<_> = (0..dice.between(1, 3))
        .map(|_| json!({ "subject": dice.pick(&SUBJECTS), "level": dice.between(1, 12) }))
        .collect();
    json!({ "badge": dice.pick(&BADGES), "scenes": scenes, "seconds": dice.between(15, 60) })
}

/// Puts personal information into a payload.
pub(crate) fn leaking(clean: Value, leak: &LeakKind) -> Value {
    let mut payload = match clean {
        Value::Object(fields) => Value::Object(fields),
        _ => json!({}),
    };
    let mut at = &mut payload;
    for key in leak.field_path.split('/').skip(1) {
        at = &mut at[key];
    }
    *at = Value::from(leak.value);
    payload
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::Area;

    #[test]
    fn a_leak_is_where_it_is_said_to_be() {
        let mut dice = Dice::new(1, Area::Leaks);
        for kind in &LEAKS {
            let payload = leaking(share(&mut dice), kind);
            assert_eq!(
                payload.pointer(kind.field_path),
                Some(&kind.value.into()),
                "{payload}"
            );
        }
    }
}
