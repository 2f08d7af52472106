//! Somebody else has saved or published the draft since it was read. Both versions are there; the operator says which
//! one stays.

use leptos::prelude::*;

use super::desk::Desk;
use super::panel::{Against, Side};
use crate::components::{Icon, icon};
use crate::i18n::compliance;

/// Says so, and offers every way out. `save` saves what is written.
#[component]
pub fn Conflict(desk: Desk, save: Callback<()>) -> impl IntoView {
    let words = &compliance().notices;
    let has_draft = Memo::new(move |_| desk.start.with(|start| start.draft().is_some()));
    let stale = Memo::new(move |_| desk.is_stale());
    let compare = move |_| {
        let against = match has_draft.get_untracked() {
            true => Against::Saved,
            false => Against::Published,
        };
        desk.against.set(against);
        desk.side.set(Side::Changes);
    };
    let keep = move |_| {
        desk.rebase();
        save.run(());
    };
    let title = move || match has_draft.get() {
        true => words.conflict_title,
        false => words.gone_title,
    };
    let detail = move || match has_draft.get() {
        true => words.conflict_detail,
        false => words.gone_detail,
    };
    let keep_words = move || match has_draft.get() {
        true => words.keep_mine,
        false => words.save_next,
    };
    view! {
        <Show when=move || stale.get()>
            <div class="notice" data-tone="watch" role="alert">
                <p class="font-semibold flex items-center gap-2">{icon(Icon::Alert)} {title}</p>
                <p>{detail}</p>
                <div class="flex flex-wrap gap-2">
                    <button type="button" class="btn btn-sm" on:click=compare>{words.compare_theirs}</button>
                    <button type="button" class="btn btn-sm" on:click=keep>{keep_words}</button>
                    <button type="button" class="btn btn-sm btn-ghost" on:click=move |_| desk.discard()>{words.take_theirs}</button>
                </div>
            </div>
        </Show>
    }
}
