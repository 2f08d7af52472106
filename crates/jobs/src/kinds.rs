//! Everything that can be run, in one place. What a job is about is declared by the use cases that enqueue it.

use std::time::{Duration, Instant};

use diesel_async::AsyncConnection;
use tracing::Instrument;
use uuid::Uuid;
use viral_engine_service::ServiceResult;
use viral_engine_service::alerts::{EvaluateAlerts, evaluate_alerts};
use viral_engine_service::attribution::{AttributeConversions, attribute_next, begin_attributing};
use viral_engine_service::audit::{
    MakeAuditHead, PruneAuditEntries, make_audit_head, prune_audit_entries,
};
use viral_engine_service::consents::{
    AdvanceConsents, SendConsentText, TextOutcome, advance_consents, require_reconsent,
    send_consent_text,
};
use viral_engine_service::data_requests::{
    RunDataRequest, begin_deletion, delete_next, export_user,
};
use viral_engine_service::emails::{self, Outcome, SendEmail, Sending};
use viral_engine_service::events::{
    CheckRollups, EraseOldIdentifiers, MakePartitions, RejectUnknownClicks, check_rollups,
    erase_old_identifiers, make_partitions, reject_unknown_clicks,
};
use viral_engine_service::guardrails::{StoreHealthSnapshot, store_health_snapshot};
use viral_engine_service::housekeeping::{Sweep, sweep};
use viral_engine_service::jobs::{PruneJobs, prune_jobs};
use viral_engine_service::notices::RequireReconsent;
use viral_engine_service::recaps::{GenerateRecaps, begin_recaps, generate_recaps};
use viral_engine_service::reports::{
    GenerateReport, ScheduleReport, generate_report, schedule_report,
};
use viral_engine_service::retention::{EnforceRetention, enforce_retention};
use viral_engine_service::users::{
    AdvanceAges, ResealPersonalFields, advance_ages, reseal_personal_fields,
};
use viral_engine_service::webhooks::{DeliverWebhook, PruneWebhooks};

use crate::context::JobContext;
use crate::job::{Job, JobError, JobResult};
use crate::registry::Registry;

/// Every kind of job of the engine.
#[must_use]
pub fn registry() -> Registry {
    Registry::new()
        .with::<AdvanceAges>()
        .with::<AdvanceConsents>()
        .with::<AttributeConversions>()
        .with::<CheckRollups>()
        .with::<DeliverWebhook>()
        .with::<EnforceRetention>()
        .with::<EraseOldIdentifiers>()
        .with::<EvaluateAlerts>()
        .with::<GenerateRecaps>()
        .with::<GenerateReport>()
        .with::<MakeAuditHead>()
        .with::<MakePartitions>()
        .with::<PruneAuditEntries>()
        .with::<PruneJobs>()
        .with::<PruneWebhooks>()
        .with::<RejectUnknownClicks>()
        .with::<RequireReconsent>()
        .with::<ResealPersonalFields>()
        .with::<RunDataRequest>()
        .with::<ScheduleReport>()
        .with::<SendConsentText>()
        .with::<SendEmail>()
        .with::<StoreHealthSnapshot>()
        .with::<Sweep>()
}

impl Job for AdvanceAges {
    async fn run(self, cx: JobContext) -> JobResult {
        advance_ages(&cx.service).await?;
        cx.done()
    }
}

impl Job for AdvanceConsents {
    async fn run(self, cx: JobContext) -> JobResult {
        advance_consents(&cx.service).await?;
        cx.done()
    }
}

impl Job for AttributeConversions {
    // Years may be asked for.
    const TIMEOUT: Duration = Duration::from_secs(60 * 60);

    async fn run(self, cx: JobContext) -> JobResult {
        let mut run = begin_attributing(self);
        while attribute_next(&cx.service, &mut run).await? {
            cx.progress(run.done, None).await?;
        }
        cx.progress(run.done, Some(run.done)).await?;
        cx.done()
    }
}

impl Job for CheckRollups {
    async fn run(self, cx: JobContext) -> JobResult {
        check_rollups(&cx.service, self.day).await?;
        cx.done()
    }
}

impl Job for MakeAuditHead {
    async fn run(self, cx: JobContext) -> JobResult {
        make_audit_head(&cx.service).await?;
        cx.done()
    }
}

