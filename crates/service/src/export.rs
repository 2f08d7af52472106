//! Exports as CSV or NDJSON: made a batch at a time, so that a million rows take no more memory than a thousand.

use std::pin::Pin;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures_util::Stream;
use futures_util::stream::try_unfold;
use serde::Serialize;
use uuid::Uuid;
use viral_engine_db::page::PageQuery;

use crate::error::{ServiceError, ServiceResult};

/// Rows made at a time.
pub const BATCH_ROWS: i64 = 1_000;

/// How an export is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFormat {
    /// Comma-separated values (RFC 4180) with a line of column names.
    Csv,
    /// A JSON object a line.
    Ndjson,
}

/// The parts of an export, in order. An error ends it early, and the receiver notices that its end is missing.
pub type ExportStream = Pin<Box<dyn Stream<Item = ServiceResult<Bytes>> + Send>>;

/// Time and id of the last row of a batch; none before the first.
pub(crate) type Border = Option<(DateTime<Utc>, Uuid)>;

/// The rows behind a border, newest first, as many as are made at a time.
pub(crate) fn batch_behind(border: Border) -> PageQuery {
    PageQuery {
        border,
        ..PageQuery::newest(BATCH_ROWS)
    }
}

/// From where to go on behind these rows; `None` when they are the last.
pub(crate) fn border_of<T>(
    rows: &[T],
    place: impl Fn(&T) -> (DateTime<Utc>, Uuid),
) -> Option<Border> {
    let is_full = rows.len() as i64 == BATCH_ROWS;
    rows.last()
        .filter(|_| is_full)
        .map(|last| Some(place(last)))
}

/// Something that can be exported.
pub trait Exported: Serialize {
    /// Names of the columns.
    const COLUMNS: &'static [&'static str];

    /// A cell a column.
    fn cells(&self) -> Vec<String>;
}

/// Makes the parts of an export. `load` answers the next batch and from where to go on; `None` behind the last.
pub fn export<T, Position, Load, Batch>(
    format: ExportFormat,
    begin: Position,
    load: Load,
) -> ExportStream
where
    T: Exported,
    Position: Send + 'static,
    Load: Fn(Position) -> Batch + Send + 'static,
    Batch: Future<Output = ServiceResult<(Vec<T>, Option<Position>)>> + Send + 'static,
{
    let state = Some((begin, true));
    Box::pin(try_unfold((state, load), move |(state, load)| async move {
        let Some((position, is_first)) = state else {
            return Ok(None);
        };
        let (rows, next) = load(position).await?;
        let part = part(format, &rows, is_first)?;
        Ok(Some((part, (next.map(|next| (next, false)), load))))
    }))
}

fn part<T: Exported>(format: ExportFormat, rows: &[T], is_first: bool) -> ServiceResult<Bytes> {
    match format {
        ExportFormat::Csv => csv(rows, is_first),
        ExportFormat::Ndjson => ndjson(rows),
    }
}

/// Rows as CSV, under a line of column names if they are the first.
pub(crate) fn csv<T: Exported>(rows: &[T], is_first: bool) -> ServiceResult<Bytes> {
    write_csv(is_first.then_some(T::COLUMNS), rows.iter().map(T::cells))
}

/// Cells as CSV, under a line of column names if there are any.
pub(crate) fn write_csv(
    columns: Option<&[&str]>,
    rows: impl Iterator<Item = Vec<String>>,
) -> ServiceResult<Bytes> {
    let failed = |error: csv::Error| ServiceError::Internal(error.to_string());
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    if let Some(columns) = columns {
        writer.write_record(columns).map_err(failed)?;
    }
    for cells in rows {
        writer
            .write_record(cells.into_iter().map(without_formula))
            .map_err(failed)?;
    }
    let bytes = writer
        .into_inner()
        .map_err(|error| ServiceError::Internal(error.to_string()))?;
    Ok(bytes.into())
}

fn ndjson<T: Serialize>(rows: &[T]) -> ServiceResult<Bytes> {
    let mut bytes = Vec::new();
    for row in rows {
        serde_json::to_writer(&mut bytes, row)
            .map_err(|error| ServiceError::Internal(error.to_string()))?;
        bytes.push(b'\n');
    }
    Ok(bytes.into())
}

/// What a formula begins with. Spreadsheets read the full-width signs of East Asian keyboards as the plain ones.
const FORMULA_SIGNS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// A cell that no spreadsheet takes for a formula (OWASP, "CSV Injection"): what begins like one gets a quote in
/// front. Negative numbers are left alone.
fn without_formula(cell: String) -> String {
    if cell.starts_with(FORMULA_SIGNS) && cell.parse::<f64>().is_err() {
        format!("'{cell}")
    } else {
        cell
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize)]
    struct Row(&'static str);

    impl Exported for Row {
        const COLUMNS: &'static [&'static str] = &["text"];

        fn cells(&self) -> Vec<String> {
            vec![self.0.to_owned()]
        }
    }

    #[test]
    fn cells_that_look_like_formulas_are_quoted() {
        for cell in [
            "=1+1",
            "+1-1",
            "-1+1",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "\n=1",
            "=cmd|' /C calc'!A0",
            "＝1+1",
            "＋1",
            "－1",
            "＠SUM(A1)",
        ] {
            assert_eq!(without_formula(cell.to_owned()), format!("'{cell}"));
        }
        for cell in ["a=1", "-12.50", "", "2026-03-16", "'=1"] {
            assert_eq!(without_formula(cell.to_owned()), cell);
        }
    }

    #[test]
    fn only_the_first_part_names_the_columns() {
        let rows = [Row("a,\"b\"")];
        let first = part(ExportFormat::Csv, &rows, true).unwrap();
        assert_eq!(first, "text\r\n\"a,\"\"b\"\"\"\r\n");
        let second = part(ExportFormat::Csv, &rows, false).unwrap();
        assert_eq!(second, "\"a,\"\"b\"\"\"\r\n");
    }
}
