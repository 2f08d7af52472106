//! Names of people and schools, each common enough to mean nobody in particular.

use crate::dice::Dice;

const GIVEN: [&str; 40] = [
    "Ada", "Amir", "Anna", "Ben", "Carla", "Chen", "Dana", "David", "Elif", "Emma", "Finn",
    "Fatima", "Gabriel", "Hana", "Hugo", "Ines", "Isaac", "Jana", "Jonas", "Kavya", "Kofi", "Lea",
    "Liam", "Lucia", "Maja", "Mateo", "Mia", "Nadia", "Noah", "Olga", "Omar", "Paula", "Priya",
    "Rafael", "Sara", "Sofia", "Tariq", "Tomas", "Yuki", "Zoe",
];
const FAMILY: [&str; 32] = [
    "Abbott", "Almeida", "Bauer", "Becker", "Castro", "Cooper", "Dubois", "Evans", "Fischer",
    "Flores", "Gupta", "Hansen", "Haddad", "Ito", "Jensen", "Kaya", "Keller", "Kowalski", "Larsen",
    "Lopez", "Mensah", "Moreau", "Nguyen", "Novak", "Okafor", "Patel", "Rossi", "Santos", "Silva",
    "Sharma", "Weber", "Young",
];
const SCHOOLS: [&str; 16] = [
    "Maple Street",
    "Riverside",
    "Hillcrest",
    "Oakwood",
    "Lakeview",
    "Northgate",
    "Meadowbrook",
    "Fairfield",
    "Cedar Grove",
    "Eastbrook",
    "Stonebridge",
    "Willow Creek",
    "Harborview",
    "Pinehurst",
    "Kingsway",
    "Brookside",
];

pub(crate) fn given(dice: &mut Dice) -> &'static str {
    dice.pick(&GIVEN)
}

pub(crate) fn family(dice: &mut Dice) -> &'static str {
    dice.pick(&FAMILY)
}

/// The `index`th school; after the last name they are numbered.
pub(crate) fn school(index: u32) -> String {
    let name = SCHOOLS[index as usize % SCHOOLS.len()];
    match index as usize / SCHOOLS.len() {
        0 => format!("{name} School"),
        round => format!("{name} School {}", round + 1),
    }
}

/// The slug of a school.
pub(crate) fn school_slug(index: u32) -> String {
    school(index).to_lowercase().replace(' ', "-")
}