impl Job for PruneAuditEntries {
    // Years may be due at once where the retention was shortened.
    const TIMEOUT: Duration = Duration::from_secs(60 * 60);

    async fn run(self, cx: JobContext) -> JobResult {
        prune_audit_entries(&cx.service).await?;
        cx.done()
    }
}

impl Job for EnforceRetention {
    // Years may be due at once where a rule was shortened.
    const TIMEOUT: Duration = Duration::from_secs(60 * 60);

    async fn run(self, cx: JobContext) -> JobResult {
        enforce_retention(&cx.service).await?;
        cx.done()
    }
}

impl Job for EraseOldIdentifiers {
    async fn run(self, cx: JobContext) -> JobResult {
        erase_old_identifiers(&cx.service).await?;
        cx.done()
    }
}

impl Job for EvaluateAlerts {
    async fn run(self, cx: JobContext) -> JobResult {
        evaluate_alerts(&cx.service).await?;
        cx.done()
    }
}

impl Job for GenerateRecaps {
    // A hundred thousand parents take a minute or so.
    const TIMEOUT: Duration = Duration::from_secs(60 * 60);

    async fn run(self, cx: JobContext) -> JobResult {
        let mut run = begin_recaps(&cx.service, &self).await?;
        let (mut done, mut go_on) = (0, true);
        cx.progress(done, Some(run.total)).await?;
        while go_on {
            let mut conn = cx.service.connection().await?;
            let chunk = conn
                .transaction(async |conn| {
                    cx.hold(conn).await?;
                    Ok::<_, JobError>(generate_recaps(conn, &cx.service, &run).await?)
                })
                .await?;
            drop(conn);
            done += chunk.parents;
            go_on = run.advance(chunk);
            cx.progress(done, Some(run.total.max(done))).await?;
        }
        cx.done()
    }
}

impl Job for GenerateReport {
    async fn run(self, cx: JobContext) -> JobResult {
        let id = self.report_id.into();
        measured(generate_report(&cx.service, id)).await?;
        cx.done()
    }
}

/// Counts and times the computation of a report.
async fn measured<T>(computation: impl Future<Output = ServiceResult<T>>) -> ServiceResult<T> {
    let count = |outcome: &'static str| {
        metrics::counter!("viral_engine_reports_total", "outcome" => outcome).increment(1);
    };
    count("started");
    let begun = Instant::now();
    let computed = computation
        .instrument(tracing::info_span!("generate_report"))
        .await;
    metrics::histogram!("viral_engine_report_duration_seconds").record(begun.elapsed());
    count(if computed.is_ok() {
        "completed"
    } else {
        "failed"
    });
    computed
}

impl Job for MakePartitions {
    async fn run(self, cx: JobContext) -> JobResult {
        make_partitions(&cx.service).await?;
        cx.done()
    }
}

impl Job for PruneJobs {
    async fn run(self, cx: JobContext) -> JobResult {
        prune_jobs(&cx.service).await?;
        cx.done()
    }
}

impl Job for RejectUnknownClicks {
    async fn run(self, cx: JobContext) -> JobResult {
        reject_unknown_clicks(&cx.service).await?;
        cx.done()
    }
}

impl Job for RequireReconsent {
    async fn run(self, cx: JobContext) -> JobResult {
        require_reconsent(&cx.service, self).await?;
        cx.done()
    }
}

impl Job for ResealPersonalFields {
    async fn run(self, cx: JobContext) -> JobResult {
        reseal_personal_fields(&cx.service).await?;
        cx.done()
    }
}

impl Job for RunDataRequest {
    // A user with millions of events takes minutes.
    const TIMEOUT: Duration = Duration::from_secs(60 * 60);

    async fn run(self, cx: JobContext) -> JobResult {
        if let Some(mut deletion) = begin_deletion(&cx.service, self.request).await? {
            while delete_next(&cx.service, &mut deletion).await? {
                cx.progress(deletion.done, Some(deletion.total)).await?;
            }
        }
        export_user(&cx.service, self.request).await?;
        cx.done()
    }
}

impl Job for ScheduleReport {
    async fn run(self, cx: JobContext) -> JobResult {
        let mut conn = cx.service.connection().await?;
        conn.transaction(async |conn| {
            let finished = cx.finish(conn).await?;
            schedule_report(conn, &cx.service, &self).await?;
            Ok(finished)
        })
        .await
    }
}

