//! Data of the engine on a page: loads when its inputs change, keeps what it has while it loads again, never
//! lets a late answer overwrite a newer one.

use std::future::Future;
use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::{ApiError, ApiResult};

/// A skeleton that only flashes is worse than none.
const SKELETON_AFTER: Duration = Duration::from_millis(150);

/// Data of the engine, by the inputs it depends on.
pub struct Remote<T: Send + Sync + 'static> {
    /// What was loaded last.
    pub data: RwSignal<Option<T>>,
    /// Why the last load failed; none once one has succeeded.
    pub error: RwSignal<Option<ApiError>>,
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

impl<T: Clone + Send + Sync + 'static> Remote<T> {
    /// Loads with `load` now, whenever the signals that `inputs` reads change, and on [`Remote::reload`].
    ///
    /// When the inputs change, what was loaded for the old ones is dropped unless `keep` says that the new
    /// data is another state of the same thing.
    pub fn new<I, F, L>(inputs: impl Fn() -> I + Send + Sync + 'static, load: L) -> Self
    where
        I: Clone + PartialEq + Send + Sync + 'static,
        F: Future<Output = ApiResult<T>> + 'static,
        L: Fn(I) -> F + 'static,
    {
        let remote = Self {
            data: RwSignal::new(None),
            error: RwSignal::new(None),
            loading: RwSignal::new(true),
            slow: RwSignal::new(false),
            again: RwSignal::new(0),
        };
        let inputs = Memo::new(move |_| inputs());
        let load = Rc::new(load);
        let turn = StoredValue::new(0_u32);
        Effect::new(move |before: Option<I>| {
            remote.again.track();
            let now = inputs.get();
            if before.is_some_and(|before| before != now) {
                remote.error.set(None);
            }
            turn.update_value(|turn| *turn += 1);
            remote.run(load(now.clone()), turn);
            now
        });
        remote
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

    fn run(self, answer: impl Future<Output = ApiResult<T>> + 'static, turn: StoredValue<u32>) {
        let mine = turn.get_value();
        let current = move || turn.try_get_value() == Some(mine);
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
                Ok(data) => {
                    self.data.set(Some(data));
                    self.error.set(None);
                }
                Err(error) => self.error.set(Some(error)),
            }
            self.loading.set(false);
            self.slow.set(false);
        });
    }
}
