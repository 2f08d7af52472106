//! What the address asks for in vain. Showing something else without a word would let people trust the wrong figures.

use leptos::prelude::*;

use crate::format::name::visible;
use crate::i18n::text;
use crate::router::{Visit, use_router};

/// Says which parameters of the address make no sense, and takes them out of it.
#[component]
pub fn Ignored(
    /// The parameters.
    #[prop(into)]
    parameters: Signal<Vec<&'static str>>,
) -> impl IntoView {
    let router = use_router();
    let asked = Memo::new(move |_| {
        let pair = |name: &'static str| {
            let value = router.query.with(|query| query.get(name).map(visible))?;
            Some(format!("{name}={value}"))
        };
        let pairs: Vec<_> = parameters.get().into_iter().filter_map(pair).collect();
        pairs.join(", ")
    });
    let forget = move |_| {
        let changes: Vec<_> = parameters
            .get_untracked()
            .into_iter()
            .map(|name| (name, None))
            .collect();
        router.set(&changes, Visit::Replace);
    };
    view! {
        <Show when=move || asked.with(|asked| !asked.is_empty())>
            <div class="notice" data-tone="watch" role="status">
                <p class="break-words">{move || (text().frame.ignored)(&asked.get())}</p>
                <button type="button" class="btn btn-sm" on:click=forget>{text().frame.ignored_forget}</button>
            </div>
        </Show>
    }
}
