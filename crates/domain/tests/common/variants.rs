//! Spellings of known names, handles, schools, addresses and numbers that a child, or somebody who
//! hides one, writes; and sentences to put them into.

use viral_engine_domain::pii::{Known, Scanner, Subject};

use super::Seeded;

/// Somebody made up.
pub struct Person {
    pub given: &'static str,
    pub family: &'static str,
    pub school: &'static str,
    pub handle: &'static str,
    pub email: &'static str,
    pub phone: &'static str,
}

const fn person(
    given: &'static str,
    family: &'static str,
    school: &'static str,
    handle: &'static str,
    email: &'static str,
    phone: &'static str,
) -> Person {
    Person {
        given,
        family,
        school,
        handle,
        email,
        phone,
    }
}

/// People with names of many shapes: words of the language, short ones, marks, apostrophes, hyphens,
/// particles, other scripts.
pub const PEOPLE: [Person; 16] = [
    person(
        "Ada",
        "Lovelace",
        "Analytical Engine Primary School",
        "ada_codes42",
        "annabella.byron@mail.example.org",
        "+44 20 7946 0958",
    ),
    person(
        "Grace",
        "Hopper",
        "Lincoln Elementary School",
        "gh0pper",
        "walter.hopper@example.com",
        "+1 (212) 555-0187",
    ),
    person(
        "May",
        "Young",
        "Oak Hill Middle School",
        "sunny.may7",
        "peter.young@example.net",
        "415-555-0132",
    ),
    person(
        "Will",
        "Rose",
        "Jefferson High School",
        "willpower99",
        "rosefamily@example.org",
        "+49 30 901820",
    ),
    person(
        "Zoë",
        "Ångström",
        "Kungsholmen Gymnasium",
        "zoe.ang",
        "lars.angstrom@example.se",
        "+46 8 123 456 78",
    ),
    person(
        "Siobhán",
        "O'Neil",
        "St. Brigid's Academy",
        "shiv_on",
        "oneil.home@example.ie",
        "+353 1 234 5678",
    ),
    person(
        "José",
        "García Márquez",
        "Colegio Cervantes",
        "pepe_gm",
        "mercedes.barcha@example.es",
        "+34 612 345 678",
    ),
    person(
        "Jean-Luc",
        "Picard",
        "La Barre Academy",
        "makeitso",
        "yvette@example.fr",
        "+33 6 12 34 56 78",
    ),
    person(
        "Łukasz",
        "Żółkiewski",
        "Szkola Podstawowa Nr Jeden",
        "lukz11",
        "anna.zolk@example.pl",
        "+48 512 345 678",
    ),
    person(
        "Jürgen",
        "Müller",
        "Goethe Gymnasium Neustadt",
        "jm_gamer",
        "mueller.familie@example.de",
        "0664 123 45 67",
    ),
    person(
        "Bo",
        "Li",
        "Riverside Elementary",
        "bolibo8",
        "mei.li@example.com",
        "+86 138 0013 8000",
    ),
    person(
        "Ana",
        "de la Cruz",
        "Santa Monica High School",
        "anita_dlc",
        "delacruz5@example.com",
        "(310) 555-0171",
    ),
    person(
        "Иван",
        "Петров",
        "Gymnasium Eins Moskau",
        "vanya_p",
        "petrova@example.ru",
        "+7 912 345 67 89",
    ),
    person(
        "Hope",
        "Summer",
        "Springfield Primary School",
        "hopeful_s",
        "d.summer@example.org",
        "020 7946 0001",
    ),
    person(
        "Mark",
        "Baker",
        "Baker Street Academy",
        "markup_11",
        "baker.mum@example.co.uk",
        "07700 900123",
    ),
    person(
        "Xochitl",
        "Nguyen",
        "Eastside Montessori School",
        "xoxo_chi",
        "nguyen.tran@example.com",
        "+84 91 234 5678",
    ),
];

impl Person {
    /// What is on record.
    #[must_use]
    pub fn known(&self) -> Known {
        Known {
            names: vec![format!("{} {}", self.given, self.family)],
            handles: vec![self.handle.to_owned()],
            schools: vec![self.school.to_owned()],
            emails: vec![self.email.to_owned()],
            phones: vec![self.phone.to_owned()],
        }
    }

