//! A steady beat for pages that show work in progress, which the engine does not push: they read again with each beat.

use std::time::Duration;

use leptos::leptos_dom::helpers::IntervalHandle;
use leptos::prelude::*;

use crate::browser;
use crate::live::use_live;

/// For counts that are watched: grows every 3 s while the tab is in front and the pointer is over no list, as rows are
/// not to move under it.
pub fn steady() -> ReadSignal<u32> {
    pulse(Duration::from_secs(3), || true)
}

/// For something that somebody waits for: as [`steady`], every second while it is `waited_for`.
pub fn quick_while(waited_for: impl Fn() -> bool + 'static) -> ReadSignal<u32> {
    pulse(Duration::from_secs(1), waited_for)
}

fn pulse(period: Duration, wanted: impl Fn() -> bool + 'static) -> ReadSignal<u32> {
    let live = use_live();
    let (beat, set_beat) = signal(0);
    let tick = move || {
        if browser::is_visible() && !live.is_held() && untrack(&wanted) {
            set_beat.update(|beat| *beat += 1);
        }
    };
    // A browser without timers shows what a reload brings.
    let handle = set_interval_with_handle(tick, period).ok();
    on_cleanup(move || {
        handle.as_ref().map(IntervalHandle::clear);
    });
    beat
}
