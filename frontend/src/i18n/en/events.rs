//! Texts of lists of events.

use crate::i18n::catalogue::Events;

pub const EVENTS: Events = Events {};
