//! The data map for readers.

use std::fmt::Write as _;

use super::{Backup, COLUMNS, Deletion};

const HEAD: &str = "# Data map\n\n\
    Every column of the database: what kind of data it holds, why, for how long, what the deletion of a user does to it, and \
    what backups of the database still tell afterwards. Written by `cargo xtask data-map` from \
    `crates/domain/src/data_map`; do not edit.\n\n\
    Beside the database there are: the [key store](data-rights.md#the-key-store) (each user's key, destroyed with the user), \
    the click log on each node's disk (our id of a link and pseudonyms of visitors, for seconds until it is in the database), \
    and logs (neither names nor external ids nor paths).\n";

/// `docs/data-map.md`.
#[must_use]
pub fn markdown() -> String {
    let mut text = HEAD.to_owned();
    let mut table = "";
    for group in COLUMNS {
        if group.table != table {
            table = group.table;
            // Writing to a text does not fail.
            let _ = write!(
                text,
                "\n## {table}\n\n| columns | class | why | kept | deletion | backups after it |\n|---|---|---|---|---|---|\n"
            );
        }
        let columns: Vec<String> = group.columns().map(|name| format!("`{name}`")).collect();
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} |",
            columns.join(", "),
            group.class.as_str(),
            group.purpose,
            group.kept,
            deletion(group.deletion),
            backup(group.deletion, group.backup),
        );
    }
    text
}

fn deletion(deletion: Deletion) -> String {
    match deletion {
        Deletion::Row => "row removed".to_owned(),
        Deletion::Emptied => "emptied".to_owned(),
        Deletion::Replaced => "replaced".to_owned(),
        Deletion::Stays(why) => format!("stays: {why}"),
    }
}

fn backup(deletion: Deletion, backup: Backup) -> &'static str {
    match (deletion, backup) {
        (Deletion::Stays(_), _) => "the same",
        (_, Backup::Unreadable) => "nothing",
        (_, Backup::Readable) => "until they expire",
    }
}