/// Together about as long as a lease lasts.
const NOTED_AGAIN_AFTER: [Duration; 5] = [
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
    Duration::from_secs(4),
];

impl Job for SendConsentText {
    // Longer than the gateway is waited for.
    const TIMEOUT: Duration = Duration::from_secs(60);

    async fn run(self, cx: JobContext) -> JobResult {
        match send_consent_text(&cx.service, &self).await? {
            TextOutcome::Over => cx.done(),
            TextOutcome::Refused(reason) => Err(JobError::ForGood(reason)),
            TextOutcome::Failed(reason) => Err(JobError::Failed(reason)),
        }
    }
}

impl Job for SendEmail {
    // Longer than the mail server is waited for.
    const TIMEOUT: Duration = Duration::from_secs(3 * 60);

    async fn run(self, cx: JobContext) -> JobResult {
        let mut conn = cx.service.connection().await?;
        let sending = conn
            .transaction(async |conn| {
                cx.hold(conn).await?;
                Ok::<_, JobError>(emails::prepare(conn, &cx.service, self.email).await?)
            })
            .await?;
        // None is kept while the mail server is talked to.
        drop(conn);
        let result = match sending {
            Sending::Over => return cx.done(),
            Sending::Suppressed(reason) => Ok(Outcome::Suppressed(reason)),
            Sending::Waits => return wait(&cx, self.email).await,
            Sending::Refused(error) => Err(error),
            Sending::Message(message) => {
                let handed_over = cx.service.mailer.hand_over(*message).await;
                handed_over.map(|left| Outcome::Sent { left })
            }
        };
        match result {
            Ok(outcome) => note_whatever_happens(&cx, self.email, &outcome).await,
            Err(error) => {
                let mut conn = cx.service.connection().await?;
                let failed = Outcome::Failed(error.clone());
                conn.transaction(async |conn| {
                    cx.hold(conn).await?;
                    emails::record(conn, &cx.service, self.email, &failed).await?;
                    Ok::<_, JobError>(())
                })
                .await?;
                Err(match error.is_for_good {
                    true => JobError::ForGood(error.to_string()),
                    false => JobError::Failed(error.to_string()),
                })
            }
        }
    }
}

/// Ends the job and asks for another one. Where this one was asked for a moment ago it is tried again as any other.
async fn wait(cx: &JobContext, email: Uuid) -> JobResult {
    let mut conn = cx.service.connection().await?;
    conn.transaction(async |conn| {
        let finished = cx.finish(conn).await?;
        match emails::send_later(conn, email, cx.id()).await? {
            true => Ok(finished),
            false => Err(JobError::Failed(
                "email delivery is switched off".to_owned(),
            )),
        }
    })
    .await
}

/// A message that has gone and is not noted would go again, so a database that is away for a moment is waited for.
async fn note_whatever_happens(cx: &JobContext, email: Uuid, outcome: &Outcome) -> JobResult {
    for wait in NOTED_AGAIN_AFTER {
        match note(cx, email, outcome).await {
            Err(JobError::Failed(reason)) => {
                tracing::warn!(reason, "how a message went can not be noted yet");
                tokio::time::sleep(wait).await;
            }
            noted => return noted,
        }
    }
    note(cx, email, outcome).await
}

async fn note(cx: &JobContext, email: Uuid, outcome: &Outcome) -> JobResult {
    let mut conn = cx.service.connection().await?;
    conn.transaction(async |conn| {
        let finished = cx.finish(conn).await?;
        emails::record(conn, &cx.service, email, outcome).await?;
        Ok(finished)
    })
    .await
}

impl Job for StoreHealthSnapshot {
    async fn run(self, cx: JobContext) -> JobResult {
        store_health_snapshot(&cx.service).await?;
        cx.done()
    }
}

impl Job for Sweep {
    async fn run(self, cx: JobContext) -> JobResult {
        sweep(&cx.service).await?;
        cx.done()
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use viral_engine_service::schedules::SCHEDULES;

    use super::*;

    #[test]
    fn whatever_a_schedule_enqueues_can_be_run() {
        let registry = registry();
        for schedule in SCHEDULES {
            let job = (schedule.job)(DateTime::UNIX_EPOCH).expect("a job");
            assert!(registry.find(job.kind).is_some(), "{}", job.kind);
        }
    }
}
