//! `viral-engine import`

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, stdin};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use viral_engine_service::import::{EventsFormat, ImportSummary, import_access_log, import_events};
use viral_engine_service::links::find_link_id;
use viral_engine_service::{ServiceError, events};

use super::{answer, with_context};
use crate::cli::EventsFileFormat;
use crate::config::Sources;

/// How often a long import says how far it is.
const TELL_EVERY: Duration = Duration::from_secs(5);
/// So many refused lines are shown; the rest are counted.
const SHOWN_LINES: u64 = 20;

/// Turns the lines of an access log into hits of a link and prints the sums.
pub(crate) async fn access_log(sources: &Sources, file: &Path, link: &str) -> Result<()> {
    // Before the database is opened: a wrong name is told at once.
    let reader = open(file)?;
    let begun = Instant::now();
    let summary = with_context(sources, async |_, context| {
        let link = find_link_id(context, link).await.with_context(|| {
            format!("--link {link:?}: give the id, token, alias or short URL of a link")
        })?;
        let ingest = events::start_ingest(context)?;
        let mut told = begun;
        let imported = import_access_log(context, &ingest, reader, link, |sums| {
            if told.elapsed() >= TELL_EVERY {
                told = Instant::now();
                tracing::info!(lines = sums.lines, hits = sums.hits, "importing");
            }
        });
        let imported = imported.await;
        ingest.shutdown().await;
        imported.context("the access log was not imported to its end; importing it again goes on")
    })
    .await?;
    answer(report(&summary, begun.elapsed()))?;
    if summary.lines > 0 && summary.hits + summary.known == 0 {
        bail!(
            "no line of {} is a hit: is it an access log in the combined format?",
            file.display()
        );
    }
    Ok(())
}

/// Takes in a file of events and prints the sums; lines that are refused are named on standard error.
pub(crate) async fn events(
    sources: &Sources,
    file: &Path,
    format: Option<EventsFileFormat>,
) -> Result<()> {
    let reader = open(file)?;
    let is_csv = match format {
        Some(format) => format == EventsFileFormat::Csv,
        None => file.extension().is_some_and(|ending| ending == "csv"),
    };
    let format = if is_csv {
        EventsFormat::Csv
    } else {
        EventsFormat::Ndjson
    };
    let begun = Instant::now();
    let sums = with_context(sources, async |_, context| {
        let ingest = events::start_ingest(context)?;
        let mut shown = 0;
        let imported = import_events(context, &ingest, reader, format, |number, reason| {
            shown += 1;
            if shown <= SHOWN_LINES {
                eprintln!("line {number}: {}", reason_of(reason));
            }
        });
        let imported = imported.await;
        ingest.shutdown().await;
        imported.context("the events were not imported to their end; importing them again goes on")
    })
    .await?;
    answer(format!(
        "{} events stored in {:.1} s, {} known already, {} lines refused\n",
        sums.stored,
        begun.elapsed().as_secs_f64(),
        sums.known,
        sums.refused,
    ))
}

/// Why a line was refused. Fields are named as on the line, not by their place in a batch.
fn reason_of(error: &ServiceError) -> String {
    let ServiceError::Invalid(fields) = error else {
        return error.to_string();
    };
    let each: Vec<String> = fields
        .iter()
        .map(|field| {
            let name = field.pointer.rsplit('/').next().unwrap_or_default();
            format!("{name}: {}", field.detail)
        })
        .collect();
    each.join(" ")
}

fn open(file: &Path) -> Result<Box<dyn BufRead + Send>> {
    if file == Path::new("-") {
        return Ok(Box::new(BufReader::new(stdin())));
    }
    let opened = File::open(file).with_context(|| format!("{} can not be read", file.display()))?;
    if opened.metadata().is_ok_and(|data| data.is_dir()) {
        bail!("{} is a folder, not a file", file.display());
    }
    Ok(Box::new(BufReader::new(opened)))
}

fn report(summary: &ImportSummary, took: Duration) -> String {
    let mut text = format!(
        "{} lines in {:.1} s: {} hits stored, {} known from an earlier import, {} refused\n",
        summary.lines,
        took.as_secs_f64(),
        summary.hits,
        summary.known,
        summary.refused.values().sum::<u64>(),
    );
    for (title, counts) in [
        ("hits by class", &summary.classes),
        ("refused by reason", &summary.refused),
    ] {
        if !counts.is_empty() {
            text.push_str(&format!("{title}: {}\n", listed(counts)));
        }
    }
    text
}

/// `bot 2, human 7`
fn listed(counts: &BTreeMap<&'static str, u64>) -> String {
    let each: Vec<String> = counts
        .iter()
        .map(|(name, count)| format!("{name} {count}"))
        .collect();
    each.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sums_are_told_in_words() {
        let summary = ImportSummary {
            lines: 12,
            hits: 9,
            known: 1,
            refused: BTreeMap::from([("not_get", 2)]),
            classes: BTreeMap::from([("human", 7), ("bot", 2)]),
        };
        assert_eq!(
            report(&summary, Duration::from_millis(1_250)),
            "12 lines in 1.2 s: 9 hits stored, 1 known from an earlier import, 2 refused\n\
             hits by class: bot 2, human 7\n\
             refused by reason: not_get 2\n"
        );
    }

    #[test]
    fn a_file_that_is_none_is_named() {
        let missing = open(Path::new("/nowhere/access.log"))
            .err()
            .expect("no file");
        assert!(missing.to_string().contains("/nowhere/access.log"));
        let folder = open(Path::new("/")).err().expect("no file");
        assert!(folder.to_string().contains("is a folder"));
    }
}
