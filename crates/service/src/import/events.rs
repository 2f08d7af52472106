//! Events of another system become events of this one, checked as reported ones are.
//!
//! A line needs the time of its event. One without an `event_id` is named by its content, so that importing a file
//! again within 30 days adds nothing. The file is read once, in bounded memory.

use std::io::BufRead;

use tokio::sync::mpsc;
use viral_engine_api_types::FieldError;
use viral_engine_api_types::events::{BULK_MAX, CreateEvent, EventOrigin};

use super::error::ImportError;
use super::lines::next_line;
use super::records::{EventsFormat, Records};
use super::repeats::Repeats;
use crate::caller::Caller;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
use crate::events::ingest::IngestHandle;
use crate::events::{Report, take_in};

/// Batches that are made ready while one is stored.
const AHEAD: usize = 2;

/// What an import did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EventsImport {
    /// Events stored.
    pub stored: u64,
    /// Events known already, from an earlier import or by their `event_id`.
    pub known: u64,
    /// Lines refused.
    pub refused: u64,
}

/// Imports a file of events; `refused` is told the number of each line that is refused, from 1, and why.
///
/// # Errors
/// As [`ImportError`] says.
pub async fn import_events(
    context: &Context,
    ingest: &IngestHandle,
    reader: impl BufRead + Send + 'static,
    format: EventsFormat,
    mut refused: impl FnMut(u64, &ServiceError),
) -> Result<EventsImport, ImportError> {
    let caller = Caller::system();
    let (sender, mut batches) = mpsc::channel(AHEAD);
    // Reading and hashing block, so they have a thread of their own.
    let reading = tokio::task::spawn_blocking(move || read(reader, format, &sender));
    let mut sums = EventsImport::default();
    while let Some(Batch { numbers, events }) = batches.recv().await {
        let reports = take_in(context, ingest, &caller, EventOrigin::Import, events).await?;
        for (number, report) in numbers.into_iter().zip(reports) {
            match report {
                Ok(Report::Accepted(_)) => sums.stored += 1,
                Ok(Report::Duplicate(_)) => sums.known += 1,
                Err(error) => {
                    sums.refused += 1;
                    refused(number, &error);
                }
            }
        }
    }
    match reading.await {
        Ok(result) => result?,
        Err(error) => return Err(ServiceError::Internal(error.to_string()).into()),
    }
    Ok(sums)
}

#[derive(Default)]
struct Batch {
    numbers: Vec<u64>,
    events: Vec<ServiceResult<CreateEvent>>,
}

/// Reads all lines, a batch at a time, until nobody takes them any more.
fn read(
    mut reader: impl BufRead,
    format: EventsFormat,
    batches: &mpsc::Sender<Batch>,
) -> Result<(), ImportError> {
    let (mut records, mut repeats) = (Records::new(format), Repeats::default());
    let (mut batch, mut line) = (Batch::default(), Vec::new());
    for number in 1.. {
        if !next_line(&mut reader, &mut line)? {
            break;
        }
        let Some(record) = records.read(&line) else {
            continue;
        };
        batch.numbers.push(number);
        let named = record.and_then(|event| named(event, &mut repeats, &line));
        batch.events.push(named);
        if batch.events.len() == BULK_MAX
            && batches.blocking_send(std::mem::take(&mut batch)).is_err()
        {
            return Ok(());
        }
    }
    // Nobody takes it when storing has failed, which is told there.
    let _ = batches.blocking_send(batch);
    Ok(())
}

fn named(mut event: CreateEvent, repeats: &mut Repeats, line: &[u8]) -> ServiceResult<CreateEvent> {
    if event.occurred_at.is_none() {
        let detail = "Say when it happened, such as 2026-03-16T12:00:00Z.";
        let missing = FieldError::new("/occurred_at", "required", detail);
        return Err(ServiceError::Invalid(vec![missing]));
    }
    if event.event_id.is_none() {
        event.event_id = Some(repeats.name("import", b"", line));
    }
    Ok(event)
}
