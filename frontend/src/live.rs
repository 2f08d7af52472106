//! What changed at the engine, pushed by server-sent events. The stream only hints; pages read again by API.
//!
//! Nothing runs while the tab is hidden. When the stream breaks the app asks every 30 s instead, and tries the
//! stream again at the same pace.

use std::time::Duration;

use leptos::ev;
use leptos::leptos_dom::helpers::IntervalHandle;
use leptos::prelude::*;
use leptos::task::spawn_local;
use viral_engine_api_types::alerts::{Alert, AlertStatus};
use viral_engine_api_types::stream::StreamMessage;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{EventSource, MessageEvent};

use crate::api::Api;
use crate::browser;

/// How often the app asks when nothing is pushed.
const POLL: Duration = Duration::from_secs(30);
/// Pages read again at most this often, however fast the data changes.
const CALM: Duration = Duration::from_secs(3);
/// How long after a refusal the stream is tried again.
const REOPEN: Duration = Duration::from_secs(5);
/// A stream is silent for 15 s at most; after this long it is taken for dead.
const SILENCE_MS: f64 = 40_000.0;

/// How fresh the figures are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// Changes are pushed.
    Live,
    /// The app asks every 30 s.
    Stale,
    /// The engine does not answer.
    Offline,
}

impl Freshness {
    /// For styles.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Stale => "stale",
            Self::Offline => "offline",
        }
    }
}

/// The stream of changes.
#[derive(Clone, Copy)]
pub struct Live {
    /// How fresh the figures are.
    pub freshness: RwSignal<Freshness>,
    /// Grows when figures may have changed.
    pub data: RwSignal<u32>,
    /// Grows when alerts may have changed.
    pub alerts: RwSignal<u32>,
    /// Grows when the engine answers again after it did not: what failed meanwhile is tried again.
    pub back: RwSignal<u32>,
    /// An alert that was just pushed.
    pub pushed_alert: RwSignal<Option<Alert>>,
    /// Lists the pointer is over: while there are any, figures wait, so that no row moves under it.
    held: RwSignal<u32>,
    /// Whether somebody who may listen is signed in.
    enabled: Memo<bool>,
    waiting: RwSignal<bool>,
    last_message: StoredValue<f64>,
    /// Whether the stream will be tried again in a moment.
    reopening: StoredValue<bool>,
    source: StoredValue<Option<Stream>, LocalStorage>,
    api: Api,
}

/// The stream of changes.
pub fn use_live() -> Live {
    expect_context()
}

/// An open stream with the closures that listen to it.
struct Stream {
    source: EventSource,
    _closures: Vec<Closure<dyn FnMut(MessageEvent)>>,
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.source.close();
    }
}

impl Live {
    /// Starts to listen as soon as `enabled` says that somebody who may is signed in.
    pub fn start(api: Api, enabled: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        let on = Memo::new(move |_| enabled());
        let live = Self {
            enabled: on,
            freshness: RwSignal::new(Freshness::Stale),
            data: RwSignal::new(0),
            alerts: RwSignal::new(0),
            back: RwSignal::new(0),
            pushed_alert: RwSignal::new(None),
            held: RwSignal::new(0),
            waiting: RwSignal::new(false),
            last_message: StoredValue::new(0.0),
            reopening: StoredValue::new(false),
            source: StoredValue::new_local(None),
            api,
        };
        // Who is signed in was asked a moment ago: the stream needs no second question.
        Effect::new(move |_| match on.get() {
            true if browser::is_visible() => live.connect(),
            true => {}
            false => live.close(),
        });
        let poll = set_interval_with_handle(
            move || {
                if on.get_untracked() {
                    live.watch();
                }
            },
            POLL,
        )
        .ok();
        let shown = window_event_listener_untyped("visibilitychange", move |_| {
            if on.get_untracked() {
                live.visibility_changed();
            }
        });
        let online = window_event_listener(ev::online, move |_| {
            if on.get_untracked() {
                live.visibility_changed();
            }
        });
        let offline = window_event_listener(ev::offline, move |_| {
            live.close();
            live.freshness.set(Freshness::Offline);
            live.reopen();
        });
        on_cleanup(move || {
            poll.as_ref().map(IntervalHandle::clear);
            shown.remove();
            online.remove();
            offline.remove();
            live.close();
        });
        live
    }

    /// Keeps figures as they are while the pointer is over a list; gives them free again after.
    pub fn hold(&self, held: bool) {
        self.held.update(|count| {
            *count = if held {
                *count + 1
            } else {
                count.saturating_sub(1)
            }
        });
        if self.held.get_untracked() == 0 && self.waiting.get_untracked() {
            self.waiting.set(false);
            self.data.update(|data| *data += 1);
        }
    }

    /// Whether the pointer is over a list, which is not to move.
    pub fn is_held(&self) -> bool {
        self.held.get_untracked() > 0
    }

    /// Whether newer figures wait for the pointer to leave a list.
    pub fn is_waiting(&self) -> bool {
        self.waiting.get()
    }

    /// Reads everything again now.
    pub fn refresh(&self) {
        self.waiting.set(false);
        self.data.update(|data| *data += 1);
        self.alerts.update(|alerts| *alerts += 1);
    }

