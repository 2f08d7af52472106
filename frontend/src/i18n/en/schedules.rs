//! Texts of schedules.

use crate::i18n::catalogue::Schedules;

pub const SCHEDULES: Schedules = Schedules {
    help: "What is asked for by the clock, once a slot over all nodes. Of slots that passed while no worker ran the latest is made up for; of those that passed while paused, none.",
    name: "Schedule",
    calendar: "Calendar",
    last: "Last run",
    next: "Next run",
    never: "never",
    paused: "paused",
    pause: "Pause",
    resume: "Resume",
    run: "Run now",
    enqueued: |kind| format!("{kind} is enqueued."),
    empty_title: "No schedules",
    empty_detail: "This engine asks for nothing by the clock.",
};
