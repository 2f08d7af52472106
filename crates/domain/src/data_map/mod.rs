//! What is held, why, for how long, and what becomes of it when a user is erased: every column of the database.
//!
//! One table says it, so that nothing is held without a reason: a test fails for a column that is missing here, and
//! `docs/data-map.md` is written from it.

mod columns;
mod text;

pub use columns::COLUMNS;
pub use text::markdown;

/// What kind of data that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Names a person: name, address, the platform's own id.
    Identity,
    /// Tells of a person: profile, school, wishes.
    Profile,
    /// An education record, or what was written about a child.
    Education,
    /// What a person did.
    Activity,
    /// Our own ids, keyed hashes and pseudonyms.
    Pseudonym,
    /// What guardians allow, and the proof of it.
    Consent,
    /// Sums and measurements.
    Measurement,
    /// Of the people who run the installation.
    Operators,
    /// Keys, signatures and hashes of secrets.
    Secret,
    /// What the engine needs to work: states, times, settings.
    Operation,
}

impl Class {
    /// In words.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Profile => "profile",
            Self::Education => "education",
            Self::Activity => "activity",
            Self::Pseudonym => "pseudonym",
            Self::Consent => "consent",
            Self::Measurement => "measurement",
            Self::Operators => "operators",
            Self::Secret => "secret",
            Self::Operation => "operation",
        }
    }
}

/// What becomes of it when a user is erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deletion {
    /// The row goes.
    Row,
    /// It is emptied.
    Emptied,
    /// Something random, or nothing that leads to anybody, takes its place.
    Replaced,
    /// It stays, for this reason.
    Stays(&'static str),
}

/// What backups of the database tell after a user was erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backup {
    /// Nothing: it is encrypted with the user's key, which is destroyed.
    Unreadable,
    /// What it told, for as long as the backup is kept.
    Readable,
}

/// Columns of a table of which the same is true.
#[derive(Clone, Copy, Debug)]
pub struct Columns {
    /// The table.
    pub table: &'static str,
    /// The columns, between blanks.
    pub names: &'static str,
    /// What kind of data.
    pub class: Class,
    /// Why it is held.
    pub purpose: &'static str,
    /// For how long.
    pub kept: &'static str,
    /// What a deletion does.
    pub deletion: Deletion,
    /// What backups tell after it.
    pub backup: Backup,
}

impl Columns {
    /// The columns.
    pub fn columns(&self) -> impl Iterator<Item = &'static str> {
        self.names.split_whitespace()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_column_is_named_once_with_a_reason_and_an_end() {
        let mut seen = BTreeSet::new();
        for group in COLUMNS {
            assert!(group.columns().count() > 0, "{}", group.table);
            assert!(
                !group.purpose.is_empty() && !group.kept.is_empty(),
                "{}",
                group.table
            );
            for column in group.columns() {
                assert!(
                    seen.insert((group.table, column)),
                    "{}.{column} twice",
                    group.table
                );
            }
        }
    }

    #[test]
    fn what_names_or_tells_of_a_person_never_stays() {
        for group in COLUMNS {
            let personal = matches!(
                group.class,
                Class::Identity | Class::Profile | Class::Education
            );
            let stays = matches!(group.deletion, Deletion::Stays(_));
            assert!(!(personal && stays), "{}: {}", group.table, group.names);
        }
    }

    #[test]
    fn the_document_has_a_line_for_each_group() {
        let text = markdown();
        assert_eq!(
            text.lines().filter(|line| line.starts_with("| `")).count(),
            COLUMNS.len()
        );
    }
}
