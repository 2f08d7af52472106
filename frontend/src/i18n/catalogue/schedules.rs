//! Texts of schedules.

use super::{Around, Text};

/// Schedules.
pub struct Schedules {
    pub help: Text,
    pub name: Text,
    pub calendar: Text,
    pub last: Text,
    pub next: Text,
    pub never: Text,
    pub paused: Text,
    pub pause: Text,
    pub resume: Text,
    pub run: Text,
    pub enqueued: Around,
    pub empty_title: Text,
    pub empty_detail: Text,
}
