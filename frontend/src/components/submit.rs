//! Sending a form or doing an action: one at a time, the failure kept beside what was typed.

use std::future::Future;
use std::marker::PhantomData;
use std::rc::Rc;

use futures_util::future::LocalBoxFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::{ApiError, ApiResult};

type Send_<I> = Rc<dyn Fn(I)>;

/// Something that can be sent.
pub struct Submit<I: 'static, O: 'static> {
    /// Whether it is being sent.
    pub pending: RwSignal<bool>,
    /// Why the last try failed.
    pub error: RwSignal<Option<ApiError>>,
    send: StoredValue<Send_<I>, LocalStorage>,
    answer: PhantomData<fn() -> O>,
}

impl<I, O> Clone for Submit<I, O> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<I, O> Copy for Submit<I, O> {}

impl<I: 'static, O: 'static> Submit<I, O> {
    /// Sends with `send`; `done` gets the answer.
    pub fn new<F, S, D>(send: S, done: D) -> Self
    where
        F: Future<Output = ApiResult<O>> + 'static,
        S: Fn(I) -> F + 'static,
        D: Fn(O) + 'static,
    {
        let (pending, error) = (RwSignal::new(false), RwSignal::new(None));
        let done = Rc::new(done);
        let run = move |input: I| {
            let (answer, done) = (send(input), Rc::clone(&done));
            let finish = async move {
                let answer = answer.await?;
                let finish: Finish = Box::new(move || done(answer));
                Ok(finish)
            };
            wait(pending, error, Box::pin(finish));
        };
        Self {
            pending,
            error,
            send: StoredValue::new_local(Rc::new(run)),
            answer: PhantomData,
        }
    }

    /// Sends, unless it is being sent already.
    pub fn run(&self, input: I) {
        if self.pending.get_untracked() {
            return;
        }
        self.pending.set(true);
        self.error.set(None);
        let send = self.send.get_value();
        send(input);
    }
}

/// Tells whoever asked.
type Finish = Box<dyn FnOnce()>;

fn wait(
    pending: RwSignal<bool>,
    error: RwSignal<Option<ApiError>>,
    answer: LocalBoxFuture<'static, ApiResult<Finish>>,
) {
    spawn_local(async move {
        let answer = answer.await;
        // The page may be gone by now; then there is nobody to tell.
        if pending.try_set(false).is_some() {
            return;
        }
        match answer {
            Ok(finish) => finish(),
            Err(failure) => error.set(Some(failure)),
        }
    });
}
