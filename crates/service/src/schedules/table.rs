//! All schedules. Each names the job that it enqueues; what that does is known to the crate `jobs` alone.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use viral_engine_api_types::reports::ScheduledReportType;
use viral_engine_db::jobs::NewJob;

use crate::alerts::EvaluateAlerts;
use crate::attribution::AttributeConversions;
use crate::audit::{MakeAuditHead, PruneAuditEntries};
use crate::consents::AdvanceConsents;
use crate::error::ServiceResult;
use crate::events::{CheckRollups, EraseOldIdentifiers, MakePartitions, RejectUnknownClicks};
use crate::guardrails::StoreHealthSnapshot;
use crate::housekeeping::Sweep;
use crate::jobs::{PruneJobs, When, new_job};
use crate::recaps::GenerateRecaps;
use crate::reports::ScheduleReport;
use crate::retention::EnforceRetention;
use crate::users::{AdvanceAges, ResealPersonalFields};
use crate::webhooks::PruneWebhooks;

/// What is asked for by the clock.
#[derive(Clone, Copy, Debug)]
pub struct Schedule {
    /// Its name. Rows keep it: never change it.
    pub name: &'static str,
    /// What for, in a sentence for operators.
    pub purpose: &'static str,
    /// Minute, hour, day of month, month and day of week.
    pub cron: &'static str,
    /// Whose time that is.
    pub zone: Zone,
    /// The job for a slot.
    pub job: fn(DateTime<Utc>) -> ServiceResult<NewJob>,
}

/// Whose time a schedule follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zone {
    /// UTC: for everything that is due several times a day.
    Utc,
    /// The configured time zone: for what people expect at a time on their wall.
    Configured,
}

impl Schedule {
    /// The zone, given the configured one.
    #[must_use]
    pub fn time_zone(&self, configured: Tz) -> Tz {
        match self.zone {
            Zone::Utc => Tz::UTC,
            Zone::Configured => configured,
        }
    }
}

