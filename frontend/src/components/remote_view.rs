//! Loading, failed, or there: what a page shows for data of the engine.

use leptos::prelude::*;

use super::error_panel::ErrorPanel;
use super::skeleton::Skeleton;
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
    /// Shows the data.
    children: F,
) -> impl IntoView
where
    T: Clone + PartialEq + Send + Sync + 'static,
    F: Fn(Signal<T>) -> V + Send + Sync + 'static,
    V: IntoView + 'static,
{
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
            let shown = first.map(|first| {
                Memo::new(move |before: Option<&T>| {
                    remote
                        .data
                        .get()
                        .or_else(|| before.cloned())
                        .unwrap_or_else(|| first.clone())
                })
            });
            shown
                .map(|shown| children(shown.into()).into_any())
                .into_any()
        }
        false => view! {
            <Show when=move || remote.loading.get()>
                <Skeleton lines visible=remote.slow/>
            </Show>
        }
        .into_any(),
    };
    view! {
        {failure}
        {content}
    }
}
