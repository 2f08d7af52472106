//! Data of the engine on a page: loads when its inputs change, keeps what it has while it loads again, never
//! lets a late answer overwrite a newer one.

use std::future::Future;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_util::future::LocalBoxFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::{ApiError, ApiResult};
use crate::live::Live;

/// A skeleton that only flashes is worse than none.
const SKELETON_AFTER: Duration = Duration::from_millis(150);

/// Data of the engine, by the inputs it depends on.
pub struct Remote<T: Send + Sync + 'static> {
    /// What was loaded last.
    pub data: RwSignal<Option<T>>,
    /// Why the last load failed; none once one has succeeded.
    pub error: RwSignal<Option<ApiError>>,
    /// When the engine answered last.
    pub answered: RwSignal<Option<DateTime<Utc>>>,
    /// Whether a load runs.
    pub loading: RwSignal<bool>,
    /// Whether a load runs for long enough to say so.
    pub slow: RwSignal<bool>,
    again: RwSignal<u32>,
}

impl<T: Send + Sync + 'static> Clone for Remote<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Remote<T> {}

impl<T: Clone + PartialEq + Send + Sync + 'static> Remote<T> {
    /// Loads with `load` now, whenever the signals that `inputs` reads change, and on [`Remote::reload`].
    ///
    /// What was loaded for the old inputs stays until the new data is here.
    pub fn new<I, F, L>(inputs: impl Fn() -> I + Send + Sync + 'static, load: L) -> Self
    where
        I: Clone + PartialEq + Send + Sync + 'static,
        F: Future<Output = ApiResult<T>> + 'static,
        L: Fn(I) -> F + 'static,
    {
        let remote = Self {
            data: RwSignal::new(None),
            error: RwSignal::new(None),
            answered: RwSignal::new(None),
            loading: RwSignal::new(true),
            slow: RwSignal::new(false),
            again: RwSignal::new(0),
        };
        try_again_when_back(remote.error, remote.again);
        let inputs = Memo::new(move |_| inputs());
        let run = Load {
            error: remote.error,
            loading: remote.loading,
            slow: remote.slow,
            turn: StoredValue::new(0),
        };
        Effect::new(move |before: Option<I>| {
            remote.again.track();
            let now = inputs.get();
            if before.is_some_and(|before| before != now) {
                remote.error.set(None);
            }
            let answer = load(now.clone());
            run.run(Box::pin(async move {
                let data = answer.await?;
                let place: Place = Box::new(move || remote.place(data));
                Ok(place)
            }));
            now
        });
        remote
    }

    /// Data that has not changed changes nothing on the page.
    fn place(&self, data: T) {
        self.answered.set(Some(crate::browser::now()));
        if self.data.with_untracked(|old| old.as_ref() != Some(&data)) {
            self.data.set(Some(data));
        }
    }

    /// Loads again with the same inputs.
    pub fn reload(&self) {
        // A page that is gone has nothing to reload.
        let _ = self.again.try_update(|again| *again += 1);
    }

    /// Loads again whenever `signal` changes.
    #[must_use]
    pub fn reload_on<S: PartialEq + Clone + Send + Sync + 'static>(
        self,
        signal: impl Fn() -> S + 'static,
    ) -> Self {
        Effect::new(move |before: Option<S>| {
            let now = signal();
            if before.is_some_and(|before| before != now) {
                self.reload();
            }
            now
        });
        self
    }
}

/// What failed while the engine did not answer is loaded again once it does.
fn try_again_when_back(error: RwSignal<Option<ApiError>>, again: RwSignal<u32>) {
    let Some(live) = use_context::<Live>() else {
        return;
    };
    Effect::new(move |before: Option<u32>| {
        let now = live.back.get();
        let failed =
            error.with_untracked(|error| error.as_ref().is_some_and(ApiError::is_uncertain));
        if before.is_some_and(|before| before != now) && failed {
            again.update(|again| *again += 1);
        }
        now
    });
}

/// Puts the data in its place.
type Place = Box<dyn FnOnce()>;

/// A load without the type of what it loads: this is compiled once, not once a type.
#[derive(Clone, Copy)]
struct Load {
    error: RwSignal<Option<ApiError>>,
    loading: RwSignal<bool>,
    slow: RwSignal<bool>,
    turn: StoredValue<u32>,
}

impl Load {
    fn run(self, answer: LocalBoxFuture<'static, ApiResult<Place>>) {
        self.turn.update_value(|turn| *turn += 1);
        let mine = self.turn.get_value();
        // None once the page is gone, more once a newer load has begun.
        let current = move || self.turn.try_get_value() == Some(mine);
        self.loading.set(true);
        set_timeout(
            move || {
                if current() && self.loading.try_get_untracked() == Some(true) {
                    self.slow.set(true);
                }
            },
            SKELETON_AFTER,
        );
        spawn_local(async move {
            let answer = answer.await;
            if !current() {
                return;
            }
            match answer {
                Ok(place) => {
                    place();
                    self.error.set(None);
                }
                Err(error) => self.error.set(Some(error)),
            }
            self.loading.set(false);
            self.slow.set(false);
        });
    }
}
