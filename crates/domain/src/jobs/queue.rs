//! Queues, each with slots of its own, so that none can starve another.

/// Where jobs wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Queue {
    /// What needs no queue of its own.
    Default,
    /// Performance reports.
    Reports,
    /// Emails.
    Email,
    /// Calls of webhooks.
    Webhooks,
    /// Many small pieces of one large work.
    Batch,
    /// Sessions: transcripts and summaries.
    Sessions,
    /// Weekly recaps.
    Recaps,
}

impl Queue {
    /// All queues.
    pub const ALL: [Self; 7] = [
        Self::Default,
        Self::Reports,
        Self::Email,
        Self::Webhooks,
        Self::Batch,
        Self::Sessions,
        Self::Recaps,
    ];

    /// The name in answers, configuration and the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Reports => "reports",
            Self::Email => "email",
            Self::Webhooks => "webhooks",
            Self::Batch => "batch",
            Self::Sessions => "sessions",
            Self::Recaps => "recaps",
        }
    }

    /// The queue of this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|queue| queue.as_str() == name)
    }

    /// Jobs that run at a time over all workers, unless configured.
    #[must_use]
    pub fn default_concurrency(self) -> u32 {
        match self {
            Self::Default | Self::Email => 10,
            Self::Reports | Self::Sessions => 5,
            Self::Webhooks => 20,
            Self::Batch => 50,
            Self::Recaps => 2,
        }
    }
}

/// Which of the due jobs of a queue is first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Priority {
    /// Somebody waits for it.
    High,
    /// The usual.
    #[default]
    Normal,
    /// Whenever there is room.
    Low,
}

impl Priority {
    /// All priorities, the first first.
    pub const ALL: [Self; 3] = [Self::High, Self::Normal, Self::Low];

    /// The number in the database; least first.
    #[must_use]
    pub fn rank(self) -> i16 {
        match self {
            Self::High => 0,
            Self::Normal => 1,
            Self::Low => 2,
        }
    }

    /// The name in answers.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Normal => "normal",
            Self::Low => "low",
        }
    }

    /// The priority of this number.
    #[must_use]
    pub fn of_rank(rank: i16) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|priority| priority.rank() == rank)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queues_and_priorities_are_read_back() {
        for queue in Queue::ALL {
            assert_eq!(Queue::parse(queue.as_str()), Some(queue));
            assert!(queue.default_concurrency() > 0);
        }
        assert_eq!(Queue::parse("Default"), None);
        for priority in Priority::ALL {
            assert_eq!(Priority::of_rank(priority.rank()), Some(priority));
        }
        assert_eq!(Priority::of_rank(3), None);
    }
}
