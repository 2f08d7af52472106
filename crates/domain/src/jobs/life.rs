//! The life of a job.
//!
//! ```text
//! waiting ──claimed──▶ running ──succeeded──▶ succeeded
//!    ▲ ▲                 │ │ └──cancelled───▶ cancelled
//!    │ └──failed, lost───┘ └──failed or lost for the last time──▶ discarded
//!    └──retried by an operator── discarded, cancelled
//! ```
//!
//! An attempt counts when it begins, so that a job that kills its process can not go on for ever. Its number never
//! falls: a worker that was taken for dead is told by it.

use thiserror::Error;

/// Where a job is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JobState {
    /// For its time, or for a free slot.
    Waiting,
    /// A worker has it.
    Running,
    /// Done.
    Succeeded,
    /// Given up after its last attempt.
    Discarded,
    /// An operator did not want it any more.
    Cancelled,
}

impl JobState {
    /// All states.
    pub const ALL: [Self; 5] = [
        Self::Waiting,
        Self::Running,
        Self::Succeeded,
        Self::Discarded,
        Self::Cancelled,
    ];

    /// The name in answers and the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Discarded => "discarded",
            Self::Cancelled => "cancelled",
        }
    }

    /// The state of this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// Whether nothing happens to it by itself any more.
    #[must_use]
    pub fn is_final(self) -> bool {
        !matches!(self, Self::Waiting | Self::Running)
    }
}

/// What happens to a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobEvent {
    /// A worker takes it.
    Claimed,
    /// It is done.
    Succeeded,
    /// It failed; another attempt may succeed.
    Failed,
    /// It failed, and would always.
    FailedForGood,
    /// Its worker was not heard of for too long.
    Lost,
    /// Its worker stops and gives it back.
    GivenBack,
    /// An operator does not want it any more.
    Cancelled,
    /// An operator wants it tried again.
    Retried,
}

/// What decides about a job's next state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JobLife {
    /// Where it is.
    pub state: JobState,
    /// Attempts that began.
    pub attempt: u32,
    /// The attempt after which it is discarded.
    pub attempt_limit: u32,
    /// Attempts that its kind is given.
    pub max_attempts: u32,
    /// Whether it is to end as soon as its worker knows.
    pub cancel_requested: bool,
}

/// What was to happen to the job does not happen in its state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the job is {}", .0.as_str())]
pub struct WrongState(pub JobState);

impl JobLife {
    /// A new job.
    #[must_use]
    pub fn new(max_attempts: u32) -> Self {
        Self {
            state: JobState::Waiting,
            attempt: 0,
            attempt_limit: max_attempts,
            max_attempts,
            cancel_requested: false,
        }
    }

