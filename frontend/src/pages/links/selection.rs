//! The links that are chosen, for what is done to many at once.

use std::collections::BTreeMap;

use leptos::prelude::*;
use viral_engine_api_types::links::Link;
use viral_engine_api_types::{LinkId, Page};

use super::list::name;
use crate::format::name::visible;
use crate::i18n::text;
use crate::remote::Remote;

/// The links that are chosen, as they were when they were chosen.
#[derive(Clone, Copy)]
pub struct Selection(RwSignal<BTreeMap<LinkId, Link>>);

impl Selection {
    /// Nothing is chosen.
    pub fn new() -> Self {
        Self(RwSignal::new(BTreeMap::new()))
    }

    /// How many are chosen.
    pub fn count(&self) -> usize {
        self.0.with(BTreeMap::len)
    }

    /// The links.
    pub fn links(&self) -> Vec<Link> {
        self.0
            .with_untracked(|chosen| chosen.values().cloned().collect())
    }

    /// Chooses these too.
    pub fn add(&self, links: impl IntoIterator<Item = Link>) {
        // The page may be gone by now.
        let _ = self.0.try_update(|chosen| {
            chosen.extend(links.into_iter().map(|link| (link.id, link)));
        });
    }

    /// Chooses these no more.
    pub fn remove(&self, links: &[Link]) {
        let _ = self
            .0
            .try_update(|chosen| links.iter().for_each(|link| drop(chosen.remove(&link.id))));
    }

    /// Chooses nothing.
    pub fn clear(&self) {
        self.0.set(BTreeMap::new());
    }

    fn holds(&self, id: LinkId) -> bool {
        self.0.with(|chosen| chosen.contains_key(&id))
    }

    fn set(&self, links: Vec<Link>, chosen: bool) {
        if chosen {
            self.add(links);
        } else {
            self.remove(&links);
        }
    }
}

/// Chooses a link.
pub fn row_box(link: &Link) -> AnyView {
    let selection: Selection = expect_context();
    let label = (text().links.choose)(&visible(name(link)));
    let (id, link) = (link.id, StoredValue::new(link.clone()));
    view! {
        <input
            type="checkbox"
            class="checkbox checkbox-sm"
            aria-label=label
            prop:checked=move || selection.holds(id)
            on:change=move |event| selection.set(vec![link.get_value()], event_target_checked(&event))
        />
    }
    .into_any()
}

/// Chooses all of the page.
pub fn page_box(page: Remote<Page<Link>>, selection: Selection) -> AnyView {
    let links = move || {
        page.data.with(|page| {
            page.as_ref()
                .map(|page| page.items.clone())
                .unwrap_or_default()
        })
    };
    let all = move || {
        let links = links();
        !links.is_empty() && links.iter().all(|link| selection.holds(link.id))
    };
    view! {
        <input
            type="checkbox"
            class="checkbox checkbox-sm"
            aria-label=text().links.choose_page
            prop:checked=all
            on:change=move |event| selection.set(untrack(links), event_target_checked(&event))
        />
    }
    .into_any()
}
