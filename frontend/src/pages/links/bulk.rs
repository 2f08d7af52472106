//! What is done to the links that are chosen: switch them off or on with a way back, or save them. Long work says how
//! far it is and can be stopped; it goes on when the operator leaves, and a message tells how it ended.

use leptos::prelude::*;
use leptos::task::spawn_local;
use viral_engine_api_types::links::Link;
use viral_engine_api_types::permissions::Permission;

use super::list::columns;
use super::selection::Selection;
use super::switch::{Outcome, is_off, switch};
use crate::api::{Api, all, use_api};
use crate::components::{Toasts, Tone, save_items, use_toasts};
use crate::format::count;
use crate::i18n::text;
use crate::router::Query;
use crate::session::use_session;

/// Most links that are chosen at once.
const MOST: usize = 1_000;

/// How far the work is: done, and of how many if that is known.
type Progress = Option<(usize, Option<usize>)>;

/// What works on the selection.
#[derive(Clone, Copy)]
struct Work {
    api: Api,
    toasts: Toasts,
    selection: Selection,
    progress: RwSignal<Progress>,
    stop: RwSignal<bool>,
    changed: Callback<()>,
}

impl Work {
    fn begin(&self, of: Option<usize>) -> impl Fn(usize) -> bool + use<> {
        let (progress, stop) = (self.progress, self.stop);
        stop.set(false);
        progress.set(Some((0, of)));
        move |done| {
            // Work goes on when the page is gone: it was asked for.
            progress.try_set(Some((done, of)));
            stop.try_get_untracked() != Some(true)
        }
    }

    fn end(&self) {
        self.progress.try_set(None);
    }

    /// Chooses all that match the filters of the list.
    fn choose_all(self, filters: Query) {
        let go_on = self.begin(None);
        spawn_local(async move {
            let api = self.api;
            let load = move |query: Query| async move { api.list_links(&query).await };
            let read = all::all(&filters, MOST, load, go_on).await;
            self.end();
            match read {
                Ok(read) => {
                    self.selection.add(read.items);
                    if read.more {
                        let most = count(MOST as i64);
                        self.toasts
                            .show(Tone::Watch, (text().links.chosen_cut)(&most));
                    }
                }
                Err(error) => self.toasts.show_error(&error),
            }
        });
    }

    /// Switches what is chosen off or on.
    fn switch(self, off: bool) {
        let links = self.selection.links();
        let waiting = links.iter().filter(|link| is_off(link) != off).count();
        let go_on = self.begin(Some(waiting));
        spawn_local(async move {
            let outcome = switch(self.api, links, off, go_on).await;
            self.end();
            self.selection.remove(&outcome.changed);
            self.changed.try_run(());
            self.tell(outcome, off);
        });
    }

    fn tell(self, outcome: Outcome, off: bool) {
        let Outcome {
            changed,
            refused,
            error,
        } = outcome;
        let texts = &text().links;
        if let Some(error) = error {
            let told = (texts.refused)(refused as i64, &error.remark().unwrap_or(error.title()));
            self.toasts.show(Tone::Bad, told);
        }
        let many = changed.len() as i64;
        match (many, off) {
            (0, _) => {}
            (_, false) => self.toasts.show(Tone::Good, (texts.enabled_many)(many)),
            (_, true) => self
                .toasts
                .show_with_undo((texts.disabled_many)(many), move || {
                    self.undo(changed.clone());
                }),
        }
    }

    fn undo(self, links: Vec<Link>) {
        let (api, toasts, changed) = (self.api, self.toasts, self.changed);
        spawn_local(async move {
            let outcome = switch(api, links, false, |_| true).await;
            changed.try_run(());
            match outcome.error {
                Some(error) => toasts.show_error(&error),
                None => toasts.show(
                    Tone::Good,
                    (text().links.enabled_many)(outcome.changed.len() as i64),
                ),
            }
        });
    }
}

/// The bar above the list, once something is chosen.
#[component]
pub fn BulkBar(
    selection: Selection,
    /// The filters of the list, as the engine reads them.
    filters: Memo<Query>,
    /// Called when links have changed.
    changed: Callback<()>,
) -> impl IntoView {
    let work = Work {
        api: use_api(),
        toasts: use_toasts(),
        selection,
        progress: RwSignal::new(None),
        stop: RwSignal::new(false),
        changed,
    };
    let session = use_session();
    let texts = &text().links;
    let save = move |_| save_items("links", &columns(), &selection.links());
    let busy = Memo::new(move |_| work.progress.with(Option::is_some));
    let buttons = move || {
        view! {
            <button type="button" class="btn btn-sm" on:click=move |_| work.choose_all(filters.get_untracked())>
                {texts.choose_all}
            </button>
            <Show when=move || session.may(Permission::LinksWrite)>
                <button type="button" class="btn btn-sm" on:click=move |_| work.switch(true)>{texts.disable}</button>
                <button type="button" class="btn btn-sm" on:click=move |_| work.switch(false)>{texts.enable}</button>
            </Show>
            <button type="button" class="btn btn-sm" on:click=save>{texts.export_chosen}</button>
            <button type="button" class="btn btn-ghost btn-sm" on:click=move |_| selection.clear()>{texts.choose_none}</button>
        }
    };
    view! {
        <Show when=move || selection.count() != 0 || busy.get()>
            <section class="bulk-bar" aria-label=texts.chosen_bar>
                <p class="font-medium" role="status">{move || (texts.chosen)(selection.count() as i64)}</p>
                <Show when=move || busy.get() fallback=buttons>
                    <ProgressView progress=work.progress/>
                    <button type="button" class="btn btn-sm" on:click=move |_| work.stop.set(true)>{text().actions.stop}</button>
                </Show>
            </section>
        </Show>
    }
}

/// How far the work is.
#[component]
fn ProgressView(progress: RwSignal<Progress>) -> impl IntoView {
    let texts = &text().links;
    let max = move || {
        progress
            .get()
            .and_then(|(_, of)| of)
            .map(|of| of.to_string())
    };
    let value = move || max().and_then(|_| progress.get().map(|(done, _)| done.to_string()));
    let words = move || {
        let (done, of) = progress.get().unwrap_or_default();
        let of = of.map(|of| count(of as i64));
        (texts.worked)(&count(done as i64), of.as_deref())
    };
    view! {
        <progress class="progress progress-primary w-40" aria-label=texts.chosen_bar max=max value=value></progress>
        <span class="num">{words}</span>
    }
}