    /// What becomes of it.
    ///
    /// # Errors
    /// When that does not happen to a job in its state.
    pub fn after(self, event: JobEvent) -> Result<Self, WrongState> {
        use JobState as S;
        let to = |state| Ok(Self { state, ..self });
        match (self.state, event) {
            (S::Waiting, JobEvent::Claimed) => Ok(Self {
                state: S::Running,
                attempt: self.attempt + 1,
                ..self
            }),
            (S::Waiting, JobEvent::Cancelled) => to(S::Cancelled),
            (S::Running, JobEvent::Cancelled) => Ok(Self {
                cancel_requested: true,
                ..self
            }),
            (S::Running, JobEvent::Succeeded) => to(S::Succeeded),
            (
                S::Running,
                JobEvent::Failed | JobEvent::FailedForGood | JobEvent::Lost | JobEvent::GivenBack,
            ) if self.cancel_requested => to(S::Cancelled),
            (S::Running, JobEvent::FailedForGood) => to(S::Discarded),
            (S::Running, JobEvent::Failed | JobEvent::Lost) => {
                let last = self.attempt >= self.attempt_limit;
                to(if last { S::Discarded } else { S::Waiting })
            }
            // The attempt was not the job's fault, but its number is used.
            (S::Running, JobEvent::GivenBack) => Ok(Self {
                state: S::Waiting,
                attempt_limit: self.attempt_limit + 1,
                ..self
            }),
            (S::Discarded | S::Cancelled, JobEvent::Retried) => Ok(Self {
                state: S::Waiting,
                attempt_limit: self.attempt + self.max_attempts,
                cancel_requested: false,
                ..self
            }),
            (state, _) => Err(WrongState(state)),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const EVENTS: [JobEvent; 8] = [
        JobEvent::Claimed,
        JobEvent::Succeeded,
        JobEvent::Failed,
        JobEvent::FailedForGood,
        JobEvent::Lost,
        JobEvent::GivenBack,
        JobEvent::Cancelled,
        JobEvent::Retried,
    ];

    fn after(life: JobLife, events: &[JobEvent]) -> JobLife {
        events.iter().fold(life, |life, event| {
            life.after(*event).expect("an event of this state")
        })
    }

    #[test]
    fn a_job_that_kills_its_process_ends_discarded() {
        let attempt = [JobEvent::Claimed, JobEvent::Lost];
        let life = after(JobLife::new(3), &attempt.repeat(2));
        assert_eq!(life.state, JobState::Waiting);
        assert_eq!(after(life, &attempt).state, JobState::Discarded);
    }

    #[test]
    fn an_attempt_given_back_takes_none_away() {
        let given_back = [JobEvent::Claimed, JobEvent::GivenBack].repeat(5);
        let life = after(JobLife::new(1), &given_back);
        let life = after(life, &[JobEvent::Claimed, JobEvent::Failed]);
        assert_eq!((life.state, life.attempt), (JobState::Discarded, 6));
    }

    #[test]
    fn a_retry_has_all_attempts_again_and_new_numbers() {
        let life = after(
            JobLife::new(2),
            &[
                JobEvent::Claimed,
                JobEvent::FailedForGood,
                JobEvent::Retried,
            ],
        );
        assert_eq!((life.attempt, life.attempt_limit), (1, 3));
        let life = after(life, &[JobEvent::Claimed, JobEvent::Failed]);
        assert_eq!(life.state, JobState::Waiting);
    }

    #[test]
    fn a_running_job_ends_cancelled_unless_it_succeeds_first() {
        let running = after(JobLife::new(9), &[JobEvent::Claimed, JobEvent::Cancelled]);
        assert_eq!(running.state, JobState::Running);
        for event in [
            JobEvent::Failed,
            JobEvent::FailedForGood,
            JobEvent::Lost,
            JobEvent::GivenBack,
        ] {
            assert_eq!(after(running, &[event]).state, JobState::Cancelled);
        }
        let done = after(running, &[JobEvent::Succeeded]);
        assert_eq!(done.state, JobState::Succeeded);
    }

    #[test]
    fn what_succeeded_stays_so() {
        let done = after(JobLife::new(1), &[JobEvent::Claimed, JobEvent::Succeeded]);
        for event in EVENTS {
            assert_eq!(done.after(event), Err(WrongState(JobState::Succeeded)));
        }
    }

    proptest! {
        #[test]
        fn whatever_happens_the_laws_hold(
            max_attempts in 1_u32..6,
            events in prop::collection::vec(prop::sample::select(&EVENTS[..]), 0..60),
        ) {
            let mut life = JobLife::new(max_attempts);
            for event in events {
                let before = life;
                match life.after(event) {
                    Ok(next) => life = next,
                    Err(WrongState(state)) => prop_assert_eq!(state, before.state),
                }
                prop_assert!(life.attempt >= before.attempt, "numbers of attempts never fall");
                prop_assert!(life.attempt <= life.attempt_limit);
                if life.state == JobState::Waiting {
                    prop_assert!(life.attempt < life.attempt_limit, "what waits can run");
                    prop_assert!(!life.cancel_requested);
                }
                if before.state.is_final() && life != before {
                    prop_assert_eq!(event, JobEvent::Retried);
                }
            }
        }

        #[test]
        fn every_job_ends_within_its_attempts(max_attempts in 1_u32..30, lost: bool) {
            let mut life = JobLife::new(max_attempts);
            let fault = if lost { JobEvent::Lost } else { JobEvent::Failed };
            while !life.state.is_final() {
                life = after(life, &[JobEvent::Claimed, fault]);
            }
            prop_assert_eq!(life.attempt, max_attempts);
        }
    }
}
