//! `GET` lines of a web server's access log become hits of a link, classified as live ones are.
//!
//! What a log does not tell is taken as absent: there are no cookies, languages, client hints or purposes. The link
//! is judged as it was at the time of the line (not yet disabled, not yet expired). One that this process would serve to
//! nobody is refused before anything is stored: its hits would be rejected for good, most likely because the command
//! does not have the configuration of `serve`. The log is read once, in bounded
//! memory. Importing the same log again within 30 days adds nothing, nor does a longer edition of it: each line is an
//! event with an id of its own.

use std::collections::BTreeMap;
use std::io::BufRead;

use chrono::{DateTime, Utc};
use tokio::sync::mpsc;
use viral_engine_api_types::LinkId;
use viral_engine_api_types::events::{EventOrigin, EventType};
use viral_engine_db::links::{LinkRow, find_link};
use viral_engine_domain::access_log::{ParsedLine, RefusedLine, parse_line};
use viral_engine_domain::clicks::{DayKeys, HitClass, PassiveSignals, classify};
use viral_engine_domain::event_id;
use viral_engine_domain::links::{Decision, LinkState, decide};

use super::error::ImportError;
use super::lines::next_line;
use super::repeats::Repeats;
use crate::context::Context;
use crate::entropy::Entropy;
use crate::error::{ServiceError, ServiceResult};
use crate::events::ingest::BATCH_EVENTS;
use crate::events::{Hit, IncomingEvent, IngestHandle, LinkReference, Outcome, Reported};
use crate::links::signed::is_genuine;

/// Batches that are made ready while one is stored.
const AHEAD: usize = 2;

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportSummary {
    /// Lines read.
    pub lines: u64,
    /// Hits stored.
    pub hits: u64,
    /// Hits that an earlier import had stored.
    pub known: u64,
    /// Lines refused, by reason.
    pub refused: BTreeMap<&'static str, u64>,
    /// Hits stored, by class.
    pub classes: BTreeMap<&'static str, u64>,
}

/// Imports an access log as hits of a link; `progress` is told the sums after each batch.
///
/// # Errors
/// As [`ImportError`] says.
pub async fn import_access_log(
    context: &Context,
    ingest: &IngestHandle,
    reader: impl BufRead + Send + 'static,
    link_id: LinkId,
    mut progress: impl FnMut(&ImportSummary),
) -> Result<ImportSummary, ImportError> {
    let mut conn = context.connection().await?;
    let found = find_link(&mut conn, link_id.0)
        .await
        .map_err(ServiceError::from)?;
    drop(conn);
    let (link, _) = found.ok_or(ServiceError::NotFound("link"))?;
    refuse_unserved(context, &link)?;
    let mut importer = Importer::new(context, ingest, link);
    let (sender, mut batches) = mpsc::channel(AHEAD);
    // Reading and hashing block, so they have a thread of their own.
    let reading = tokio::task::spawn_blocking(move || importer.read(reader, &sender));
    let mut summary = ImportSummary::default();
    while let Some(batch) = batches.recv().await {
        let Batch {
            lines,
            refused,
            events,
        } = batch;
        if !events.is_empty() {
            for outcome in ingest.store_when_possible(events).await? {
                summary.count(&outcome);
            }
        }
        summary.lines += lines;
        for (reason, count) in refused {
            *summary.refused.entry(reason).or_default() += count;
        }
        progress(&summary);
    }
    match reading.await {
        Ok(result) => result?,
        Err(error) => return Err(ServiceError::Internal(error.to_string()).into()),
    }
    Ok(summary)
}

fn refuse_unserved(context: &Context, link: &LinkRow) -> ServiceResult<()> {
    if !is_genuine(link, &context.keys.links) {
        return Err(ServiceError::Conflict(
            "the link is not as it was signed: it was altered, or LINK_SIGNING_KEYS differ from those of the engine              that minted it"
                .to_owned(),
        ));
    }
    let checked = context.config.targets.check(&link.target_url);
    checked.map(drop).map_err(|error| {
        ServiceError::Conflict(format!(
            "the link's target is refused by the configuration of this command, so that all of its hits would be \
             rejected ({error}); give it the LINK_TARGET_HOSTS of the engine that serves the link"
        ))
    })
}

impl ImportSummary {
    fn count(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Accepted { class, .. } => {
                self.hits += 1;
                let class = class.map_or("", HitClass::as_str);
                *self.classes.entry(class).or_default() += 1;
            }
            Outcome::Duplicate(_) => self.known += 1,
            Outcome::Rejected(_) => *self.refused.entry("rejected").or_default() += 1,
        }
    }
}