    /// One spelling of something on record.
    pub fn variant(&self, random: &mut Seeded) -> Variant {
        let variant = match random.below(10) {
            0 => Variant::of(self.handle_variant(random)),
            1 => Variant::of(recased(self.school, random)),
            2 => Variant::of(self.email_variant(random)),
            3 => Variant::of(self.phone_variant(random)),
            _ => self.name_variant(random),
        };
        Variant {
            written: hidden(&variant.written, random),
            ..variant
        }
    }

    fn name_variant(&self, random: &mut Seeded) -> Variant {
        let (given, family) = (spelling(self.given, random), spelling(self.family, random));
        let joined = format!("{given}{family}").replace([' ', '\'', '-'], "");
        let reversed = format!("{family}{given}").replace([' ', '\'', '-'], "");
        let full = recased(&format!("{given} {family}"), random);
        match random.below(16) {
            0 => Variant::of(full),
            1 => Variant::of(recased(&format!("{family}, {given}"), random)),
            2 => Variant::of(format!("{}. {family}", initial(&given))),
            3 => Variant::of(format!("{given} {}.", initial(&family))),
            4 => Variant::between("", full, "'s"),
            5 => Variant::of(format!("{}.{}.", initial(&given), initial(&family))),
            6 => Variant::of(joined.to_lowercase()),
            7 => Variant::of(reversed.to_lowercase()),
            8 => {
                let sign = random.pick(&["_", ".", "-", " ", "  ", " - ", "/", "+"]);
                Variant::of(recased(&format!("{given}{sign}{family}"), random))
            }
            9 => Variant::of(format!("{}_{}", joined.to_lowercase(), random.below(100))),
            10 => Variant::between("/u/", joined, ""),
            11 => Variant::of(format!("@{joined}{}", random.below(3_000))),
            12 => Variant::between("named ", given, ""),
            13 => Variant::of(disguised(&given, random).unwrap_or(full)),
            14 => Variant::between(
                "helped_",
                format!("{given}_{family}").replace(' ', "_"),
                "_party",
            ),
            _ => Variant::between("", given, "'s"),
        }
    }

    fn handle_variant(&self, random: &mut Seeded) -> String {
        let handle = recased(self.handle, random);
        match random.below(3) {
            0 => format!("@{handle}"),
            1 => handle.replace('_', "."),
            _ => handle,
        }
    }

    fn email_variant(&self, random: &mut Seeded) -> String {
        let email = recased(self.email, random);
        let spelt = |at: &str, dot: &str| email.replace('@', at).replace('.', dot);
        match random.below(5) {
            0 => spelt(" [at] ", " [dot] "),
            1 => spelt(" at ", " dot "),
            2 => spelt("@", " . "),
            3 => spelt("(at)", "."),
            _ => email,
        }
    }

    fn phone_variant(&self, random: &mut Seeded) -> String {
        let digits: String = self.phone.chars().filter(char::is_ascii_digit).collect();
        let sign = random.pick(&["", " ", "-", ".", " - "]);
        let last = digits.len() - 4;
        match random.below(3) {
            0 => self.phone.to_owned(),
            1 => format!("{}{sign}{}", &digits[..last], &digits[last..]),
            _ => format!(
                "{}{sign}{}",
                &digits[digits.len() - 7..last],
                &digits[last..]
            ),
        }
    }
}

/// A spelling, with what stands around it as in a text and is not personal.
pub struct Variant {
    before: &'static str,
    written: String,
    after: &'static str,
}

impl Variant {
    fn of(written: String) -> Self {
        Self::between("", written, "")
    }

    fn between(before: &'static str, written: String, after: &'static str) -> Self {
        Self {
            before,
            written,
            after,
        }
    }

    /// A sentence with the variant in it, and where it is, in characters.
    pub fn in_sentence(&self, random: &mut Seeded) -> (String, std::ops::Range<usize>) {
        let (before, after) = around(random);
        let before = format!("{before}{}", self.before);
        let start = before.chars().count();
        let text = format!("{before}{}{}{after}", self.written, self.after);
        (text, start..start + self.written.chars().count())
    }
}

