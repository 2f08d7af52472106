//! How numbers are written where the operator is. The browser knows; it is asked once, as figures are written by the
//! thousand. Until it has been asked, and where there is no browser, they are written the English way.

use std::sync::OnceLock;

/// How numbers are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Style {
    /// Between groups of digits.
    group: String,
    /// Before the decimals.
    point: String,
    /// Digits of the group before the point.
    last: usize,
    /// Digits of the groups before that one.
    others: usize,
    /// Digits a number needs to be grouped at all.
    least: usize,
}

static ENGLISH: OnceLock<Style> = OnceLock::new();
static CHOSEN: OnceLock<Style> = OnceLock::new();

/// The style in use.
pub fn style() -> &'static Style {
    CHOSEN
        .get()
        .unwrap_or_else(|| ENGLISH.get_or_init(Style::english))
}

/// Chooses the style for as long as the app lives.
pub fn choose(style: Style) {
    // The first choice holds: figures that are on screen are not written anew.
    let _ = CHOSEN.set(style);
}

/// A part of a number as `Intl.NumberFormat` names it: its type and its text.
pub type Part = (String, String);

impl Style {
    fn english() -> Self {
        Self {
            group: ",".to_owned(),
            point: ".".to_owned(),
            last: 3,
            others: 3,
            least: 4,
        }
    }

    /// Reads the style off how a long number with decimals and one of four digits are written.
    pub fn read(long: &[Part], four: &[Part]) -> Option<Self> {
        let of = |kind: &str| long.iter().find(|part| part.0 == kind).map(|part| &part.1);
        let sizes: Vec<_> = long
            .iter()
            .filter(|part| part.0 == "integer")
            .map(|part| part.1.chars().count())
            .collect();
        let last = *sizes.last()?;
        let others = sizes
            .len()
            .checked_sub(2)
            .map_or(last, |place| sizes[place]);
        let grouped = four.iter().any(|part| part.0 == "group");
        Some(Self {
            group: of("group").cloned().unwrap_or_default(),
            point: of("decimal")?.clone(),
            last,
            others,
            least: if grouped { 4 } else { 5 },
        })
    }

    /// Digits with their groups apart.
    pub fn grouped(&self, digits: &str) -> String {
        if digits.len() < self.least || self.group.is_empty() {
            return digits.to_owned();
        }
        let mut written = String::with_capacity(digits.len() * 2);
        for (place, digit) in digits.chars().enumerate() {
            let left = digits.len() - place;
            let starts = left == self.last
                || (left > self.last && (left - self.last).is_multiple_of(self.others));
            if place > 0 && starts {
                written.push_str(&self.group);
            }
            written.push(digit);
        }
        written
    }

    /// A whole part and its decimals.
    pub fn with_fraction(&self, whole: &str, fraction: &str) -> String {
        let whole = self.grouped(whole);
        if fraction.is_empty() {
            whole
        } else {
            format!("{whole}{}{fraction}", self.point)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &[(&str, &str)]) -> Vec<Part> {
        text.iter()
            .map(|(kind, text)| ((*kind).to_owned(), (*text).to_owned()))
            .collect()
    }

    fn written(long: &[(&str, &str)], four: &[(&str, &str)]) -> [String; 2] {
        let style = Style::read(&parts(long), &parts(four)).unwrap();
        [style.grouped("1234"), style.with_fraction("12345678", "9")]
    }

    #[test]
    fn german_has_points_and_a_comma() {
        let long = [
            ("integer", "12"),
            ("group", "."),
            ("integer", "345"),
            ("group", "."),
            ("integer", "678"),
            ("decimal", ","),
            ("fraction", "9"),
        ];
        let four = [("integer", "1"), ("group", "."), ("integer", "234")];
        assert_eq!(written(&long, &four), ["1.234", "12.345.678,9"]);
    }

    #[test]
    fn indian_english_groups_by_two_above_a_thousand() {
        let long = [
            ("integer", "1"),
            ("group", ","),
            ("integer", "23"),
            ("group", ","),
            ("integer", "45"),
            ("group", ","),
            ("integer", "678"),
            ("decimal", "."),
            ("fraction", "9"),
        ];
        let four = [("integer", "1"), ("group", ","), ("integer", "234")];
        assert_eq!(written(&long, &four), ["1,234", "1,23,45,678.9"]);
    }

    #[test]
    fn spanish_leaves_four_digits_together() {
        let long = [
            ("integer", "12"),
            ("group", "."),
            ("integer", "345"),
            ("group", "."),
            ("integer", "678"),
            ("decimal", ","),
            ("fraction", "9"),
        ];
        assert_eq!(
            written(&long, &[("integer", "1234")]),
            ["1234", "12.345.678,9"]
        );
    }

    #[test]
    fn what_is_no_number_is_no_style() {
        assert_eq!(Style::read(&[], &[]), None);
    }
}