/// All schedules.
pub const SCHEDULES: &[Schedule] = &[
    Schedule {
        name: "evaluate_alerts",
        purpose: "Raises, updates and resolves alerts.",
        cron: "* * * * *",
        zone: Zone::Utc,
        job: |_| new_job(&EvaluateAlerts {}, When::Now),
    },
    Schedule {
        name: "store_health_snapshot",
        purpose: "Stores the health score, for its history.",
        cron: "*/5 * * * *",
        zone: Zone::Utc,
        job: |_| new_job(&StoreHealthSnapshot {}, When::Now),
    },
    Schedule {
        name: "sweep",
        purpose: "Removes kept answers, counted attempts and ended sessions that have served their time.",
        cron: "*/10 * * * *",
        zone: Zone::Utc,
        job: |_| new_job(&Sweep {}, When::Now),
    },
    Schedule {
        name: "erase_old_identifiers",
        purpose: "Erases addresses and devices of events after their retention.",
        cron: "3-59/10 * * * *",
        zone: Zone::Utc,
        job: |_| new_job(&EraseOldIdentifiers {}, When::Now),
    },
    Schedule {
        name: "reject_unknown_clicks",
        purpose: "Rejects conversions whose click has not come within a day.",
        cron: "8-59/10 * * * *",
        zone: Zone::Utc,
        job: |_| new_job(&RejectUnknownClicks {}, When::Now),
    },
    Schedule {
        name: "advance_consents",
        purpose: "Reminds guardians, sends second steps, ends requests whose time is over, purges addresses.",
        cron: "*/5 * * * *",
        zone: Zone::Utc,
        job: |_| new_job(&AdvanceConsents {}, When::Now),
    },
    Schedule {
        name: "reseal_personal_fields",
        purpose: "Encrypts personal fields anew after their key was replaced.",
        cron: "6-59/10 * * * *",
        zone: Zone::Utc,
        job: |_| new_job(&ResealPersonalFields {}, When::Now),
    },
    Schedule {
        name: "weekly_report",
        purpose: "Reports on the seven days before, by email to the subscribers.",
        cron: "0 9 * * 1",
        zone: Zone::Configured,
        job: |slot| scheduled_report(ScheduledReportType::Weekly, slot),
    },
    Schedule {
        name: "monthly_report",
        purpose: "Reports on the month before, by email to the subscribers.",
        cron: "0 10 1 * *",
        zone: Zone::Configured,
        job: |slot| scheduled_report(ScheduledReportType::Monthly, slot),
    },
    Schedule {
        name: "make_partitions",
        purpose: "Makes the partitions of the coming months.",
        cron: "30 0 * * *",
        zone: Zone::Utc,
        job: |_| new_job(&MakePartitions {}, When::Now),
    },
    Schedule {
        name: "attribute_conversions",
        purpose: "Attributes conversions of the last days again, for touches that came late.",
        cron: "45 3 * * *",
        zone: Zone::Utc,
        job: |slot| new_job(&AttributeConversions::before(slot), When::Now),
    },
    Schedule {
        name: "check_rollups",
        purpose: "Compares the sums of the day before with its events.",
        cron: "15 3 * * *",
        zone: Zone::Utc,
        job: |slot| new_job(&CheckRollups::before(slot), When::Now),
    },
    Schedule {
        name: "create_audit_head",
        purpose: "Signs the audit trail of the day before.",
        cron: "5 0 * * *",
        zone: Zone::Utc,
        job: |_| new_job(&MakeAuditHead {}, When::Now),
    },
    Schedule {
        name: "prune_audit_entries",
        purpose: "Removes what audit entries say after their retention; proofs stay.",
        cron: "45 2 * * *",
        zone: Zone::Utc,
        job: |_| new_job(&PruneAuditEntries {}, When::Now),
    },
    Schedule {
        name: "advance_ages",
        purpose: "Moves users on whose age band has ended; consents follow.",
        cron: "35 0 * * *",
        zone: Zone::Utc,
        job: |_| new_job(&AdvanceAges {}, When::Now),
    },
    Schedule {
        name: "enforce_retention",
        purpose: "Removes what was kept for long enough, and asks for the deletion of users without a sign of life.",
        cron: "20 2 * * *",
        zone: Zone::Utc,
        job: |_| new_job(&EnforceRetention {}, When::Now),
    },
    Schedule {
        name: "prune_jobs",
        purpose: "Forgets jobs that ended long ago.",
        cron: "40 * * * *",
        zone: Zone::Utc,
        job: |_| new_job(&PruneJobs {}, When::Now),
    },
    Schedule {
        name: "recaps",
        purpose: "Tells parents of their children's week, from Monday 07:00 of their time on.",
        cron: "0 * * * *",
        zone: Zone::Utc,
        job: |_| new_job(&GenerateRecaps::due(), When::Now),
    },
    Schedule {
        name: "prune_webhooks",
        purpose: "Forgets webhook messages that are older than 30 days.",
        cron: "50 * * * *",
        zone: Zone::Utc,
        job: |_| new_job(&PruneWebhooks {}, When::Now),
    },
];

fn scheduled_report(
    report_type: ScheduledReportType,
    due_at: DateTime<Utc>,
) -> ServiceResult<NewJob> {
    let job = ScheduleReport {
        report_type,
        due_at,
    };
    new_job(&job, When::Now)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::schedules::Timetable;

    #[test]
    fn every_schedule_has_a_name_of_its_own_a_calendar_and_a_job() {
        let names: BTreeSet<&str> = SCHEDULES.iter().map(|schedule| schedule.name).collect();
        assert_eq!(names.len(), SCHEDULES.len());
        Timetable::new(SCHEDULES, Tz::Europe__Berlin).unwrap();
        for schedule in SCHEDULES {
            assert!(
                (schedule.job)(DateTime::UNIX_EPOCH).is_ok(),
                "{}",
                schedule.name
            );
        }
    }

    #[test]
    fn what_is_due_several_times_a_day_is_in_utc() {
        for schedule in SCHEDULES {
            let hour = schedule.cron.split(' ').nth(1).unwrap();
            let often = hour.parse::<u32>().is_err();
            assert!(!often || schedule.zone == Zone::Utc, "{}", schedule.name);
        }
    }
}
