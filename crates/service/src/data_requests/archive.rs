//! The archive of an export: `README.txt`, `data.json` with everything, and a table (CSV) for each class.

use std::collections::BTreeSet;
use std::io::{Cursor, Write as _};

use bytes::Bytes;
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::export::whole;
use crate::error::{ServiceError, ServiceResult};
use crate::export::write_csv;

/// A class of what is held.
#[derive(Clone, Debug)]
pub(super) struct Part {
    /// Its name, also that of its file.
    pub name: &'static str,
    /// What it is, in a sentence.
    pub what: &'static str,
    /// Objects.
    pub rows: Vec<Value>,
}

/// The archive.
pub(super) fn zip(parts: &[Part], made_at: DateTime<Utc>) -> ServiceResult<Vec<u8>> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let mut add = |name: &str, bytes: &[u8]| -> ServiceResult<()> {
        archive
            .start_file(name, SimpleFileOptions::default())
            .map_err(|error| not_written(&error))?;
        archive
            .write_all(bytes)
            .map_err(|error| not_written(&error))
    };
    add("README.txt", readme(parts, made_at).as_bytes())?;
    let json = serde_json::to_vec_pretty(&whole(parts)).map_err(|error| not_written(&error))?;
    add("data.json", &json)?;
    for part in parts {
        add(&format!("{}.csv", part.name), &csv(&part.rows)?)?;
    }
    let finished = archive.finish().map_err(|error| not_written(&error))?;
    Ok(finished.into_inner())
}

fn readme(parts: &[Part], made_at: DateTime<Utc>) -> String {
    let made_at = made_at.to_rfc3339_opts(SecondsFormat::Secs, true);
    let mut text = format!(
        "Everything that is held on you, as of {made_at}.\r\n\r\n\
         data.json has all of it. The same stands in tables, one for each kind, that any spreadsheet opens:\r\n\r\n"
    );
    for part in parts {
        text.push_str(&format!(
            "{}.csv: {} Rows: {}.\r\n",
            part.name,
            part.what,
            part.rows.len()
        ));
    }
    text.push_str(
        "\r\nTimes are UTC. Other people appear as ids, since what is held on them is theirs.\r\n",
    );
    text
}

/// Objects as a table: a column for each name that any of them has. Lists and objects are written as JSON.
fn csv(rows: &[Value]) -> ServiceResult<Bytes> {
    let fields = || rows.iter().filter_map(Value::as_object);
    let columns: BTreeSet<&str> = fields()
        .flat_map(|row| row.keys().map(String::as_str))
        .collect();
    let columns: Vec<&str> = columns.into_iter().collect();
    let cells = |row: &Map<String, Value>| {
        let cells = columns.iter().map(|column| cell(row.get(*column)));
        cells.collect()
    };
    let head = (!columns.is_empty()).then_some(columns.as_slice());
    write_csv(head, fields().map(cells))
}

fn cell(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

fn not_written(error: &dyn std::fmt::Display) -> ServiceError {
    ServiceError::Internal(format!("an archive could not be written: {error}"))
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use serde_json::json;

    use super::*;

    #[test]
    fn an_archive_has_the_whole_and_a_table_for_each_class() {
        let rows = vec![
            json!({ "b": [1], "a": "=1+1" }),
            json!({ "a": "＝1", "b": -2, "c": "x,y" }),
        ];
        let parts = [
            Part {
                name: "things",
                what: "Things.",
                rows: rows.clone(),
            },
            Part {
                name: "none",
                what: "Nothing.",
                rows: Vec::new(),
            },
        ];
        let bytes = zip(&parts, DateTime::UNIX_EPOCH).expect("an archive");
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
        let mut text = |name: &str| {
            let mut text = String::new();
            let mut file = archive.by_name(name).expect("a file");
            file.read_to_string(&mut text).expect("a text");
            text
        };
        assert_eq!(
            text("things.csv"),
            "a,b,c\r\n'=1+1,[1],\r\n'＝1,-2,\"x,y\"\r\n"
        );
        assert_eq!(text("none.csv"), "");
        let whole: Value = serde_json::from_str(&text("data.json")).expect("JSON");
        assert_eq!(whole, json!({ "things": rows, "none": [] }));
        assert!(text("README.txt").contains("things.csv: Things. Rows: 2."));
    }
}
