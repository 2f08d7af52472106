//! Loading, failed, or there: what a page shows for data of the engine.

use leptos::prelude::*;

use super::error_panel::ErrorPanel;
use super::skeleton::{Shape, Skeleton};
use crate::i18n::text;
use crate::remote::Remote;

/// Shows data once it is there, a skeleton before, a failure instead. The children are made once and follow the
/// data by signal, so that a refresh moves neither focus nor scroll.
#[component]
pub fn RemoteView<T, F, V>(
    /// The data.
    remote: Remote<T>,
    /// What it is, for the heading of a failure.
    name: &'static str,
    /// Bars of the skeleton.
    #[prop(default = 6)]
    lines: usize,
    /// Shape of the skeleton, when it is not bars.
    #[prop(optional)]
    shape: Option<Shape>,
    /// Shows the data.
    children: F,
) -> impl IntoView
where
    T: Clone + PartialEq + Send + Sync + 'static,
    F: Fn(Signal<T>) -> V + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let shape = shape.unwrap_or(Shape::Lines(lines));
    let there = Memo::new(move |_| remote.data.with(Option::is_some));
    let retry = Callback::new(move |()| remote.reload());
    let failure = move || {
        remote.error.get().map(|error| {
            view! { <ErrorPanel heading=(text().states.failed_to_load)(name) error retry/> }
        })
    };
    let content = move || match there.get() {
        true => {
            let first = remote.data.get_untracked();
            first
                .map(|first| children(follow(remote, first).into()).into_any())
                .into_any()
        }
        false => view! {
            <Show when=move || remote.loading.get()>
                <Skeleton shape visible=remote.slow/>
            </Show>
        }
        .into_any(),
    };
    view! {
        {failure}
        {content}
    }
}

/// The data as a signal that always has some.
fn follow<T: Clone + PartialEq + Send + Sync + 'static>(
    remote: Remote<T>,
    first: T,
) -> RwSignal<T> {
    let shown = RwSignal::new(first);
    Effect::new(move |again: Option<()>| {
        let newer = remote.data.get();
        if let (Some(()), Some(newer)) = (again, newer) {
            shown.set(newer);
        }
    });
    shown
}