    fn visibility_changed(&self) {
        if browser::is_visible() {
            self.refresh();
            self.open();
        } else {
            self.close();
        }
    }

    /// Every 30 s: asks when nothing is pushed, and tries the stream again.
    fn watch(&self) {
        if !browser::is_visible() {
            return;
        }
        let silent = browser::now_ms() - self.last_message.get_value() > SILENCE_MS;
        let freshness = self.freshness.get_untracked();
        if silent || freshness != Freshness::Live {
            // While nothing answers, pages keep what they show; asking goes on in `open`.
            if freshness != Freshness::Offline {
                self.freshness.set(Freshness::Stale);
                self.changed();
                self.alerts.update(|alerts| *alerts += 1);
            }
            self.open();
        }
    }

    fn open(&self) {
        self.close();
        let live = *self;
        if !browser::is_visible() {
            return;
        }
        spawn_local(async move {
            // The stream can not renew the session by itself: a call that can, goes first.
            match live.api.get_me().await {
                Ok(_) => {
                    live.answered();
                    if live.source.try_with_value(Option::is_none) == Some(true) {
                        live.connect();
                    }
                }
                Err(error) if error.is_uncertain() => {
                    live.freshness.set(Freshness::Offline);
                    live.reopen();
                }
                // The session has ended; the sign-in page says the rest.
                Err(_) => {}
            }
        });
    }

    /// The engine answers: after a time without answers everything is read again.
    fn answered(&self) {
        if self.freshness.get_untracked() == Freshness::Offline {
            self.freshness.set(Freshness::Stale);
            self.back.update(|back| *back += 1);
            self.refresh();
        }
    }

    /// Tries the stream again in a moment, once, unless it is live by then.
    fn reopen(&self) {
        if self.reopening.get_value() {
            return;
        }
        self.reopening.set_value(true);
        let live = *self;
        set_timeout(
            move || {
                live.reopening.set_value(false);
                if live.enabled.get_untracked() && live.freshness.get_untracked() != Freshness::Live
                {
                    live.open();
                }
            },
            REOPEN,
        );
    }

    fn connect(&self) {
        let Ok(source) = EventSource::new("/v1/stream") else {
            return;
        };
        let live = *self;
        let listen = |name: &str| {
            let closure = Closure::new(move |event: MessageEvent| live.received(&event));
            // The source is fresh, so adding a listener can not fail.
            let _ = source.add_event_listener_with_callback(name, closure.as_ref().unchecked_ref());
            closure
        };
        let closures = vec![
            listen("data_changed"),
            listen("alert_changed"),
            listen("heartbeat"),
            self.opened(&source),
            self.broken(&source),
        ];
        self.source.set_value(Some(Stream {
            source,
            _closures: closures,
        }));
    }

    fn opened(&self, source: &EventSource) -> Closure<dyn FnMut(MessageEvent)> {
        let live = *self;
        let closure = Closure::new(move |_: MessageEvent| live.heard());
        source.set_onopen(Some(closure.as_ref().unchecked_ref()));
        closure
    }

    /// The stream broke: whether the engine still answers, and whether the session needs renewing, shows when it is
    /// asked again.
    fn broken(&self, source: &EventSource) -> Closure<dyn FnMut(MessageEvent)> {
        let live = *self;
        let closure = Closure::new(move |_: MessageEvent| {
            if live.freshness.get_untracked() == Freshness::Live {
                live.freshness.set(Freshness::Stale);
            }
            live.reopen();
        });
        source.set_onerror(Some(closure.as_ref().unchecked_ref()));
        closure
    }

    fn close(&self) {
        self.source.set_value(None);
        if self.freshness.get_untracked() == Freshness::Live {
            self.freshness.set(Freshness::Stale);
        }
    }

    fn heard(&self) {
        self.last_message.set_value(browser::now_ms());
        if self.freshness.get_untracked() != Freshness::Live {
            self.freshness.set(Freshness::Live);
        }
    }

    fn received(&self, event: &MessageEvent) {
        self.heard();
        let text = event.data().as_string().unwrap_or_default();
        match serde_json::from_str::<StreamMessage>(&text) {
            Ok(StreamMessage::DataChanged { .. }) => self.changed(),
            Ok(StreamMessage::AlertChanged { alert }) => {
                self.alerts.update(|alerts| *alerts += 1);
                if alert.status == AlertStatus::Open {
                    self.pushed_alert.set(Some(*alert));
                }
            }
            // A heartbeat says nothing more; a message of a newer engine is none of ours.
            Ok(StreamMessage::Heartbeat) | Err(_) => {}
        }
    }

    /// Figures may have changed: pages are told once the current calm is over and no list is held.
    fn changed(&self) {
        if self.waiting.get_untracked() {
            return;
        }
        self.waiting.set(true);
        let live = *self;
        set_timeout(
            move || {
                let free = live.held.try_get_untracked() == Some(0);
                if free && live.waiting.try_get_untracked() == Some(true) {
                    live.waiting.set(false);
                    live.data.update(|data| *data += 1);
                }
            },
            CALM,
        );
    }
}
