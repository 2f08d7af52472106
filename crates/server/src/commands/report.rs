//! `viral-engine report`

use std::path::Path;

use anyhow::{Context as _, Result};
use viral_engine_api_types::reports::{CreateReport, ReportFormat, ReportType};
use viral_engine_service::Caller;
use viral_engine_service::reports::{create_report, export_report, generate_report};

use super::{answer, explained, with_context};
use crate::cli::{ReportArguments, ReportDays, ReportFileFormat};
use crate::config::Sources;

/// Makes a report here and now, keeps it like every other, and writes it.
pub(crate) async fn run(sources: &Sources, arguments: ReportArguments) -> Result<()> {
    let format = format(arguments.format);
    let output = arguments.output.clone();
    let bytes = with_context(sources, async |_, context| {
        let asked = create_report(context, &Caller::system(), body(arguments)).await;
        let id = asked.map_err(explained)?.id;
        generate_report(context, id).await.map_err(explained)?;
        let (_, bytes) = export_report(context, id, format)
            .await
            .map_err(explained)?;
        Ok(bytes)
    })
    .await?;
    if output == Path::new("-") {
        return answer(&bytes);
    }
    std::fs::write(&output, &bytes)
        .with_context(|| format!("{} could not be written", output.display()))?;
    answer(format!("Written to {}.\n", output.display()))
}

fn body(arguments: ReportArguments) -> CreateReport {
    CreateReport {
        report_type: match arguments.days {
            ReportDays::Weekly => ReportType::Weekly,
            ReportDays::Monthly => ReportType::Monthly,
            ReportDays::Custom => ReportType::Custom,
        },
        from: arguments.from,
        to: arguments.to,
        time_zone: arguments.time_zone,
    }
}

fn format(format: ReportFileFormat) -> ReportFormat {
    match format {
        ReportFileFormat::Html => ReportFormat::Html,
        ReportFileFormat::Pdf => ReportFormat::Pdf,
        ReportFileFormat::Csv => ReportFormat::Csv,
        ReportFileFormat::Json => ReportFormat::Json,
    }
}