#[derive(Default)]
struct Batch {
    lines: u64,
    refused: BTreeMap<&'static str, u64>,
    events: Vec<IncomingEvent>,
}

struct Importer {
    ingest: IngestHandle,
    link: LinkRow,
    now: DateTime<Utc>,
    entropy: Entropy,
    repeats: Repeats,
    day: Option<DayKeys>,
}

impl Importer {
    fn new(context: &Context, ingest: &IngestHandle, link: LinkRow) -> Self {
        Self {
            ingest: ingest.clone(),
            link,
            now: context.now(),
            entropy: Entropy::default(),
            repeats: Repeats::default(),
            day: None,
        }
    }

    /// Reads all lines, a batch at a time, until nobody takes them any more.
    fn read(
        &mut self,
        mut reader: impl BufRead,
        batches: &mpsc::Sender<Batch>,
    ) -> Result<(), ImportError> {
        let mut line = Vec::new();
        let mut batch = Batch::default();
        while next_line(&mut reader, &mut line)? {
            batch.lines += 1;
            match self.event(&line)? {
                Ok(event) => batch.events.push(event),
                Err(reason) => *batch.refused.entry(reason.as_str()).or_default() += 1,
            }
            let is_full = batch.events.len() >= BATCH_EVENTS || batch.lines >= 100_000;
            if is_full && batches.blocking_send(std::mem::take(&mut batch)).is_err() {
                return Ok(());
            }
        }
        // Nobody takes it when storing has failed, which is told there.
        let _ = batches.blocking_send(batch);
        Ok(())
    }

    fn event(&mut self, line: &[u8]) -> ServiceResult<Result<IncomingEvent, RefusedLine>> {
        let text = String::from_utf8_lossy(line);
        let parsed = match parse_line(&text) {
            // A line of the future, or from before there was a web, is as broken as one without a time.
            Ok(parsed) if (DateTime::UNIX_EPOCH..=self.now).contains(&parsed.time) => parsed,
            Ok(_) => return Ok(Err(RefusedLine::BadTime)),
            Err(reason) => return Ok(Err(reason)),
        };
        let decision = self.decide(parsed.time);
        let user_agent = parsed.user_agent.as_deref().unwrap_or_default();
        let (kind, agent) = self.ingest.identification().agent(user_agent);
        let visitors = self.visitors(&parsed, user_agent);
        Ok(Ok(IncomingEvent {
            id: event_id::at(parsed.time, &self.entropy.draw()?),
            event_type: EventType::Click,
            origin: EventOrigin::Import,
            occurred_at: parsed.time,
            received_at: self.now,
            link: LinkReference::Id(self.link.id),
            click_id: None,
            address: Some(self.ingest.identification().address(parsed.ip)),
            device: visitors.first().cloned(),
            has_cookie: false,
            agent,
            hit: Some(Hit {
                verdict: classify(decision, false, kind),
                reject_reason: match decision {
                    Decision::Refuse(reason) => Some(reason.as_str()),
                    Decision::Serve => None,
                },
                visitors,
                issued: None,
                genuine: true,
            }),
            reported: Some(Box::new(Reported {
                event_id: Some(
                    self.repeats
                        .name("access-log", self.link.id.as_bytes(), line),
                ),
                ..Reported::default()
            })),
        }))
    }

    /// Whether the link would have been served then. It may be younger than the hit.
    fn decide(&self, at: DateTime<Utc>) -> Decision {
        let happened = |time: Option<DateTime<Utc>>| time.is_some_and(|time| time <= at);
        let state = LinkState {
            genuine: true,
            target_allowed: true,
            disabled: happened(self.link.disabled_at),
            expires_at: self.link.expires_at,
            exhausted: happened(self.link.exhausted_at),
        };
        decide(&state, at)
    }

    fn visitors(&mut self, line: &ParsedLine<'_>, user_agent: &str) -> Vec<String> {
        let day = match self.day.take() {
            Some(day) if day.covers(line.time) => day,
            _ => self.ingest.identification().visitors.day(line.time),
        };
        let signals = PassiveSignals {
            ip: line.ip,
            user_agent,
            accept_language: "",
            client_hints: [""; 3],
        };
        let identity = day.passive(&signals, line.time);
        self.day = Some(day);
        let mut visitors = vec![identity.current.to_string()];
        visitors.extend(identity.yesterday.map(|id| id.to_string()));
        visitors
    }
}
