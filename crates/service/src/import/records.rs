//! Lines of a file of events: JSON objects, or CSV whose first line names the same fields.

use serde_json::{Map, Value};
use viral_engine_api_types::FieldError;
use viral_engine_api_types::events::CreateEvent;

use crate::error::{ServiceError, ServiceResult};

/// How a file of events is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventsFormat {
    /// A JSON object a line.
    Ndjson,
    /// Comma-separated values below a line of names; `properties` is JSON. A value may not hold a line break.
    Csv,
}

/// Reads records.
pub(super) struct Records {
    format: EventsFormat,
    /// Names of the columns, once they are known.
    columns: Option<Vec<String>>,
}

impl Records {
    pub(super) fn new(format: EventsFormat) -> Self {
        Self {
            format,
            columns: None,
        }
    }

    /// The event on a line; `None` for a line that holds none: the names of the columns, or nothing.
    pub(super) fn read(&mut self, line: &[u8]) -> Option<ServiceResult<CreateEvent>> {
        let line = line.trim_ascii();
        if line.is_empty() {
            return None;
        }
        match (self.format, &self.columns) {
            (EventsFormat::Ndjson, _) => Some(serde_json::from_slice(line).map_err(malformed)),
            (EventsFormat::Csv, Some(columns)) => Some(of_columns(columns, line)),
            (EventsFormat::Csv, None) => match cells(line) {
                Ok(columns) => {
                    self.columns = Some(columns);
                    None
                }
                Err(error) => Some(Err(error)),
            },
        }
    }
}

fn of_columns(columns: &[String], line: &[u8]) -> ServiceResult<CreateEvent> {
    let cells = cells(line)?;
    if cells.len() != columns.len() {
        let detail = format!(
            "The line has {} values, the first line names {}.",
            cells.len(),
            columns.len()
        );
        return Err(fault(detail));
    }
    let mut object = Map::new();
    for (column, cell) in columns.iter().zip(cells) {
        if cell.is_empty() {
            continue;
        }
        let value = match column.as_str() {
            "properties" => serde_json::from_str(&cell).map_err(malformed)?,
            _ => Value::String(cell),
        };
        object.insert(column.clone(), value);
    }
    serde_json::from_value(Value::Object(object)).map_err(malformed)
}

fn cells(line: &[u8]) -> ServiceResult<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(line);
    let record = reader.records().next();
    let record = record
        .transpose()
        .map_err(|_| fault("The line is not CSV in UTF-8.".to_owned()))?;
    Ok(record.iter().flatten().map(str::to_owned).collect())
}

fn malformed(error: serde_json::Error) -> ServiceError {
    fault(error.to_string())
}

fn fault(detail: String) -> ServiceError {
    ServiceError::MalformedBody(vec![FieldError::new("", "malformed", detail)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(format: EventsFormat, lines: &[&str]) -> Vec<Result<String, String>> {
        let mut records = Records::new(format);
        let read = lines
            .iter()
            .filter_map(|line| records.read(line.as_bytes()));
        read.map(|record| match record {
            Ok(event) => Ok(serde_json::to_string(&event).unwrap()),
            Err(error) => Err(error.to_string()),
        })
        .collect()
    }

    #[test]
    fn both_ways_of_writing_say_the_same() {
        let json = r#"{"type":"conversion","referee":"a, \"b\"","value":"2.50","currency":"EUR","properties":{"plan":"pro"}}"#;
        let csv = [
            "type,referee,value,currency,ip,properties\r",
            r#"conversion,"a, ""b""",2.50,EUR,,"{""plan"":""pro""}""#,
            "",
        ];
        let of_json = read(EventsFormat::Ndjson, &[json, ""]);
        assert_eq!(of_json.len(), 1);
        assert_eq!(of_json, read(EventsFormat::Csv, &csv));
    }

    #[test]
    fn a_line_that_can_not_be_read_says_why() {
        let refused = |format, lines: &[&str]| match read(format, lines).pop() {
            Some(Err(reason)) => reason,
            other => panic!("{other:?}"),
        };
        assert!(refused(EventsFormat::Ndjson, &["{"]).contains("EOF"));
        assert!(refused(EventsFormat::Ndjson, &[r#"{"type":"click","age":7}"#]).contains("age"));
        assert!(refused(EventsFormat::Csv, &["type,ip", "click"]).contains("1 values"));
        assert!(refused(EventsFormat::Csv, &["type,age", "click,7"]).contains("age"));
        assert!(refused(EventsFormat::Csv, &["type", "klick"]).contains("klick"));
    }
}