/// What stands before and after a variant.
fn around(random: &mut Seeded) -> (&'static str, &'static str) {
    const AROUND: [(&str, &str); 10] = [
        ("yesterday we saw ", " at lunch"),
        ("please tell ", " that it was fun!"),
        ("hey, ask ", ""),
        ("it was about (", ") again."),
        ("see ", ", or not"),
        ("look: «", "»"),
        ("we think ", " won, and more"),
        ("<b>", "</b>"),
        ("the story of ", "; part two"),
        ("über ", " ñ…"),
    ];
    AROUND[random.below(AROUND.len())]
}

/// The letters and digits of the range that a scan leaves.
#[must_use]
pub fn left_of(subject: &Subject, text: &str, range: &std::ops::Range<usize>) -> String {
    let findings = Scanner::EVERYTHING.knowing(subject).scan(text);
    let is_covered = |index: usize| {
        findings
            .iter()
            .any(|finding| (finding.start..finding.end).contains(&index))
    };
    let places = text.chars().enumerate();
    let left = places.filter(|(index, char)| {
        range.contains(index) && !is_covered(*index) && char.is_alphanumeric()
    });
    left.map(|(_, char)| char).collect()
}

/// The first letter, of `de la Cruz` the C.
fn initial(name: &str) -> String {
    let word = name
        .split(' ')
        .find(|word| word.starts_with(char::is_uppercase));
    word.unwrap_or(name).chars().take(1).collect()
}

fn spelling(name: &str, random: &mut Seeded) -> String {
    match random.below(4) {
        0 => name.chars().map(plain).collect(),
        _ => name.to_owned(),
    }
}

/// Marks left out, as keyboards without them do.
fn plain(char: char) -> char {
    match char {
        'ë' => 'e',
        'Å' => 'A',
        'ö' | 'ó' => 'o',
        'á' => 'a',
        'í' => 'i',
        'é' => 'e',
        'Ł' => 'L',
        'Ż' => 'Z',
        'ł' => 'l',
        'ü' => 'u',
        other => other,
    }
}

fn recased(text: &str, random: &mut Seeded) -> String {
    match random.below(4) {
        0 => text.to_lowercase(),
        1 => text.to_uppercase(),
        _ => text.to_owned(),
    }
}

/// The same for a reader: invisible characters, letters of other scripts, full width, marks.
fn hidden(text: &str, random: &mut Seeded) -> String {
    let trick = random.below(8);
    let every = 1 + random.below(4);
    let hide = |(index, char): (usize, char)| -> String {
        let is_due = index % every == 0 && char.is_alphanumeric();
        match trick {
            0 if is_due => format!("{char}\u{200B}"),
            1 if is_due => format!("{char}\u{2060}\u{FE0F}"),
            2 if is_due => look_alike(char).to_string(),
            3 if is_due => full_width(char).to_string(),
            4 if is_due && char.is_alphabetic() => format!("{char}\u{336}"),
            _ => char.to_string(),
        }
    };
    text.chars().enumerate().map(hide).collect()
}

/// A letter of a name as a digit or a sign, if the name has letters enough to be known then.
fn disguised(name: &str, random: &mut Seeded) -> Option<String> {
    const LETTERS: [(char, char); 7] = [
        ('a', '4'),
        ('a', '@'),
        ('e', '3'),
        ('i', '1'),
        ('l', '1'),
        ('o', '0'),
        ('s', '5'),
    ];
    // Words of grammar ("w1ll", "m4y") are no names then.
    let is_known = !["May", "Will"].contains(&name) && name.chars().count() >= 3;
    let in_name: Vec<_> = LETTERS
        .iter()
        .filter(|(letter, _)| name.contains(*letter))
        .collect();
    if in_name.is_empty() || !is_known {
        return None;
    }
    let (letter, sign) = in_name[random.below(in_name.len())];
    Some(name.replacen(*letter, &sign.to_string(), 1))
}

fn look_alike(char: char) -> char {
    match char {
        'a' => 'а',
        'c' => 'с',
        'e' => 'е',
        'i' => 'і',
        'o' => 'ο',
        'p' => 'р',
        'x' => 'х',
        'y' => 'у',
        's' => 'ѕ',
        'A' => 'А',
        'B' => 'Β',
        'E' => 'Ε',
        'H' => 'Н',
        'M' => 'М',
        'O' => 'О',
        'T' => 'Т',
        other => other,
    }
}

fn full_width(char: char) -> char {
    if !char.is_ascii_graphic() {
        return char;
    }
    char::from_u32(char as u32 - 0x21 + 0xFF01).unwrap_or(char)
}
