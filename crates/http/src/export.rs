//! Downloads that are made while they are sent.

use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use bytes::Bytes;
use futures_util::StreamExt;
use serde::Deserialize;
use utoipa::ToSchema;
use viral_engine_service::export::{ExportFormat, ExportStream};

const CSV: &str = "text/csv; charset=utf-8";

/// How an export is written.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FormatParameter {
    /// Comma-separated values with a line of column names.
    #[default]
    Csv,
    /// A JSON object a line.
    Ndjson,
}

impl From<FormatParameter> for ExportFormat {
    fn from(format: FormatParameter) -> Self {
        match format {
            FormatParameter::Csv => Self::Csv,
            FormatParameter::Ndjson => Self::Ndjson,
        }
    }
}

/// The download `<name>.csv`, which is made already.
pub fn csv_file(name: &str, bytes: Bytes) -> HttpResponse {
    let disposition = format!("attachment; filename=\"{name}.csv\"");
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, CSV))
        .insert_header((CONTENT_DISPOSITION, disposition))
        .body(bytes)
}

/// The download `<name>.csv` or `<name>.ndjson`. A failure half-way ends the connection without the end of the body,
/// so that a client does not take a part for the whole.
pub fn download(name: &str, format: ExportFormat, parts: ExportStream) -> HttpResponse {
    let (media_type, extension) = match format {
        ExportFormat::Csv => (CSV, "csv"),
        ExportFormat::Ndjson => ("application/x-ndjson", "ndjson"),
    };
    let parts = parts.inspect(|part| {
        if let Err(error) = part {
            tracing::error!(%error, "an export ended early");
        }
    });
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, media_type))
        .insert_header((
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}.{extension}\""),
        ))
        .streaming(parts)
}
