//! Pages of the engine, by the cursors it gives.

use leptos::prelude::*;

use crate::i18n::text;
use crate::router::{Visit, use_router};

/// Back to the first page, one back, one on.
#[component]
pub fn Pager(
    /// Cursor of the page before; none on the first page.
    #[prop(into)]
    previous: Signal<Option<String>>,
    /// Cursor of the page after; none on the last page.
    #[prop(into)]
    next: Signal<Option<String>>,
    /// Parameter of the address that keeps the cursor.
    #[prop(default = "cursor")]
    parameter: &'static str,
) -> impl IntoView {
    let router = use_router();
    let cursor = router.parameter(parameter);
    let go = move |to: Option<String>| router.set(&[(parameter, to.as_deref())], Visit::Push);
    view! {
        <Show when=move || cursor.get().is_some() || next.get().is_some()>
            <nav class="flex gap-2 px-4 py-3" aria-label=text().tables.next>
                <button type="button" class="btn btn-sm" disabled=move || cursor.get().is_none() on:click=move |_| go(None)>
                    {text().tables.first_page}
                </button>
                <button
                    type="button"
                    class="btn btn-sm"
                    disabled=move || previous.get().is_none()
                    on:click=move |_| go(previous.get_untracked())
                >
                    {text().tables.previous}
                </button>
                <button
                    type="button"
                    class="btn btn-sm"
                    disabled=move || next.get().is_none()
                    on:click=move |_| go(next.get_untracked())
                >
                    {text().tables.next}
                </button>
            </nav>
        </Show>
    }
}
